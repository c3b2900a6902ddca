"""Removes what is old in small pieces: bodies of calls after a month, rows after a year, by default; deleted files."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from studio.archive.archive import Archive
from studio.core.errors import ArchiveError
from studio.core.gallery import UNDO_DAYS
from studio.core.settings import Retention
from studio.core.values import Clock, now
from studio.engine.worker import Worker
from studio.ledger.ledger import Ledger

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between two pieces, so that others can write in between
IDLE = 3600.0


@dataclass
class RetentionSweep:
    """Removes bodies and rows of calls, drafts, and files of deleted outputs after their time. Jobs stay."""

    ledger: Ledger
    archive: Archive
    keeping: Retention
    clock: Clock = now
    removed: dict[str, int] = field(default_factory=lambda: {"bodies": 0, "rows": 0, "files": 0})

    def __post_init__(self) -> None:
        self.worker = Worker("sweep", self.step)

    def step(self) -> float:
        """Remove one piece of each kind; return the seconds until the next. Errors: LedgerError."""
        history, at = self.ledger.history.deletion, self.clock()
        pieces: tuple[tuple[str, Callable[[datetime], int], int], ...] = (
            ("rows", history.rows_before, self.keeping.row_days),
            ("bodies", history.bodies_before, self.keeping.body_days),
            ("files", self._remove_files, UNDO_DAYS),
        )
        found = {what: act(at - timedelta(days=days)) for what, act, days in pieces}
        for what, number in found.items():
            self.removed[what] += number
        if any(found.values()):
            return PAUSE
        self.ledger.drafts.sweep()
        for deletable in (self.ledger.gallery.collections, self.ledger.comparisons, self.ledger.presets):
            deletable.drop_deleted(at - timedelta(days=UNDO_DAYS))
        self._log()
        return IDLE

    def _remove_files(self, before: datetime) -> int:
        """Remove the files of one piece of outputs that were deleted before a moment; return how many outputs.

        The ledger names a file until it is removed: what fails is tried again an hour later.
        """
        if not self.archive.is_there:
            return 0
        ids, names = self.ledger.gallery.deleted.expired(before)
        try:
            for name in names:
                self.archive.reader.remove(name)
        except ArchiveError as error:
            log.warning("deleted results still have files: %s", error)
            return 0
        self.ledger.gallery.deleted.empty(ids)
        return len(ids)

    def _log(self) -> None:
        if any(self.removed.values()):
            values = (self.removed["bodies"], self.keeping.body_days, self.removed["rows"], self.keeping.row_days)
            log.info("the history was swept: %d bodies older than %d days, %d rows older than %d days", *values)
            if number := self.removed["files"]:
                log.info("removed the files of %d results that were deleted more than %d days ago", number, UNDO_DAYS)
            self.removed = dict.fromkeys(self.removed, 0)
