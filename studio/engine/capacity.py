"""Whether the API has room for a job's tasks beside those of its account that are under way."""

from collections.abc import Callable
from dataclasses import dataclass

from studio.core.account import Account
from studio.core.values import Clock, Job, State
from studio.ledger.evidence import UNCLEAR_COUNTS
from studio.ledger.ledger import Ledger

TASKS_AT_ONCE = 20  # S1, code 6010


@dataclass(frozen=True)
class Capacity:
    """`is_overdue` says of an open job that it takes far longer than usual."""

    account: Account
    ledger: Ledger
    is_overdue: Callable[[Job], bool]
    clock: Clock

    def is_full(self, job: Job) -> bool:
        """There is surely none for this job.

        Overdue tasks are not sure to take their places still, and may never end. A job is not held up for them: if
        there is no room indeed, the API says so, and it is back in the queue.
        """
        under_way = self.ledger.jobs.tasks_under_way(self.account.id, self.clock() - UNCLEAR_COUNTS)
        if under_way + job.count <= TASKS_AT_ONCE:
            return False
        return under_way - self._overdue() + job.count > TASKS_AT_ONCE

    def _overdue(self) -> int:
        found = filter(self.is_overdue, self.ledger.jobs.in_state(self.account.id, State.OPEN))
        return sum(task.status.is_open for job in found for task in job.tasks)
