"""Tracks which jobs this process is sending at the moment."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

MOST_SENT = 1000  # jobs whose end is remembered for `wait_for`


class InFlight:
    """The jobs whose POST is in flight. Thread-safe."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._sent: deque[str] = deque(maxlen=MOST_SENT)
        self._changed = threading.Condition()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._ids)

    def add(self, job_id: str) -> None:
        """Add a job that is about to be sent, before its thread enters `sending`."""
        self._ids.add(job_id)

    def discard(self, job_id: str) -> None:
        """Remove a job that was added and is not sent after all."""
        self._ids.discard(job_id)

    @contextmanager
    def sending(self, job_id: str) -> Iterator[None]:
        """Keep the job in flight during this block: from before its POST until its answer has been handled."""
        self._ids.add(job_id)
        try:
            yield
        finally:
            with self._changed:
                self._ids.discard(job_id)
                self._sent.append(job_id)
                self._changed.notify_all()

    def wait_for(self, job_id: str, seconds: float) -> None:
        """Wait until this job has been sent and its answer handled, but at most this long."""
        with self._changed:
            self._changed.wait_for(lambda: job_id in self._sent and job_id not in self._ids, seconds)
