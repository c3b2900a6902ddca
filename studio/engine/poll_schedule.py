"""When each open job of an account is asked about next. Kept in memory: after a restart all are asked about at once."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from studio.core.values import Clock, Job
from studio.engine import polling
from studio.engine.backoff import Backoff

SOON = 0.5  # a job that somebody wants to hear of now, after a question that had begun before

RETRY = Backoff.doubling(4.0, 60.0, jitter=(0.8, 1.2))


@dataclass
class PollSchedule:
    """`expected` tells how long a job usually takes."""

    expected: Callable[[Job], polling.Usual]
    clock: Clock
    chance: Random = field(default_factory=Random)
    _next: dict[str, datetime] = field(default_factory=dict)
    _failures: Counter[str] = field(default_factory=Counter)
    _requested: set[str] = field(default_factory=set)

    def update(self, jobs: Sequence[Job]) -> None:
        """These are open: new ones are planned, and the rest is forgotten."""
        self._keep_only({job.id for job in jobs})
        for job in jobs:
            if job.id not in self._next:
                self._next[job.id] = self._first(job)
            if self._next[job.id] - self.clock() > polling.LONGEST_BETWEEN_ASKS:  # a clock was set back
                self._next[job.id] = self.clock()

    def due_at(self, job: Job) -> datetime:
        """When to ask about an open job: as planned, the first time by its model's usual time, at once after a restart.

        The job is one of those of the last `update`.
        """
        return self._next[job.id]

    def request_now(self, job_id: str) -> None:
        """Now, whatever its turn; once more, if an answer is on its way already."""
        self._requested.add(job_id)
        self._next[job_id] = self.clock()

    def query_sent(self, job: Job) -> None:
        """A question leaves: whoever wanted it before is served by it."""
        self._requested.discard(job.id)

    def still_open(self, job: Job) -> None:
        """It is open still."""
        self._failures.pop(job.id, None)
        self._plan(job, polling.pause(max(self._age(job), 0.0), self.expected(job), self.chance))

    def query_failed(self, job: Job) -> None:
        """There was no answer: ever later."""
        self._failures[job.id] += 1
        self._plan(job, RETRY.seconds(self._failures[job.id], self.chance))

    def _keep_only(self, job_ids: set[str]) -> None:
        for memory in (self._next, self._failures):
            for gone in set(memory) - job_ids:
                memory.pop(gone, None)
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
