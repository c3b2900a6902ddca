"""What is known of a submission without a clear answer: what the balance did, and what else could have moved it."""

from dataclasses import dataclass
from enum import StrEnum

from studio.values import Job

ROUNDING = 0.005


class Verdict(StrEnum):
    """Whether WeryAI accepted it, as far as the balance can tell."""

    PROBABLY = "probably"
    PROBABLY_NOT = "probably not"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Evidence:
    """The balance before and after, and the other jobs of the account that were sent or came to an end between."""

    before: float | None
    after: float | None
    sent: tuple[Job, ...] = ()
    failed: tuple[Job, ...] = ()

    @property
    def fell_by(self) -> float | None:
        """What the balance lost, in credits; negative when it rose."""
        return None if self.before is None or self.after is None else self.before - self.after

    @property
    def others_cost(self) -> float | None:
        """What the other jobs are known to have taken; None when that is not known of each."""
        costs = [job.cost for job in self.sent]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    @property
    def verdict(self) -> Verdict:
        if self.fell_by is None or self.failed or self.others_cost is None:  # a failed one may have given credits back
            return Verdict.UNKNOWN
        return Verdict.PROBABLY if self.fell_by > self.others_cost + ROUNDING else Verdict.PROBABLY_NOT
