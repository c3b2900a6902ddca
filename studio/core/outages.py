"""What does not work at the moment, and why. Each reason is logged once, not at each try."""

import logging
import threading

log = logging.getLogger(__name__)


class Outages:
    """The reasons of outages, by the name of what does not work. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reasons: dict[str, set[str]] = {}

    def record(self, what: str, why: str) -> None:
        """Record that `what` does not work; `why` is in sentences. A reason that several share is logged once."""
        with self._lock:
            is_known = any(why in reasons for reasons in self._reasons.values())
            self._reasons.setdefault(what, set()).add(why)
        if not is_known:
            log.error(why)

    def end(self, what: str) -> None:
        """Record that `what` works again: the next reason is logged again."""
        with self._lock:
            self._reasons.pop(what, None)
