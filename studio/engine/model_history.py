"""How long an account's models usually take, and what they cost. Cached, as pages ask for it often."""

from dataclasses import dataclass, field

from studio.core.costs import Known
from studio.core.prices import Price
from studio.core.values import Kind
from studio.engine import polling
from studio.engine.context import Context
from studio.weryai.modes import MODES

ModeModel = tuple[str, str]  # keys of a mode and a model


@dataclass
class ModelHistory:
    """A cache of the ledger's answers; `invalidate` clears it after a job or task has ended."""

    context: Context
    _seconds: dict[ModeModel, list[float]] = field(default_factory=dict)
    _costs: dict[ModeModel, list[Known]] = field(default_factory=dict)
    _prices: dict[ModeModel, list[Price]] = field(default_factory=dict)
    _prices_version: int = -1  # of the table that they are from

    def seconds(self, mode: str, model: str) -> list[float]:
        """Return the durations of the newest finished tasks, in seconds."""
        known = self._seconds
        if (mode, model) not in known:
            known[mode, model] = self.context.ledger.models.durations(self.context.account.id, mode, model)
        return known[mode, model]

    def usual_duration(self, mode: str, model: str, enough: int) -> polling.UsualDuration:
        """Return how long a task of this model takes; until `enough` have ended, the default has a share in it."""
        defaults = polling.SANDBOX_DEFAULTS if self.context.account.is_local else polling.DEFAULTS
        kind = MODES[mode].kind if mode in MODES else Kind.VIDEO  # an unknown mode: those that take longest
        return polling.usual_duration(self.seconds(mode, model), defaults[kind], enough)

    def costs(self, mode: str, model: str) -> list[Known]:
        """Return the costs of the newest jobs, with their settings."""
        known = self._costs
        if (mode, model) not in known:
            known[mode, model] = self.context.ledger.models.costs(self.context.account.id, mode, model)
        return known[mode, model]

    def prices(self, mode: str, model: str) -> list[Price]:
        """Return the rows of the price table for a model."""
        version = self.context.ledger.prices.version
        if version != self._prices_version:
            self._prices_version, self._prices = version, {}
        known = self._prices
        if (mode, model) not in known:
            known[mode, model] = self.context.ledger.prices.of(mode, model)
        return known[mode, model]

    def invalidate(self) -> None:
        """Clear the cache: a task or job has ended, or its cost is known."""
        # New dictionaries, as a read that is in progress would put its old answer into emptied ones.
        self._seconds, self._costs, self._prices = {}, {}, {}
