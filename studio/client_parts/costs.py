"""What jobs usually cost on this account."""

import logging
from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.core.costs import Estimate, estimate, together
from studio.core.errors import LedgerError
from studio.core.values import Draft
from studio.weryai import modes
from studio.weryai.modes import MODES

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Costs:
    context: ClientContext

    def estimate(self, *drafts: Draft) -> Estimate:
        """Return what these drafts usually cost together, in credits, and how that is known.

        Cheap enough for each drawing of a form: what it needs is kept in memory until the ledger has something new.
        Unknown while the ledger cannot be read: a form can be sent without it.
        """
        return together(map(self._estimate, drafts))

    def _estimate(self, draft: Draft) -> Estimate:
        if draft.mode not in MODES:  # in the ledger, there may be jobs of modes that are no longer known
            return Estimate()
        results = modes.count(MODES[draft.mode], draft.inputs)
        if not draft.model:  # no model is chosen; in the ledger, imported jobs have none
            return Estimate(results=results)
        history = self.context.runtime.tracker.model_history
        try:
            prices, costs = history.prices(draft.mode, draft.model), history.costs(draft.mode, draft.model)
        except LedgerError as error:
            log.warning("no estimate: %s", error)
            return Estimate(results=results)
        return estimate(costs, prices, draft.inputs, results)
