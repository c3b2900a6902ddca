"""Whether the API has capacity for a job: WeryAI runs a limited number of tasks per account at once."""

from collections.abc import Callable
from dataclasses import dataclass

from studio.core.values import Job, State
from studio.engine.context import Context
from studio.ledger.evidence import MAX_UNCLEAR_TIME

TASKS_AT_ONCE = 20  # S1, code 6010


@dataclass(frozen=True)
class Capacity:
    """`is_overdue` says whether an open job takes far longer than usual."""

    context: Context
    is_overdue: Callable[[Job], bool]

    def is_full(self, job: Job) -> bool:
        """Whether the API surely has no capacity for this job.

        Overdue tasks are not counted: they may never end, and WeryAI may count them no longer. If it does count them,
        it refuses the job, which goes back to the queue.
        """
        since = self.context.clock() - MAX_UNCLEAR_TIME
        under_way = self.context.ledger.jobs.tasks_under_way(self.context.account.id, since)
        if under_way + job.count <= TASKS_AT_ONCE:
            return False
        return under_way - self._overdue_tasks() + job.count > TASKS_AT_ONCE

    def _overdue_tasks(self) -> int:
        found = filter(self.is_overdue, self.context.ledger.jobs.in_state(self.context.account.id, State.OPEN))
        return sum(task.status.is_open for job in found for task in job.tasks)
