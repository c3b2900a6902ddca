"""What is kept of the history, and for how long: bodies for a month, rows for a year. A little at a time goes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from studio.core.settings import Retention
from studio.core.values import Clock, now
from studio.engine.worker import Worker
from studio.ledger.ledger import Ledger

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between two pieces, so that others write, too
IDLE = 3600.0


@dataclass
class RetentionSweep:
    """Takes away bodies and rows of calls, and drafts, that are older than they are kept. A job stays."""

    ledger: Ledger
    keeping: Retention
    clock: Clock = now
    removed: dict[str, int] = field(default_factory=lambda: {"bodies": 0, "rows": 0})

    def __post_init__(self) -> None:
        self.worker = Worker("sweep", self.step)

    def step(self) -> float:
        """Take away one piece of each kind; returns the seconds until the next. Errors: LedgerError."""
        history, at = self.ledger.history.deletion, self.clock()
        pieces: tuple[tuple[str, Callable[[datetime], int], int], ...] = (
            ("rows", history.rows_before, self.keeping.row_days),
            ("bodies", history.bodies_before, self.keeping.body_days),
        )
        found = {what: act(at - timedelta(days=days)) for what, act, days in pieces}
        for what, number in found.items():
            self.removed[what] += number
        if any(found.values()):
            return PAUSE
        self.ledger.drafts.sweep()
        self._say()
        return IDLE

    def _say(self) -> None:
        if any(self.removed.values()):
            said = (self.removed["bodies"], self.keeping.body_days, self.removed["rows"], self.keeping.row_days)
            log.info("the history was swept: %d bodies older than %d days, %d rows older than %d days", *said)
            self.removed = dict.fromkeys(self.removed, 0)
