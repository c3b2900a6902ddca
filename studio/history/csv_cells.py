"""Lines of a CSV file that is safe to open: no cell is one that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def lines(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The file line by line; a text that begins like a formula gets a mark in front. Numbers stay what they are."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    yield text.getvalue()
    for row in rows:
        text.seek(0)
        text.truncate()
        writer.writerow([_plain(cell) if isinstance(cell, str) else cell for cell in row])
        yield text.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
