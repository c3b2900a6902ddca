"""How far the jobs of an account are: whether any can change by itself, and which take too long."""

from dataclasses import dataclass
from datetime import datetime

from studio.client_parts.calls import Calls
from studio.client_parts.context import ClientContext
from studio.client_parts.jobs import Jobs
from studio.core.values import Job
from studio.engine import tracker
from studio.ledger.evidence import UNCLEAR_COUNTS


@dataclass(frozen=True)
class Progress:
    context: ClientContext

    def is_moving(self, busy: int | None = None) -> bool:
        """Something here can change by itself: a job, a file, a preview. `busy` when it is known already."""
        runtime = self.context.runtime
        if runtime.dispatcher.sending or (Jobs(self.context).busy() if busy is None else busy):
            return True
        if runtime.saver.previews.is_at_work:
            return True
        waiting = self.context.ledger.jobs.unsaved(self.context.account.id)
        return any(output.try_at or not output.attempts for _, output in waiting) or self._may_be_called_about_one()

    def is_catching_up(self, busy: int | None = None) -> bool:
        """The studio was started anew, and learns what became of many jobs meanwhile."""
        is_catching_up = self.context.runtime.tracker.is_catching_up
        return is_catching_up and (Jobs(self.context).busy() if busy is None else busy) > tracker.MANY

    def is_overdue(self, job: Job) -> bool:
        """An open task takes far longer than usual. A mark, never a reason to call it failed."""
        return self.context.runtime.tracker.is_overdue(job)

    def overdue_at(self, job: Job) -> datetime | None:
        """When an open task will be overdue; nothing when it is already, or cannot be."""
        at = self.context.runtime.tracker.overdue_at(job)
        return at if at and at >= self.context.clock() else None

    def _may_be_called_about_one(self) -> bool:
        """A job was sent of late whose answer was lost, and a call may tell its task."""
        if not Calls(self.context).has_webhook():
            return False
        since = self.context.clock() - UNCLEAR_COUNTS
        return bool(self.context.ledger.jobs.unclear(self.context.account.id, since))
