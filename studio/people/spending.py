"""What was spent, as a file that is safe to open."""

from collections.abc import Sequence

from studio.core.people import Spent
from studio.history.csv_cells import lines


def as_csv(rows: Sequence[Spent]) -> str:
    """A line for each row. People are in it by their id alone, and no cell is one that a spreadsheet would run."""
    header = ("day", "person", "model", "jobs", "credits", "jobs of unknown cost")
    cells = ((row.day, row.person, row.model, row.jobs, f"{row.credits:g}", row.unknown) for row in rows)
    return "".join(lines(header, cells))
