"""Calls that are due later, all waited for by one thread, which ends when there are none."""

import logging
import threading
import time
from collections.abc import Callable

Call = Callable[[], None]

log = logging.getLogger(__name__)


class Alarms:
    """A call is known by itself: to set it again moves it. It runs on the common thread, so it must be quick."""

    def __init__(self) -> None:
        self._due: dict[Call, float] = {}
        self._changed = threading.Condition()
        self._is_running = False

    def set(self, call: Call, seconds: float) -> None:
        """Make this call after so many seconds, once."""
        with self._changed:
            self._due[call] = time.monotonic() + seconds
            self._changed.notify()
            if not self._is_running:
                threading.Thread(target=self._run, name="alarms", daemon=True).start()
                self._is_running = True

    def clear(self, call: Call) -> None:
        with self._changed:
            if self._due.pop(call, None) is not None:
                self._changed.notify()

    def _run(self) -> None:
        while (calls := self._wait()) is not None:
            for call in calls:
                self._make(call)

    def _make(self, call: Call) -> None:
        try:
            call()
        except Exception:  # a defect in one call must not end the calls of all other accounts
            log.exception("An alarm failed.")

    def _wait(self) -> list[Call] | None:
        """The calls that are due, perhaps none yet; nothing at the end."""
        with self._changed:
            if not self._due:
                self._is_running = False
                return None
            self._changed.wait(max(0.0, min(self._due.values()) - time.monotonic()))
            at = time.monotonic()
            calls = [call for call, due in self._due.items() if due <= at]
            for call in calls:
                del self._due[call]
            return calls
