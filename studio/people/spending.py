"""What was spent, by whom, on which model and day; and what admins did. Values, and a file that is safe to open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from studio.history.csv_cells import lines


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


def as_csv(rows: Sequence[Spent]) -> str:
    """A line for each row. People are in it by their id alone, and no cell is one that a spreadsheet would run."""
    header = ("day", "person", "model", "jobs", "credits", "jobs of unknown cost")
    cells = ((row.day, row.person, row.model, row.jobs, f"{row.credits:g}", row.unknown) for row in rows)
    return "".join(lines(header, cells))
