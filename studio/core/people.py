"""People in the ledger: who they are, what they spent, and what an admin did. Values only."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Person:
    """Somebody who has used the studio."""

    id: str
    email: str
    name: str = ""

    @property
    def label(self) -> str:
        """The name that others see: the name, else the email address, else the id."""
        return self.name or self.email or self.id


@dataclass(frozen=True)
class Spent:
    """The jobs of one person with one model on one day (UTC); the cost of `unknown` of them is not known."""

    day: str
    person: str
    model: str
    jobs: int
    credits: float
    unknown: int = 0


@dataclass(frozen=True)
class AdminAction:
    """Something that an admin did; it is never deleted. `owner` is the person whose job or data it was about."""

    id: str
    at: datetime
    person: str
    account: str
    verb: str
    job: str
    owner: str = ""
    files: int = 0
