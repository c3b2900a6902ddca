"""Does one step after another until it is stopped, and survives what a step runs into; long pauses need no thread."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

from studio.core.errors import StudioError
from studio.engine.alarms import Alarms

log = logging.getLogger(__name__)

AFTER_ERROR = 5.0
LINGER = 5.0  # seconds: in a longer pause there is no thread, and an alarm wakes the worker
ALARMS = Alarms()


def _nothing() -> None:
    pass


class Worker:
    """Calls `step`, which returns the seconds to wait before the next one; `wake` ends the wait.

    `on_rest` is called before each pause in which the worker has no thread.
    """

    def __init__(self, name: str, step: Callable[[], float], on_rest: Callable[[], None] = _nothing) -> None:
        self._name = name
        self._step = step
        self._on_rest = on_rest
        self._awake = threading.Event()
        self._lock = threading.Lock()
        self._is_started = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._is_started = True
        self.wake()

    def wake(self) -> None:
        """Let the next step begin now, or after the one in progress; not before `start` nor after `stop`."""
        self._awake.set()
        with self._lock:
            if self._is_started and self._thread is None:
                self._begin()

    def stop(self) -> None:
        """End after the step in progress."""
        with self._lock:
            self._is_started = False
            ALARMS.clear(self.wake)
            thread = self._thread
        self._awake.set()
        if thread:
            thread.join(5)

    def _begin(self) -> None:
        ALARMS.clear(self.wake)
        self._awake.clear()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:  # no more threads, or the process ends
            log.error("%s: %s", self._name, error)
            self._thread = None
            with suppress(RuntimeError):  # not one for the alarms either: the next call to `wake` begins
                ALARMS.set(self.wake, AFTER_ERROR)

    def _run(self) -> None:
        while self._is_started:
            pause = self._run_step()
            if pause > LINGER and self._rest(pause):
                return
            self._awake.wait(pause)
            self._awake.clear()

    def _rest(self, pause: float) -> bool:
        """Give the thread up for this pause; False when it is woken or stopped already."""
        self._on_rest()
        with self._lock, suppress(RuntimeError):  # no thread for the alarms: then this one waits
            if self._is_started and not self._awake.is_set():
                ALARMS.set(self.wake, pause)
                self._thread = None
                return True
        return False

    def _run_step(self) -> float:
        try:
            return self._step()
        except StudioError as error:
            log.error("%s: %s", self._name, error)
        except Exception:  # a defect in one step must not end the following of everybody's tasks
            log.exception("%s: unexpected", self._name)
        return AFTER_ERROR
