"""Spending as a CSV file that is safe to open."""

from collections.abc import Sequence

from studio.core.csv_files import lines
from studio.core.people import Spent


def as_csv(rows: Sequence[Spent]) -> str:
    """Return one line per row. People appear by id only, and no cell can be run as a formula by a spreadsheet."""
    header = ("day", "person", "model", "jobs", "credits", "jobs of unknown cost")
    cells = ((row.day, row.person, row.model, row.jobs, f"{row.credits:g}", row.unknown) for row in rows)
    return "".join(lines(header, cells))
