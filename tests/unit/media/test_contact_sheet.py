"""The contact sheet: images and texts in rows, in a size that stays limited, whatever is in the files."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from studio.media import contact_sheet, fonts, isolated
from studio.media.contact_sheet import LEAST_WIDTH, MOST_HEIGHT, MOST_WIDTH, draw
from studio.media.sheets import Cell, Line, Sheet, Tile


@pytest.fixture
def red(tmp_path: Path) -> str:
    file = tmp_path / "red.webp"
    Image.new("RGB", (48, 27), "#FF0000").save(file)
    return str(file)


def sheet(file: str, *, rows: int = 1, columns: int = 2, tiles: int = 1, ratio: float = 16 / 9) -> Sheet:
    cell = Cell("A model", (Tile(file, "12 s · 7 credits", ratio),) * tiles)
    return Sheet("Bake-off", (Line("Dunes with long morning shadows", (cell,) * columns),) * rows)


def reds(drawn: Path) -> int:
    with Image.open(drawn) as image:
        found = image.getcolors(image.width * image.height) or []
    return sum(
        number for number, colour in found if isinstance(colour, tuple) and colour[0] > 200 > 60 > max(colour[1:])
    )


def size(drawn: Path) -> tuple[int, int]:
    with Image.open(drawn) as image:
        return image.size


def test_a_sheet_has_each_image_in_its_shape(red: str, tmp_path: Path) -> None:
    one, four = reds(draw(sheet(red, columns=1), tmp_path)), reds(draw(sheet(red, columns=2, tiles=2), tmp_path))
    assert one == pytest.approx(480 * 270, rel=0.02) and four == pytest.approx(4 * 237 * 133, rel=0.03)
    assert reds(draw(sheet(red, columns=4), tmp_path)) == pytest.approx(4 * 300 * 169, rel=0.02)


@pytest.mark.parametrize(("columns", "width"), [(1, 480), (3, 480), (4, 300)])
def test_few_columns_are_wider(red: str, tmp_path: Path, columns: int, width: int) -> None:
    assert size(draw(sheet(red, columns=columns), tmp_path))[0] == max(LEAST_WIDTH, columns * (width + 12) + 36)


@pytest.mark.parametrize(("rows", "columns", "tiles"), [(1, 60, 1), (100, 2, 4), (400, 1, 1), (3, 9, 3)])
def test_a_sheet_is_never_larger_than_its_limits(red: str, tmp_path: Path, rows: int, columns: int, tiles: int) -> None:
    width, height = size(draw(sheet(red, rows=rows, columns=columns, tiles=tiles), tmp_path))
    assert width <= MOST_WIDTH and height <= MOST_HEIGHT + 100


def test_many_rows_are_smaller_and_those_without_a_place_are_counted(red: str, tmp_path: Path) -> None:
    wide, _ = size(draw(sheet(red, columns=4), tmp_path))
    narrow, _ = size(draw(sheet(red, rows=60, columns=4), tmp_path))
    assert narrow < wide
    drawn = draw(sheet(red, rows=400, columns=2), tmp_path)
    with Image.open(drawn) as image:
        end = image.crop((0, image.height - 48, image.width, image.height)).convert("L").tobytes()
    assert min(end) < 120, "the last line says how many"
    high = sheet(red, rows=1, columns=1, tiles=300, ratio=0.1)
    assert size(draw(high, tmp_path))[1] <= MOST_HEIGHT


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written within the paper, in order."""
    found, write = list[str](), contact_sheet._write

    def noted(pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, **look: Any) -> None:
        if place[0] < pen.im.size[0] and place[1] + size <= pen.im.size[1]:
            found.append(text)
        write(pen, place, text, size, **look)

    monkeypatch.setattr(contact_sheet, "_write", noted)
    return found


@pytest.mark.parametrize(
    ("given", "last"),
    [
        ({"columns": 60}, "Left out: 22 results"),
        ({"columns": 39}, "Left out: 1 result"),
        ({"columns": 1, "tiles": 240, "ratio": 9 / 16}, "Left out: 76 results"),
        ({"columns": 60, "rows": 2}, "Left out: 44 results"),
        ({"columns": 2, "tiles": 4, "rows": 70}, "Left out: 10 rows, 80 results"),
    ],
)
def test_all_results_are_on_a_sheet_or_counted_in_its_last_line(
    red: str, tmp_path: Path, said: list[str], given: dict[str, Any], last: str
) -> None:
    whole = sheet(red, **given)
    draw(whole, tmp_path)
    number = int(last.split()[-2])
    assert said[-1] == last and said.count("12 s · 7 credits") + number == sum(
        len(cell.tiles) for line in whole.lines for cell in line.cells
    )


def test_a_sheet_with_a_place_for_everything_counts_nothing(red: str, tmp_path: Path, said: list[str]) -> None:
    draw(sheet(red, rows=3, columns=9, tiles=3), tmp_path)
    assert said.count("12 s · 7 credits") == 81 and "Left out" not in said[-1]


@pytest.mark.parametrize("columns", [1, 2, 4])
def test_a_sheet_of_many_rows_stays_readable_and_leaves_rows_out(red: str, tmp_path: Path, columns: int) -> None:
    of_one = reds(draw(sheet(red, columns=columns), tmp_path))
    drawn = draw(sheet(red, rows=100, columns=columns), tmp_path)
    assert size(drawn)[0] >= LEAST_WIDTH and size(drawn)[1] > MOST_HEIGHT * 0.95
    assert reds(drawn) > 5 * of_one, "the rows that are there have images to look at"


def test_a_long_text_is_cut_with_few_measurements() -> None:
    measured = list[str]()

    class Font:
        def getlength(self, text: str) -> float:
            measured.append(text)
            return 7 * len(text)

    def cut(text: str, width: int) -> str:
        return contact_sheet._cut(text, Font(), width)  # type: ignore[arg-type]

    assert cut("x" * 400, 100) == "x" * 11 + "..." and len(measured) < 15
    assert [cut(text, 28) for text in ("abcd", "abcde", "a bcd")] == ["abcd", "a...", "a..."]
    assert cut("abc", 7) == "..."


def test_odd_shapes_and_files_leave_a_grey_place(tmp_path: Path) -> None:
    (tmp_path / "odd.webp").write_bytes(b"RIFF no image")
    for file in ("", str(tmp_path / "odd.webp"), str(tmp_path / "missing.webp")):
        for ratio in (0.0, 0.001, 1000.0):
            assert reds(draw(sheet(file, ratio=ratio), tmp_path)) == 0
    assert size(draw(Sheet("", ()), tmp_path)) > (0, 0)


def test_long_texts_are_cut_and_unusual_ones_drawn(red: str, tmp_path: Path) -> None:
    given = Sheet("山に朝の光\n" * 50, (Line("سماء 🌄 " * 200, (Cell("x" * 5000, (Tile(red, "\0\ud800" * 9),)),)),))
    assert size(draw(given, tmp_path))[0] == size(draw(sheet(red, columns=1), tmp_path))[0]
    assert contact_sheet._cut("x" * 5000, fonts.fitting("x", 13)[1], 100).endswith("...")


def test_it_is_drawn_in_the_process_of_the_decoders(red: str, tmp_path: Path) -> None:
    assert reds(isolated.contact_sheet(sheet(red), tmp_path)) > 0
