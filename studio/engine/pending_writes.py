"""Results of requests that the ledger does not have yet. They are worth money, so memory keeps them until it does."""

import logging
import threading
from collections.abc import Callable

from studio.core.errors import LedgerError

log = logging.getLogger(__name__)


class PendingWrites:
    """The writes that are still to be done, by a name for each. Thread-safe."""

    def __init__(self) -> None:
        self._pending: dict[str, Callable[[], object]] = {}
        self._lock = threading.RLock()

    @property
    def ids(self) -> frozenset[str]:
        """The names of the writes that are not done yet."""
        return frozenset(self._pending)

    def keep(self, name: str, write: Callable[[], object]) -> None:
        """Add a write and try it; if it fails, `flush` tries it again. Replaces an earlier one of the same name.

        Errors: LedgerError, when this or another pending write fails.
        """
        with self._lock:
            self._pending[name] = write
        self.flush()

    def flush(self) -> None:
        """Try all pending writes, also after one has failed. Errors: LedgerError, that of the last that failed."""
        failed = None
        for name in list(self._pending):
            with self._lock:  # else a slow thread could write an old answer over a newer one
                try:
                    self._write(name)
                except LedgerError as error:
                    log.critical("the answer to %s is not written down yet: %s", name, error)
                    failed = error
        if failed:
            raise failed

    def _write(self, name: str) -> None:
        if write := self._pending.get(name):
            write()
            del self._pending[name]
