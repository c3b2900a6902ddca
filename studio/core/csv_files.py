"""CSV files: written so that a spreadsheet runs no cell as a formula, and read as people save them."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from studio.core.errors import DraftError

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


class Table(NamedTuple):
    """The lines of a file with their numbers, the header first, and what separates their cells."""

    lines: list[tuple[int, list[str]]]
    separator: str


def read(data: bytes, most_bytes: int) -> Table:
    """Return the lines of a CSV file in UTF-8 with commas or semicolons. Errors: DraftError, which says why not."""
    if len(data) > most_bytes:
        raise DraftError(f"The file is larger than {most_bytes // 1000} KB.", field="")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DraftError("The file isn't UTF-8 text. Save it as CSV in UTF-8.", field="") from None
    header = text.partition("\n")[0]
    separator = ";" if ";" in header and "," not in header else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return Table([(reader.line_num, cells) for cells in reader], separator)
    except csv.Error as error:
        raise DraftError(f"Line {reader.line_num}: {error}.", field="") from None
