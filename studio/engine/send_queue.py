"""Which queued job of an account is sent next: people take turns, and pauses and the API's capacity are kept."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta

from studio.core.values import Job, State
from studio.engine.capacity import Capacity
from studio.engine.context import Context
from studio.engine.polling import seconds_until
from studio.engine.send_pause import SendPause

IDLE = 60.0  # a job that is queued wakes the dispatcher
CAPACITY_RECHECK = 2.0
LONG_AGO = timedelta(days=1)  # a person who sent nothing for so long is first


@dataclass(frozen=True)
class SendQueue:
    context: Context
    capacity: Capacity
    pause: SendPause

    def next(self, sending: Set[str]) -> tuple[Job | None, float]:
        """Return the next job, without those in `sending`; or None, and the seconds after which to look again."""
        in_queue = self.context.ledger.jobs.in_state(self.context.account.id, State.QUEUED)
        queued = [job for job in in_queue if job.id not in sending]
        at = self.context.clock()
        if not queued:
            return None, IDLE
        if pause := seconds_until(self.pause.until, at):
            return None, pause
        ready = [job for job in queued if not seconds_until(job.not_before, at)]
        if not ready:
            return None, min(seconds_until(job.not_before, at) for job in queued)
        job = self._first(ready)
        return (None, CAPACITY_RECHECK) if self.capacity.is_full(job) else (job, 0.0)

    def _first(self, ready: list[Job]) -> Job:
        """Return the oldest job of the person whose last job was sent longest ago."""
        never = self.context.clock() - LONG_AGO
        last = self.context.ledger.jobs.last_sent(self.context.account.id, never)
        return min(ready, key=lambda job: (last.get(job.person) or never, job.created_at, job.id))
