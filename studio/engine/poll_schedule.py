"""When to poll each open job of an account. Kept in memory: after a restart all are polled at once."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from studio.core.values import Clock, Job
from studio.engine import polling
from studio.engine.backoff import Backoff

SOON = 0.5  # until a query that was requested while another was in flight

RETRY = Backoff.doubling(4.0, 60.0, jitter=(0.8, 1.2))


@dataclass
class PollSchedule:
    """`expected` returns how long a job usually takes."""

    expected: Callable[[Job], polling.UsualDuration]
    clock: Clock
    chance: Random = field(default_factory=Random)
    _next: dict[str, datetime] = field(default_factory=dict)
    _failures: Counter[str] = field(default_factory=Counter)
    _requested: set[str] = field(default_factory=set)

    def update(self, jobs: Sequence[Job]) -> None:
        """Take these as the open jobs: plan new ones, and forget all others."""
        self._keep_only({job.id for job in jobs})
        for job in jobs:
            if job.id not in self._next:
                self._next[job.id] = self._first(job)
            if self._next[job.id] - self.clock() > polling.LONGEST_INTERVAL:  # a clock was set back
                self._next[job.id] = self.clock()

    def due_at(self, job: Job) -> datetime:
        """Return when to ask about a job of the last `update`.

        The first query comes by its model's usual duration, or at once after a restart; later ones as planned.
        """
        return self._next[job.id]

    def request_now(self, job_id: str) -> None:
        """Make the job due now; after a query that is in flight already, it is due again."""
        self._requested.add(job_id)
        self._next[job_id] = self.clock()

    def query_sent(self, job: Job) -> None:
        """Record that a query is sent, which serves all requests before it."""
        self._requested.discard(job.id)

    def still_open(self, job: Job) -> None:
        """Plan the next query of a job whose answer says that it is still open."""
        self._failures.pop(job.id, None)
        self._plan(job, polling.pause(max(self._age(job), 0.0), self.expected(job), self.chance))

    def query_failed(self, job: Job) -> None:
        """Plan the next query after one without an answer, with backoff."""
        self._failures[job.id] += 1
        self._plan(job, RETRY.seconds(self._failures[job.id], self.chance))

    def _keep_only(self, job_ids: set[str]) -> None:
        for memory in (self._next, self._failures):
            for job_id in set(memory) - job_ids:
                memory.pop(job_id, None)
        self._requested &= job_ids

    def _first(self, job: Job) -> datetime:
        if any(task.asked_at for task in job.tasks):
            return min(_accepted(job), self.clock())
        return _accepted(job) + timedelta(seconds=polling.pause(0.0, self.expected(job), self.chance))

    def _plan(self, job: Job, seconds: float) -> None:
        pause = min(seconds, SOON) if job.id in self._requested else seconds
        self._next[job.id] = self.clock() + timedelta(seconds=pause)

    def _age(self, job: Job) -> float:
        return (self.clock() - _accepted(job)).total_seconds()


def _accepted(job: Job) -> datetime:
    return job.tasks[0].accepted_at or job.created_at
