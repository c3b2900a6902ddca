"""Which hosts are not reached at the moment, and why: said in the log once, not at each try."""

import logging
import threading

from studio.errors import NotConnected

log = logging.getLogger(__name__)


class Outages:
    """By the address of the host. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, set[str]] = {}

    def note(self, url: str, error: NotConnected) -> None:
        """Nothing left for this host. A cause that keeps several hosts away is said once."""
        why = error.explained
        with self._lock:
            is_known = any(why in told for told in self._told.values())
            self._told.setdefault(url, set()).add(why)
        if not is_known:
            log.warning(why)

    def end(self, url: str) -> None:
        """This host answered: what keeps it away the next time is said again."""
        with self._lock:
            self._told.pop(url, None)
