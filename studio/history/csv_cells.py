"""Lines of a CSV file in which no cell can be run as a formula by a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def lines(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the file line by line; a text that begins like a formula gets a quote in front. Numbers are unchanged."""
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
