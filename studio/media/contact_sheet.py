"""One image of many: small images in rows and columns with texts, on a sheet of limited size. Sizes are in pixels."""

from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from PIL import Image, ImageDraw

from studio.media import fonts, pictures
from studio.media.sheets import Cell, Line, Sheet, Tile

LEAST_WIDTH, MOST_WIDTH, MOST_HEIGHT = 700, 3200, 12_000
_COLUMNS = (300, 240, 180, 140, 100, 70)  # widths, the first that fits
_FEW, _WIDE = 3, pictures.PREVIEW_SIDE  # columns up to this number may be as wide as a preview, which is not enlarged
_NARROWEST = 140  # to which many rows make a column narrower; those without a place are counted
_MARGIN, _GAP, _LINE = 24, 12, 18
_PAPER, _INK, _GREY, _PLACE = "#FFFFFF", "#18181B", "#52525B", "#E4E4E7"
_TITLE, _HEADING, _SMALL = 24, 16, 13  # sizes of the font


def draw(sheet: Sheet, folder: Path) -> Path:
    """Draw a sheet as PNG into a folder. Rows and results that have no place are counted in its last line."""
    column = _column(sheet)
    width, lines = _width(sheet, column), _with_place(sheet, column)
    left_out = _left_out(sheet.lines, lines)
    paper = Image.new("RGB", (width, _height(lines, column) + _LINE * bool(left_out)), _PAPER)
    pen = ImageDraw.Draw(paper)
    _write(pen, (_MARGIN, _MARGIN), sheet.title, _TITLE, width=paper.width - 2 * _MARGIN)
    top = _MARGIN + 2 * _LINE
    for line in lines:
        _draw_line(paper, pen, line, top, column)
        top += _line_height(line, column)
    if left_out:
        _write(pen, (_MARGIN, top), left_out, _SMALL, width=width - 2 * _MARGIN, colour=_GREY)
    file = folder / "sheet.png"
    paper.save(file, "PNG")
    return file


def _column(sheet: Sheet) -> int:
    """Return the width of a column: the largest with which all columns fit and, if it stays readable, all rows."""
    known = (_WIDE, *_COLUMNS) if _columns(sheet) <= _FEW else _COLUMNS
    wide = [one for one in known if _width(sheet, one) < MOST_WIDTH] or [_COLUMNS[-1]]
    readable = [one for one in wide if one >= _NARROWEST] or wide[:1]
    return next((one for one in readable if _height(sheet.lines, one) <= MOST_HEIGHT), readable[-1])


def _with_place(sheet: Sheet, column: int) -> Sequence[Line]:
    """Return the rows, from the first one, for which a sheet has room; at least one, with the results that fit."""
    places = (_width(sheet, column) - 2 * _MARGIN + _GAP) // (column + _GAP)
    lines = [replace(line, cells=line.cells[:places]) for line in sheet.lines]
    last = next((end for end in range(len(lines), 1, -1) if _height(lines[:end], column) <= MOST_HEIGHT), 1)
    return [replace(line, cells=tuple(_cut_cell(cell, column) for cell in line.cells)) for line in lines[:last]]


def _cut_cell(cell: Cell, column: int) -> Cell:
    """Return a cell with the results for which a sheet of one row has room."""
    room = MOST_HEIGHT - _height([Line("", (replace(cell, tiles=()),))], column)
    rows = _rows_of(cell, column)
    ends = accumulate(height for _, height in rows)
    fitting = [row for (row, _), end in zip(rows, ends, strict=True) if end <= room]
    return replace(cell, tiles=tuple(tile for row in fitting for tile in row))


def _left_out(given: Sequence[Line], shown: Sequence[Line]) -> str:
    """Return how many rows have no place, and how many results, those of these rows among them; empty for none."""
    rows, results = len(given) - len(shown), _results(given) - _results(shown)
    said = [
        f"{number} {noun}{'' if number == 1 else 's'}"
        for number, noun in ((rows, "row"), (results, "result"))
        if number
    ]
    return f"Left out: {', '.join(said)}" if said else ""


def _results(lines: Sequence[Line]) -> int:
    return sum(len(cell.tiles) for line in lines for cell in line.cells)


def _width(sheet: Sheet, column: int) -> int:
    return min(MOST_WIDTH, max(LEAST_WIDTH, 2 * _MARGIN + _columns(sheet) * (column + _GAP) - _GAP))


def _columns(sheet: Sheet) -> int:
    return max((len(line.cells) for line in sheet.lines), default=1)


def _height(lines: Sequence[Line], column: int) -> int:
    return 2 * _MARGIN + 2 * _LINE + sum(_line_height(line, column) for line in lines)


def _line_height(line: Line, column: int) -> int:
    return 3 * _LINE + max((_cell_height(cell, column) for cell in line.cells), default=0)


def _cell_height(cell: Cell, column: int) -> int:
    return sum(height for _, height in _rows_of(cell, column)) + _LINE


def _rows_of(cell: Cell, column: int) -> list[tuple[Sequence[Tile], int]]:
    """Return the tiles of a cell in rows, two in each if there are several, with the height of each row."""
    number = min(2, len(cell.tiles)) or 1
    width = _tile_width(cell, column)
    rows = [cell.tiles[start : start + number] for start in range(0, len(cell.tiles), number)]
    return [(row, max(_image_size(tile, width)[1] for tile in row) + _LINE + _GAP // 2) for row in rows]


def _tile_width(cell: Cell, column: int) -> int:
    return (column - _GAP // 2) // 2 if len(cell.tiles) > 1 else column


def _image_size(tile: Tile, width: int) -> tuple[int, int]:
    """Return width and height of an image that is at most so wide."""
    ratio = max(tile.ratio, 0.1)
    height = min(_WIDE, width / ratio)
    return max(1, round(height * ratio)), max(1, round(height))


def _draw_line(paper: Image.Image, pen: ImageDraw.ImageDraw, line: Line, top: int, column: int) -> None:
    _write(pen, (_MARGIN, top), line.heading, _HEADING, width=paper.width - 2 * _MARGIN)
    left = _MARGIN
    for cell in line.cells:
        _draw_cell(paper, pen, cell, (left, top + round(1.5 * _LINE)), column)
        left += column + _GAP


def _draw_cell(paper: Image.Image, pen: ImageDraw.ImageDraw, cell: Cell, place: tuple[int, int], column: int) -> None:
    left, top = place
    _write(pen, place, cell.title, _SMALL, width=column)
    top, width = top + _LINE, _tile_width(cell, column)
    for tiles, height in _rows_of(cell, column):
        for number, tile in enumerate(tiles):
            at = left + number * (width + _GAP // 2)
            image = _image(tile, _image_size(tile, width))
            paper.paste(image, (at, top))
            _write(pen, (at, top + image.height + 2), tile.text, _SMALL, width=width, colour=_GREY)
        top += height


def _image(tile: Tile, size: tuple[int, int]) -> Image.Image:
    """Return the image in this size, a grey place if it cannot be decoded."""
    with suppress(Exception):  # odd bytes may fail in unforeseen ways; without a name there is no file
        with pictures.opened(Path(tile.file)) as opened:
            return opened.convert("RGB").resize(size)
    return Image.new("RGB", size, _PLACE)


def _write(
    pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, *, width: int, colour: str = _INK
) -> None:
    """Write one line, cut where it would be wider than this."""
    line, font = fonts.fitting(" ".join(text.split())[:400], size)
    pen.text(place, _cut(line, font, width), fill=colour, font=font)


def _cut(text: str, font: fonts.Font, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    too_long = bisect_right(range(len(text)), float(width), key=lambda end: float(font.getlength(f"{text[:end]}...")))
    return f"{text[: max(0, too_long - 1)].rstrip()}..."
