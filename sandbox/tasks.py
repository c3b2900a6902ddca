"""The sandbox's tasks, how fast they progress, and when they are charged."""

from dataclasses import dataclass
from typing import Any

OPEN = ("waiting", "processing")
OUTCOMES = ("succeed", "failed", "stuck", "empty", "forgotten")  # empty: done without a file


@dataclass(frozen=True)
class Policy:
    """How fast tasks progress: `after` is "once", "reads" or "seconds", with an amount for an image and for a video.

    With a `spread` the seconds are a median: durations are log-normal around it, with this sigma.
    """

    after: str = "seconds"
    image: float = 3.0
    video: float = 8.0
    spread: float = 0.0

    def __post_init__(self) -> None:
        amounts = (self.image, self.video, self.spread)
        if self.after not in ("once", "reads", "seconds") or not all(isinstance(n, int | float) for n in amounts):
            raise ValueError("after is once, reads or seconds; image, video and spread are numbers")


@dataclass(frozen=True)
class Charging:
    """When credits are taken, `at-submit` or `at-end`, and whether those of a failed task are refunded."""

    when: str = "at-submit"
    refund: bool = True

    def __post_init__(self) -> None:
        if self.when not in ("at-submit", "at-end") or not isinstance(self.refund, bool):
            raise ValueError("when is at-submit or at-end; refund is true or false")


@dataclass(frozen=True)
class SandboxTask:
    """One task. `outcome` is decided at the start, and is one of OUTCOMES."""

    id: str
    batch: str
    owner: str
    group: str
    body: dict[str, Any]
    position: int
    made: float
    cost: int
    outcome: str = "succeed"
    reads: int = 0
    status: str = "waiting"
    reply: str = "batch"  # the documented shape of the answer to the submission, from its route
    charged: str = "at-submit"
    refunds: bool = True

    @property
    def is_open(self) -> bool:
        return self.status in OPEN
