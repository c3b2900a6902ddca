"""What jobs usually cost on this account."""

from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.core.costs import Estimate, estimate, together
from studio.core.values import Draft
from studio.weryai import modes
from studio.weryai.modes import MODES


@dataclass(frozen=True)
class Costs:
    context: ClientContext

    def estimate(self, *drafts: Draft) -> Estimate:
        """Return what these drafts usually cost together, in credits, and how that is known.

        Cheap enough for each drawing of a form: what it needs is kept in memory until the ledger has something new.
        """
        return together(map(self._estimate, drafts))

    def _estimate(self, draft: Draft) -> Estimate:
        results = modes.count(MODES[draft.mode], draft.inputs)
        if not draft.model:  # no model is chosen; in the ledger, imported jobs have none
            return Estimate(results=results)
        history = self.context.runtime.tracker.model_history
        prices = history.prices(draft.mode, draft.model)
        return estimate(history.costs(draft.mode, draft.model), prices, draft.inputs, results)
