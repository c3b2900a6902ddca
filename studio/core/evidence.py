"""What the balance shows of a submission without a clear answer, and which other jobs may have changed the balance."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.values import Job, Status

ROUNDING = 0.005


class Verdict(StrEnum):
    """Whether WeryAI accepted the submission, as far as the balance shows."""

    PROBABLY = "probably"
    PROBABLY_NOT = "probably not"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Evidence:
    """The balance before and after a submission, and the account's other jobs that may have changed it in between.

    `sent` jobs were submitted in between; `refunds` may have returned credits. `is_late`: the second balance was
    read after a restart, so unknown purchases, costs and refunds may lie in between.
    """

    before: float | None
    after: float | None
    sent: tuple[Job, ...] = ()
    refunds: tuple[Job, ...] = ()
    is_late: bool = False

    @property
    def fell_by(self) -> float | None:
        """How many credits the balance lost; negative when it rose, None when a balance is not known."""
        return None if self.before is None or self.after is None else self.before - self.after

    @property
    def others_cost(self) -> float | None:
        """The credits that the other jobs took; None when the cost of one of them is not known.

        A failed task counts as unknown: the ledger keeps its final cost, not what it took at first.
        """
        costs = [None if _came_to_nothing(job) else job.cost for job in self.sent]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    @property
    def verdict(self) -> Verdict:
        if self.fell_by is None or self.others_cost is None:
            return Verdict.UNKNOWN
        if self.fell_by > self.others_cost + ROUNDING:  # refunds make this difference smaller, not larger
            return Verdict.PROBABLY
        may_have_risen = self.fell_by < -ROUNDING or self.refunds or self.is_late
        return Verdict.UNKNOWN if may_have_risen else Verdict.PROBABLY_NOT


def _came_to_nothing(job: Job) -> bool:
    return any(task.status in (Status.FAILED, Status.GONE) for task in job.tasks)
