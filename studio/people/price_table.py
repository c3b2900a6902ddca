"""The price table as rows of cells, from an editor or CSV: checked as a whole; and as CSV that is safe to open."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from studio.core import csv_files, redaction
from studio.core.csv_files import lines
from studio.core.errors import DraftError
from studio.core.number_texts import credits
from studio.core.prices import Price, Unit
from studio.core.spending_limits import LEAST, MOST
from studio.core.values import Kind
from studio.weryai.modes import MODES
from studio.weryai.request_body import MODEL_KEY

COLUMNS = ("mode", "model", "resolution", "unit", "credits")
MOST_ROWS, MOST_BYTES = 1000, 200_000
_OPTIONAL = {"resolution"}


@dataclass(frozen=True)
class Row:
    """The cells of a row by column, as text; `place` says which row it is, as in: Line 3."""

    place: str
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        return self.cells.get(column, "").strip()


def as_csv(prices: Iterable[Price]) -> str:
    """Return the table as CSV."""
    rows = ((price.mode, price.model, price.resolution, price.unit, f"{price.credits:.12g}") for price in prices)
    return "".join(lines(COLUMNS, rows))


def from_csv(data: bytes) -> tuple[list[Row], list[str]]:
    """Return the rows of a CSV file with commas or semicolons, or else why it cannot be read."""
    try:
        table = csv_files.read(data, MOST_BYTES)
    except DraftError as error:
        return [], [error.message]
    return _rows(table.lines, has_decimal_comma=table.separator == ";")


def read(rows: Sequence[Row]) -> tuple[list[Price], list[str]]:
    """Return the prices of these rows, or else what is wrong in which row. Rows without any text are left out."""
    filled = [row for row in rows if any(map(row.cell, COLUMNS))]
    if len(filled) > MOST_ROWS:
        return [], [f"The table has {len(filled):,} rows. The limit is {MOST_ROWS:,}."]
    if problems := [f"{row.place}: {problem}" for row in filled for problem in _problems(row)]:
        return [], problems
    prices = [_price(row) for row in filled]
    places: dict[tuple[str, str, str], str] = {}
    for row, price in zip(filled, prices, strict=True):
        if (first := places.setdefault(price.key, row.place)) != row.place:
            problems.append(f"{row.place}: same mode, model and resolution as {first.lower()}.")
    return ([], problems) if problems else (prices, [])


def _rows(read_lines: Sequence[tuple[int, list[str]]], *, has_decimal_comma: bool) -> tuple[list[Row], list[str]]:
    header = [name.strip().lower() for name in read_lines[0][1]] if read_lines else []
    if not set(COLUMNS) - _OPTIONAL <= set(header) <= set(COLUMNS) or len(header) > len(set(header)):
        return [], [f"Line 1: the columns must be {', '.join(COLUMNS)}."]
    if problems := [
        f"Line {number}: it has more cells than line 1." for number, cells in read_lines if cells[len(header) :]
    ]:
        return [], problems
    rows = [(number, dict(zip(header, cells, strict=False))) for number, cells in read_lines[1:]]
    if has_decimal_comma:
        rows = [(number, cells | {"credits": cells.get("credits", "").replace(",", ".")}) for number, cells in rows]
    return [Row(f"Line {number}", cells) for number, cells in rows], []


def _problems(row: Row) -> Iterator[str]:
    mode, model, resolution, unit = map(row.cell, COLUMNS[:4])
    if mode not in MODES:
        yield f"the mode must be one of {', '.join(MODES)}."
    if not MODEL_KEY.fullmatch(model) or redaction.holds_key(model):
        yield "the model must be a model key, such as SEEDREAM_4_5."
    if resolution and (not MODEL_KEY.fullmatch(resolution) or redaction.holds_key(resolution)):
        yield "the resolution must be as WeryAI writes it, such as 720p, or empty."
    if unit not in list(Unit):
        yield f"the unit must be {' or '.join(Unit)}."
    elif unit == Unit.SECOND and mode in MODES and MODES[mode].kind is not Kind.VIDEO:
        yield f"an image has no seconds, so the unit must be {Unit.RESULT}."
    if not LEAST <= _number(row) <= MOST:
        yield f"the credits must be a number from {LEAST:g} to {credits(MOST)}."


def _price(row: Row) -> Price:
    mode, model, resolution, unit = map(row.cell, COLUMNS[:4])
    return Price(mode, model, resolution, Unit(unit), _number(row))


def _number(row: Row) -> float:
    """Return the credits of a row; 0 for what is no number."""
    try:
        return float(row.cell("credits"))
    except ValueError:
        return 0.0
