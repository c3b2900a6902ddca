"""What came of a request and is not in the ledger yet. It is worth money: it is kept in mind until it is written."""

import logging
import threading
from collections.abc import Callable

from studio.core.errors import LedgerError

log = logging.getLogger(__name__)


class PendingWrites:
    """What is to be written down, by the id of what it is about. Safe to use from several threads."""

    def __init__(self) -> None:
        self._waiting: dict[str, Callable[[], object]] = {}
        self._lock = threading.RLock()

    @property
    def ids(self) -> frozenset[str]:
        """Of what is not written down yet."""
        return frozenset(self._waiting)

    def keep(self, name: str, write: Callable[[], object]) -> None:
        """Remember how to write something down, and try to. Errors: LedgerError."""
        with self._lock:
            self._waiting[name] = write
        self.write()

    def write(self) -> None:
        """Write down what waits; one that fails keeps no other back. Errors: LedgerError, for the last that failed."""
        failed = None
        for name in list(self._waiting):
            with self._lock:  # or a slow thread would write an answer again that has long been overtaken
                try:
                    self._write(name)
                except LedgerError as error:
                    log.critical("the answer to %s is not written down yet: %s", name, error)
                    failed = error
        if failed:
            raise failed

    def _write(self, name: str) -> None:
        if write := self._waiting.get(name):
            write()
            del self._waiting[name]
