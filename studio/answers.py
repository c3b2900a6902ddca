"""What came of a request and is not in the ledger yet. It is worth money: it is kept in mind until it is written."""

import logging
from collections.abc import Callable

from studio.errors import LedgerError

log = logging.getLogger(__name__)


class Answers:
    """What is to be written down, by the id of what it is about. Safe to use from several threads."""

    def __init__(self) -> None:
        self._waiting: dict[str, Callable[[], None]] = {}

    @property
    def ids(self) -> frozenset[str]:
        """Of what is not written down yet."""
        return frozenset(self._waiting)

    def keep(self, name: str, write: Callable[[], None]) -> None:
        """Remember how to write something down, and try to. Errors: LedgerError."""
        self._waiting[name] = write
        self.write()

    def write(self) -> None:
        """Write down what waits; one that fails keeps no other back. Errors: LedgerError, for the last that failed."""
        failed = None
        for name, write in list(self._waiting.items()):
            try:
                write()
            except LedgerError as error:
                log.critical("the answer to %s is not written down yet: %s", name, error)
                failed = error
            else:
                self._waiting.pop(name, None)
        if failed:
            raise failed
