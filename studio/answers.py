"""Answers of the API that the ledger does not have yet. Each is worth money: it is kept in mind until it is written."""

import logging
from collections.abc import Callable

from studio.errors import LedgerError

log = logging.getLogger(__name__)


class Answers:
    """What is to be written down, by job. Safe to use from several threads."""

    def __init__(self) -> None:
        self._waiting: dict[str, Callable[[], None]] = {}

    @property
    def jobs(self) -> frozenset[str]:
        """The jobs whose answer is not written down yet."""
        return frozenset(self._waiting)

    def keep(self, job_id: str, write: Callable[[], None]) -> None:
        """Remember how to write a job's answer down, and try to. Errors: LedgerError."""
        self._waiting[job_id] = write
        self.write()

    def write(self) -> None:
        """Write down what waits; one that fails keeps no other back. Errors: LedgerError, for the last that failed."""
        failed = None
        for job_id, write in list(self._waiting.items()):
            try:
                write()
            except LedgerError as error:
                log.critical("the answer to job %s is not written down yet: %s", job_id, error)
                failed = error
            else:
                self._waiting.pop(job_id, None)
        if failed:
            raise failed
