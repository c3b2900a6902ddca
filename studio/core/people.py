"""People as the ledger knows them: who they are, what they spent, what an admin did. Values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Person:
    """Somebody who has been here, as the ledger knows them."""

    id: str
    email: str
    name: str = ""

    @property
    def label(self) -> str:
        """How others know them: by their name, else by their address."""
        return self.name or self.email or self.id


@dataclass(frozen=True)
class Spent:
    """The jobs of one person with one model on one day (UTC); of `unknown` many nobody knows the cost."""

    day: str
    person: str
    model: str
    jobs: int
    credits: float
    unknown: int = 0


@dataclass(frozen=True)
class AdminAction:
    """Something that an admin did, for good."""

    id: str
    at: datetime
    person: str
    account: str
    verb: str
    job: str
    whose: str = ""
    files: int = 0
