"""The progress of an account's jobs: whether any can change, and which take too long."""

from dataclasses import dataclass
from datetime import datetime

from studio.client_parts.calls import Calls
from studio.client_parts.context import ClientContext
from studio.client_parts.jobs import Jobs
from studio.core.values import Job
from studio.engine import tracker
from studio.ledger.evidence import MAX_UNCLEAR_TIME


@dataclass(frozen=True)
class Progress:
    context: ClientContext

    def is_moving(self, busy: int | None = None) -> bool:
        """Whether a job, a file or a preview can change without a person's action. `busy` if it is already known."""
        runtime = self.context.runtime
        if runtime.dispatcher.sending or (Jobs(self.context).busy() if busy is None else busy):
            return True
        waiting = self.context.ledger.jobs.unsaved(self.context.account.id)
        if any(output.try_at or not output.attempts for _, output in waiting):
            return True
        return runtime.saver.previews.is_at_work or self._may_get_callback()  # a preview follows its file

    def is_catching_up(self, busy: int | None = None) -> bool:
        """Whether the studio has just started and still asks for the status of many jobs."""
        is_catching_up = self.context.runtime.tracker.is_catching_up
        return is_catching_up and (Jobs(self.context).busy() if busy is None else busy) > tracker.MANY_QUERIES

    def is_overdue(self, job: Job) -> bool:
        """Whether an open task takes far longer than usual. It is marked, but never counts as failed for that."""
        return self.context.runtime.tracker.is_overdue(job)

    def overdue_at(self, job: Job) -> datetime | None:
        """Return when an open task will be overdue; None when it already is, or cannot be."""
        at = self.context.runtime.tracker.overdue_at(job)
        return at if at and at >= self.context.clock() else None

    def _may_get_callback(self) -> bool:
        """Whether a callback may still name the task of a recent job whose answer was lost."""
        if not Calls(self.context).has_webhook():
            return False
        since = self.context.clock() - MAX_UNCLEAR_TIME
        return bool(self.context.ledger.jobs.unclear(self.context.account.id, since))
