"""Lists of prompts for a plan: one in a line, or a CSV file with a column for each field of a mode."""

import re
from collections.abc import Iterable, Sequence

from studio.core import csv_files
from studio.core.errors import DraftError
from studio.core.expansion import MOST
from studio.core.plans import MOST_CHARACTERS, Entry
from studio.core.values import Draft
from studio.weryai.fields import ChoiceField, CountField, Field, MediaField, SwitchField
from studio.weryai.model import Model
from studio.weryai.modes import Mode

MOST_BYTES = 500_000
_MOST_NAMED, _LONGEST_NAMED = 6, 40  # columns that are ignored, and characters of each
_MODEL = "model"
_EXAMPLES = ("A red fox in the snow", "A {blue|green} kite over the sea")


def from_text(text: str) -> list[Entry]:
    """Return an entry for each line that is not blank. Errors: DraftError for a list that is too long."""
    if len(text) > MOST_CHARACTERS:
        raise DraftError(f"The list has {len(text):,} characters. The limit is {MOST_CHARACTERS:,}.", field="")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST:
        raise DraftError(f"The list has {len(lines):,} prompts. The limit is {MOST}.", field="")
    return [Entry(line, place=f"Line {number}") for number, line in lines]


def from_csv(mode: Mode, models: Iterable[Model], form: Draft, data: bytes) -> tuple[list[Entry], tuple[str, ...]]:
    """Return an entry for each row that is not blank, and a sentence about columns that are ignored.

    Columns are called as fields are, or as their labels; a prompt that has no column is that of the form. Errors:
    DraftError for a file that cannot be read.
    """
    lines = csv_files.read(data, MOST_BYTES).lines
    header = [_column(mode, name) for name in lines[0][1]] if lines else []
    _check_header(header)
    rows = [(number, cells) for number, cells in lines[1:] if any(cell.strip() for cell in cells)]
    if len(rows) > MOST:
        raise DraftError(f"The file has {len(rows):,} rows. The limit is {MOST}.", field="")
    unknown = [name for name, column in zip(lines[0][1], header, strict=True) if not column and name.strip()]
    keys = _keys(models, form)
    return [_entry(number, header, cells, keys, form) for number, cells in rows], _note(unknown)


def _note(unknown: Sequence[str]) -> tuple[str, ...]:
    """Return the sentence about columns that are ignored, which names the first ones; none if there are none."""
    more = [f"{len(unknown) - _MOST_NAMED:,} more"] if len(unknown) > _MOST_NAMED else []
    named = [name.strip()[:_LONGEST_NAMED] for name in unknown[:_MOST_NAMED]]
    return (f"Ignored columns: {', '.join([*named, *more])}.",) if unknown else ()


def _entry(number: int, header: Sequence[str], cells: Sequence[str], keys: dict[str, str], form: Draft) -> Entry:
    given = {column: cell for column, cell in zip(header, cells, strict=False) if column}
    settings = {name: cell for name, cell in given.items() if cell.strip() and name not in ("prompt", _MODEL)}
    model = given.get(_MODEL, "").strip()
    problem = "" if not model or model.lower() in keys else f"Model: there is no {model} in the list of this mode."
    if any(cell.strip() for cell in cells[len(header) :]):
        problem = "It has more cells than the header."
    prompt = given.get("prompt", str(form.inputs.get("prompt", "")))
    return Entry(prompt, keys.get(model.lower(), model), settings, f"Line {number}", problem)


def _column(mode: Mode, name: str) -> str:
    """Return the field that a column is called after, `model`, or nothing."""
    named = {_plain(one): field.name for field in mode.fields for one in (field.name, field.label)}
    return {_MODEL: _MODEL, **named}.get(_plain(name), "")


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().lower()


def _check_header(header: Sequence[str]) -> None:
    """Check that there are columns that are known, each once. Errors: DraftError."""
    known = [column for column in header if column]
    if not known:
        raise DraftError("The first line must name the columns, such as prompt and model.", field="")
    if twice := next((column for column in known if known.count(column) > 1), ""):
        raise DraftError(f"Line 1: the column {twice} is there twice.", field="")


def _keys(models: Iterable[Model], form: Draft) -> dict[str, str]:
    """Return the keys of models by what they may be called, in lower case: titles, keys, and the key in the form."""
    listed = list(models)
    titles = {model.title.lower(): model.key for model in reversed(listed)}
    return titles | {model.key.lower(): model.key for model in listed} | {form.model.lower(): form.model}


def example(mode: Mode, model: Model) -> str:
    """Return a CSV file with two rows for this mode and model."""
    fields = [field for field in mode.fields if not isinstance(field, MediaField) and field.is_taken_by(model)]
    settings = {field.name: _two(field, model) for field in fields if field != mode.prompt}
    rows = [(prompt, model.key, *cells) for prompt, *cells in zip(_EXAMPLES, *settings.values(), strict=True)]
    return "".join(csv_files.lines(("prompt", _MODEL, *settings), rows))


def _two(field: Field, model: Model) -> list[str]:
    """Return two values of a field; empty where the form's value applies."""
    match field:
        case ChoiceField() | CountField():
            options = [str(option) for option in field.choices(model)]
            return (options[:2] * 2)[:2]
        case SwitchField():
            return ["yes", "no"]
    return ["", ""]
