"""The queue of an account: what is not sent yet, what is being sent, and why the next one waits."""

from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.core.errors import StudioError
from studio.core.values import Job
from studio.engine import polling


@dataclass(frozen=True)
class Queue:
    context: ClientContext

    def is_sending(self, job_id: str) -> bool:
        """Its POST is in flight: what comes of it is not known yet."""
        return job_id in self.context.runtime.dispatcher.sending

    def ahead_of(self, job: Job) -> int:
        """How many queued jobs of the account were there before this one."""
        return self.context.ledger.jobs.queued_before(job)

    def is_full(self, job: Job) -> bool:
        """The API has no room for this job at the moment."""
        return self.context.runtime.dispatcher.is_full(job)

    def retries_in(self) -> float:
        """The seconds until the next submission after one that could not be taken; 0 when nothing holds it up."""
        return polling.seconds_until(self.context.runtime.dispatcher.pause.until, self.context.clock())

    def held_up_by(self) -> StudioError | None:
        """Why the next submission waits, while one does that could not be taken."""
        return self.context.runtime.dispatcher.pause.error if self.retries_in() else None
