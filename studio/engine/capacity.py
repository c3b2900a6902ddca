"""Whether the API has room for a job's tasks beside those of its account that are under way."""

from collections.abc import Callable
from dataclasses import dataclass

from studio.core.values import Job, State
from studio.engine.context import Context
from studio.ledger.evidence import MAX_UNCLEAR_TIME

TASKS_AT_ONCE = 20  # S1, code 6010


@dataclass(frozen=True)
class Capacity:
    """`is_overdue` says of an open job that it takes far longer than usual."""

    context: Context
    is_overdue: Callable[[Job], bool]

    def is_full(self, job: Job) -> bool:
        """There is surely none for this job.

        Overdue tasks are not sure to take their places still, and may never end. A job is not held up for them: if
        there is no room indeed, the API says so, and it is back in the queue.
        """
        since = self.context.clock() - MAX_UNCLEAR_TIME
        under_way = self.context.ledger.jobs.tasks_under_way(self.context.account.id, since)
        if under_way + job.count <= TASKS_AT_ONCE:
            return False
        return under_way - self._overdue() + job.count > TASKS_AT_ONCE

    def _overdue(self) -> int:
        found = filter(self.is_overdue, self.context.ledger.jobs.in_state(self.context.account.id, State.OPEN))
        return sum(task.status.is_open for job in found for task in job.tasks)
