"""Comparisons: jobs of an account side by side, and what people voted for. Values only."""

from dataclasses import dataclass
from datetime import datetime

from studio.core import expansion, redaction
from studio.core.values import Job

MOST_JOBS = expansion.MOST  # of one comparison: those of any plan
MOST_COMPARED = (2, 60)  # results that can be selected for a new comparison, at least and at most
NAMELESS = "Comparison"
UNKNOWN_MODEL = "Unknown model"  # of a job that was imported
_NAME = 60  # characters of a prompt


def name_for(prompt: str) -> str:
    """Return a name for a comparison that begins with a job of this prompt, without API keys."""
    words = redaction.text(" ".join(prompt.split()), "")
    return (words if len(words) <= _NAME else f"{words[: _NAME - 1]}…") or NAMELESS


@dataclass(frozen=True)
class Comparison:
    """Jobs under a name, in an order; `person` is the owner. `updated_at` is when name or jobs changed last."""

    id: str
    account: str
    person: str
    name: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    jobs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vote:
    """One person's choice of the best output (by its ID) in one row of a comparison."""

    comparison: str
    row: str
    person: str
    output: int


@dataclass(frozen=True)
class Column:
    """A model, and by label those of its settings that differ from its other columns."""

    model: str
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Row:
    """Jobs with the same prompt and references, for each column of the grid. `key` stays the same for the same inputs.

    Only an admin's removal of a job's inputs changes it, and such a job is in no grid.
    """

    key: str
    cells: tuple[tuple[Job, ...], ...]

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(job for cell in self.cells for job in cell)


@dataclass(frozen=True)
class Grid:
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()

    def columns_of(self, row: Row) -> list[int]:
        """Return the places of the columns that rows of the same kind, images or videos, have jobs in."""
        same = [other for other in self.rows if other.jobs[0].kind is row.jobs[0].kind]
        return [place for place in range(len(self.columns)) if any(other.cells[place] for other in same)]

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(job for row in self.rows for job in row.jobs)


@dataclass(frozen=True)
class Standing:
    """What is known of a model in a comparison; None for what is not known.

    `failure_rate` is the part of its ended tasks that gave no result. `credits_per_accepted` are the credits of all its
    jobs here, divided by the number of its results with a vote; not known while one of these costs is not.
    """

    model: str
    votes: int = 0
    median_seconds: float | None = None
    failure_rate: float | None = None
    credits_per_accepted: float | None = None
