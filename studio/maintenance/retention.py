"""Removes old history in small pieces: bodies of calls after a month, rows after a year, by default."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from studio.core.settings import Retention
from studio.core.values import Clock, now
from studio.engine.worker import Worker
from studio.ledger.ledger import Ledger

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between two pieces, so that others can write in between
IDLE = 3600.0


@dataclass
class RetentionSweep:
    """Removes bodies and rows of calls, and drafts, after their retention time. Jobs stay."""

    ledger: Ledger
    keeping: Retention
    clock: Clock = now
    removed: dict[str, int] = field(default_factory=lambda: {"bodies": 0, "rows": 0})

    def __post_init__(self) -> None:
        self.worker = Worker("sweep", self.step)

    def step(self) -> float:
        """Remove one piece of each kind; return the seconds until the next. Errors: LedgerError."""
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
        self._log()
        return IDLE

    def _log(self) -> None:
        if any(self.removed.values()):
            values = (self.removed["bodies"], self.keeping.body_days, self.removed["rows"], self.keeping.row_days)
            log.info("the history was swept: %d bodies older than %d days, %d rows older than %d days", *values)
            self.removed = dict.fromkeys(self.removed, 0)
