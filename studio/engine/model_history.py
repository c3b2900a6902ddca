"""What an account's models usually take, in seconds and in credits. Pages ask for it at every card and every tick."""

from dataclasses import dataclass, field

from studio.engine import polling
from studio.engine.context import Context
from studio.weryai.modes import MODES

Which = tuple[str, str]  # mode, model


@dataclass
class ModelHistory:
    """Read from the ledger once, and again after something has ended: only then can it have changed."""

    context: Context
    _seconds: dict[Which, list[float]] = field(default_factory=dict)
    _credits: dict[Which, list[float]] = field(default_factory=dict)

    def seconds(self, mode: str, model: str) -> list[float]:
        """What the tasks that ended last took."""
        known = self._seconds
        if (mode, model) not in known:
            known[mode, model] = self.context.ledger.models.durations(self.context.account.id, mode, model)
        return known[mode, model]

    def usual(self, mode: str, model: str, enough: int) -> polling.Usual:
        """How long a task of this model takes; until `enough` have ended, as others of its kind do in part."""
        defaults = polling.SANDBOX_DEFAULTS if self.context.account.is_local else polling.DEFAULTS
        return polling.usual(self.seconds(mode, model), defaults[MODES[mode].kind], enough)

    def credits(self, mode: str, model: str) -> list[float]:
        """What the last jobs cost, per task."""
        known = self._credits
        if (mode, model) not in known:
            known[mode, model] = self.context.ledger.models.costs(self.context.account.id, mode, model)
        return known[mode, model]

    def forget(self) -> None:
        """A task or job has ended, or its cost is known."""
        # New ones, not emptied ones: a read that began before must not leave its answer behind.
        self._seconds, self._credits = {}, {}
