"""Which jobs this process is sending at the moment. Safe to use from several threads."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

REMEMBERED = 1000  # jobs that were sent


class InFlight:
    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._sent: deque[str] = deque(maxlen=REMEMBERED)
        self._changed = threading.Condition()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._ids)

    def add(self, job_id: str) -> None:
        """This job is about to be sent: `sending` follows."""
        self._ids.add(job_id)

    @contextmanager
    def sending(self, job_id: str) -> Iterator[None]:
        """From before the POST until its answer is dealt with."""
        self._ids.add(job_id)
        try:
            yield
        finally:
            with self._changed:
                self._ids.discard(job_id)
                self._sent.append(job_id)
                self._changed.notify_all()

    def wait_for(self, job_id: str, seconds: float) -> None:
        """Wait until this job has been sent, but not longer than this."""
        with self._changed:
            self._changed.wait_for(lambda: job_id in self._sent and job_id not in self._ids, seconds)
