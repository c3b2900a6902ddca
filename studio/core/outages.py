"""What does not work at the moment, and why: said in the log once, not at each try."""

import logging
import threading

log = logging.getLogger(__name__)


class Outages:
    """By the name of what does not work. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, set[str]] = {}

    def note(self, what: str, why: str) -> None:
        """It does not work; `why` is in sentences. What several do not work for is said once."""
        with self._lock:
            is_known = any(why in told for told in self._told.values())
            self._told.setdefault(what, set()).add(why)
        if not is_known:
            log.error(why)

    def end(self, what: str) -> None:
        """It works: why it does not the next time is said again."""
        with self._lock:
            self._told.pop(what, None)
