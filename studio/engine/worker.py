"""A thread that does one step after another until it is stopped, and survives what a step runs into."""

import logging
import threading
from collections.abc import Callable

from studio.core.errors import StudioError

log = logging.getLogger(__name__)

AFTER_ERROR = 5.0


class Worker:
    """Calls `step`, which returns the seconds to wait before the next one; `wake` ends the wait."""

    def __init__(self, name: str, step: Callable[[], float]) -> None:
        self._name = name
        self._step = step
        self._awake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        """End after the step in progress."""
        self._stopped.set()
        self._awake.set()
        if self._thread:
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._awake.clear()
            self._awake.wait(self._survived())

    def _survived(self) -> float:
        try:
            return self._step()
        except StudioError as error:
            log.error("%s: %s", self._name, error)
        except Exception:  # a defect in one step must not end the following of everybody's tasks
            log.exception("%s: unexpected", self._name)
        return AFTER_ERROR
