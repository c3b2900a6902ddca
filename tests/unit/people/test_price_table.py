"""The price table from CSV and back: what is wrong is named by line, and a table that is partly wrong is no table."""

import pytest

from studio.core.prices import Price, Unit
from studio.people.price_table import MOST_BYTES, MOST_ROWS, as_csv, from_csv, read

HEADER = "mode,model,resolution,unit,credits"
PRICES = [
    Price("text_to_image", "M", "", Unit.RESULT, 7),
    Price("text_to_video", "V-2.0", "720p", Unit.SECOND, 0.125),
    Price("text_to_video", "V-2.0", "", Unit.RESULT, 123_456.75),
]


def found(*text: str, encoding: str = "utf-8") -> tuple[list[Price], list[str]]:
    rows, problems = from_csv("\n".join(text).encode(encoding))
    return ([], problems) if problems else read(rows)


def test_a_table_comes_back_from_csv_as_it_was() -> None:
    assert found(as_csv(PRICES)) == (PRICES, [])
    assert found(as_csv([])) == ([], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_what_spreadsheets_write_is_read(encoding: str) -> None:
    text = ("Credits;Unit;Mode;Model\r", "0,5;second;text_to_video; V \r", ";;;\r", "\r", '12;"result";text_to_image;M')
    assert found(*text, encoding=encoding) == (
        [Price("text_to_video", "V", "", Unit.SECOND, 0.5), Price("text_to_image", "M", "", Unit.RESULT, 12)],
        [],
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("text to image,M,,result,7", "Line 2: the mode must be one of text_to_image, "),
        ("text_to_image,,,result,7", "Line 2: the model must be a model key"),
        ("text_to_image,=1+1,,result,7", "Line 2: the model must be a model key"),
        ("text_to_image,sk-0123456789abcdef0123,,result,7", "Line 2: the model must be a model key"),
        ("text_to_image,M,<b>,result,7", "Line 2: the resolution must be"),
        ("text_to_image,M,,each,7", "Line 2: the unit must be result or second."),
        ("text_to_image,M,,second,7", "Line 2: an image has no seconds"),
        ("text_to_image,M,,result,seven", "Line 2: the credits must be a number from 0.01 to 1,000,000,000."),
        ('text_to_image,M,,result,"1,000"', "Line 2: the credits must be"),
        ("text_to_image,M,,result,nan", "Line 2: the credits must be"),
        ("text_to_image,M,,result,inf", "Line 2: the credits must be"),
        ("text_to_image,M,,result,0", "Line 2: the credits must be"),
        ("text_to_image,M,,result", "Line 2: the credits must be"),
        ("text_to_image,M,,result,7,8", "Line 2: it has more cells than line 1."),
        ('text_to_image,"M', "Line 3: "),
    ],
)
def test_what_is_wrong_is_named_by_its_line_and_nothing_is_read(line: str, said: str) -> None:
    prices, (problem,) = found(HEADER, line, "text_to_video,V,,result,90")
    assert prices == [] and problem.startswith(said)


def test_everything_that_is_wrong_is_named() -> None:
    right, wrong = "text_to_image,M,,result,7", "nowhere,,,,"
    _, problems = found(HEADER, right, wrong, right)
    assert [problem.partition(":")[0] for problem in problems] == ["Line 3"] * 4
    assert found(HEADER, right, "", "text_to_image,M,2K,result,9", "text_to_image,M,2k,second,9", right) == (
        [],
        ["Line 5: an image has no seconds, so the unit must be result."],
    )
    assert found(HEADER, right, "text_to_image,M,2K,result,9", "text_to_image,M,2k,result,9", right) == (
        [],
        ["Line 4: same mode, model and resolution as line 3.", "Line 5: same mode, model and resolution as line 2."],
    )


@pytest.mark.parametrize("header", ["", "mode,model,credits", f"{HEADER},quality", f"{HEADER},mode", "text_to_image"])
def test_other_columns_are_no_price_table(header: str) -> None:
    assert found(header, "text_to_image,M,,result,7") == (
        [],
        ["Line 1: the columns must be mode, model, resolution, unit, credits."],
    )


def test_a_table_has_an_end() -> None:
    rows = [f"text_to_image,M{number},,result,7" for number in range(MOST_ROWS + 1)]
    assert found(HEADER, *rows) == ([], ["The table has 1,001 rows. The limit is 1,000."])
    assert len(found(HEADER, *rows[1:])[0]) == MOST_ROWS
    assert found("x" * (MOST_BYTES + 1)) == ([], ["The file is larger than 200 KB."])


def test_a_file_that_is_no_text_is_told() -> None:
    assert from_csv(b"\x89PNG\r\n\xff\x00") == ([], ["The file isn't UTF-8 text. Save it as CSV in UTF-8."])
    assert from_csv(b"mode,model\0,unit,credits\n")[1]
