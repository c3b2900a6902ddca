"""What is known of a submission without a clear answer: what the balance did, and what else could have moved it."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.values import Job, Status

ROUNDING = 0.005


class Verdict(StrEnum):
    """Whether WeryAI accepted it, as far as the balance can tell."""

    PROBABLY = "probably"
    PROBABLY_NOT = "probably not"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Evidence:
    """The balance before and after, and the other jobs of the account that may have moved it between.

    `sent` were on their way meanwhile, credits of `refunds` may have come back; `is_late`: it was told after a restart,
    and nobody knows what was bought, spent or given back until then.
    """

    before: float | None
    after: float | None
    sent: tuple[Job, ...] = ()
    refunds: tuple[Job, ...] = ()
    is_late: bool = False

    @property
    def fell_by(self) -> float | None:
        """What the balance lost, in credits; negative when it rose."""
        return None if self.before is None or self.after is None else self.before - self.after

    @property
    def others_cost(self) -> float | None:
        """What the other jobs are known to have taken; None when that is not known of each.

        What is kept of a failed task is its cost in the end, not what it took at first.
        """
        costs = [None if _came_to_nothing(job) else job.cost for job in self.sent]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    @property
    def verdict(self) -> Verdict:
        if self.fell_by is None or self.others_cost is None:
            return Verdict.UNKNOWN
        if self.fell_by > self.others_cost + ROUNDING:  # whatever came back made this less, not more
            return Verdict.PROBABLY
        may_have_risen = self.fell_by < -ROUNDING or self.refunds or self.is_late
        return Verdict.UNKNOWN if may_have_risen else Verdict.PROBABLY_NOT


def _came_to_nothing(job: Job) -> bool:
    return any(task.status in (Status.FAILED, Status.GONE) for task in job.tasks)
