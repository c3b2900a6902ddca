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

        It is cheap enough for each drawing of a form: the costs of earlier jobs are in memory.
        """
        return together(map(self._estimate, drafts))

    def _estimate(self, draft: Draft) -> Estimate:
        results = modes.count(MODES[draft.mode], draft.inputs)
        if not draft.model:  # no model is chosen; in the ledger, imported jobs have none
            return Estimate(results=results)
        known = self.context.runtime.tracker.model_history.costs(draft.mode, draft.model)
        prices = self.context.ledger.prices.of(draft.mode, draft.model)
        return estimate(known, prices, draft.inputs, results)
