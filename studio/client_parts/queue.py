"""The queue of an account: which jobs wait, which are being sent, and why the next one waits."""

from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.core.errors import StudioError
from studio.core.values import Job
from studio.engine import polling


@dataclass(frozen=True)
class Queue:
    context: ClientContext

    def is_sending(self, job_id: str) -> bool:
        """Whether the job's POST is in flight."""
        return job_id in self.context.runtime.dispatcher.sending

    def ahead_of(self, job: Job) -> int:
        """Return the number of the account's queued jobs before this one."""
        return self.context.ledger.jobs.queued_before(job)

    def is_full(self, job: Job) -> bool:
        """Whether the API has no capacity for this job at the moment."""
        return self.context.runtime.dispatcher.is_full(job)

    def seconds_until_retry(self) -> float:
        """Return the seconds until the next submission, after one was not accepted; 0 when there is no pause."""
        return polling.seconds_until(self.context.runtime.dispatcher.pause.until, self.context.clock())

    def pause_error(self) -> StudioError | None:
        """Return the error that caused the pause of submissions; None when there is no pause."""
        return self.context.runtime.dispatcher.pause.error if self.seconds_until_retry() else None
