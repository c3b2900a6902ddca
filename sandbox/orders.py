"""The current orders for the sandbox's answers and callbacks."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.dialect import Dialect
from sandbox.faults import Faults
from sandbox.links import Links
from sandbox.listing import Listing

HOW = {
    "once": "one call, when the task ends",
    "twice": "the same call two times",
    "late": "the call comes `seconds` after the end",
    "out-of-order": "the end is told first, and then an earlier state",
    "forged": "somebody else calls: under a wrong secret, and under the right one with a task that is not there",
    "never": "no call",
}


@dataclass(frozen=True)
class Calling:
    """How callbacks are sent: one of HOW."""

    how: str = "once"
    seconds: float = 5.0

    def __post_init__(self) -> None:
        if self.how not in HOW or not isinstance(self.seconds, int | float):
            raise ValueError(f"how is one of {', '.join(HOW)}; seconds is a number")


@dataclass
class Orders:
    """The orders for its answers; all other orders are in the backend."""

    dialect: Dialect = field(default_factory=Dialect)
    faults: Faults = field(default_factory=Faults)
    calling: Calling = field(default_factory=Calling)
    links: Links = field(default_factory=Links)
    listing: Listing = field(default_factory=Listing)
    called: list[dict[str, Any]] = field(default_factory=list)  # the callbacks made, with each answer
