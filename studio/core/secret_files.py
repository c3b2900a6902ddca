"""Reads the files of secrets, such as `.streamlit/secrets.toml`, and names the line that cannot be parsed.

No value of a file is ever repeated, because it may be a key; the names of settings and sections are.
"""

import codecs
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core import redaction
from studio.core.errors import SettingsError

_LINE = re.compile(r"at line (\d+)")  # tomllib's message
_TWICE = re.compile(r"Cannot (overwrite|declare|mutate)|Duplicate|twice")
_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=")
_CURLY = re.compile("[\u2018-\u201f\u00ab\u00bb]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AGAIN = "then reload this page."
_ENCODING = f"Save the file as UTF-8 without a byte order mark (BOM), {_AGAIN}"

_Place = tuple[str | int, ...]  # the section names and list indexes that lead to a value


@dataclass(frozen=True)
class _File:
    """A file that was parsed."""

    path: Path
    text: str
    content: dict[str, Any]

    def located(self, place: _Place) -> str:
        """Return the file, the line and the name of the value at a place, as text."""
        name = str(place[-1])
        line = next(self._lines_with(name, place), None)
        return f"{self.path}, line {line} ({name})" if line else f"{self.path} ({name})"

    def _lines_with(self, name: str, place: _Place) -> Iterator[int]:
        """Yield the number of each line that sets the value.

        TOML's parser gives no line numbers: it is the line in which another name changes the value at this place.
        """
        lines = self.text.split("\n")
        for at, line in enumerate(lines):
            renamed = [*lines[:at], line.replace(name, f"{name}_"), *lines[at + 1 :]]
            if name in line and _at(_parsed_or_empty("\n".join(renamed)), place) != _at(self.content, place):
                yield at + 1


def read(files: Iterable[Path], names: Collection[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of all files that exist; later files override earlier ones.

    Errors: SettingsError for a file that cannot be parsed, and for a setting of these names that would be ignored.
    """
    there = [_parsed(file) for file in files if file.suffix == ".toml" and file.exists()]
    found: dict[str, Any] = {}
    for file in there:
        found |= file.content
    for file in there:
        _check(file, found, names, environment)
    return found


def exported(found: Mapping[str, Any]) -> dict[str, str]:
    """Return what becomes an environment variable, as in Streamlit: texts and numbers above the first section."""
    return {name: str(value) for name, value in found.items() if type(value) in (str, int, float)}


def _parsed(file: Path) -> _File:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror}).", hint=f"Make it readable, {_AGAIN}") from None
    if raw.startswith((codecs.BOM_UTF8, *_UTF_16)):
        raise SettingsError(f"{file}, line 1: it begins with a byte order mark.", hint=_ENCODING)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{file}, line {line}: not UTF-8.", hint=_ENCODING) from None
    try:
        return _File(file, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _not_understood(file, text, str(error)) from None


def _not_understood(file: Path, text: str, message: str) -> SettingsError:
    lines, found = text.rstrip().split("\n"), _LINE.search(message)
    number = min(int(found[1]) if found else len(lines), len(lines))
    line = lines[number - 1]
    named = _NAME.match(line)
    where = f"{file}, line {number}{f' ({named[1]})' if named else ''}"
    if _TWICE.match(message):
        return SettingsError(f"{where}: the same name is above already.", hint=f"Remove one of the two, {_AGAIN}")
    what = "curly quotes" if _CURLY.search(line) else "not valid TOML"
    return SettingsError(
        f"{where}: {what}.", hint=f"{_like(named[1] if named else 'NAME')}, in straight quotes, {_AGAIN}"
    )


def _like(name: object) -> str:
    return f'Write it like {name} = "value"'


def _check(file: _File, found: Mapping[str, Any], names: Collection[str], environment: Mapping[str, str]) -> None:
    """Errors: SettingsError for a setting of this file that has no effect here and is not set elsewhere either."""
    effective = exported(found)
    for place in _places(file.content):
        *sections, name = place
        if name not in names or name in effective:
            continue
        if not sections:
            raise SettingsError(f"{file.located(place)}: not a text.", hint=f"{_like(name)}, {_AGAIN}")
        if not environment.get(str(name)):
            section = redaction.text(".".join(part for part in sections if isinstance(part, str)), "")
            raise SettingsError(
                f"{file.located(place)}: it is in [{section}], where it has no effect.",
                hint=f'Move it above the first section, as {name} = "value", {_AGAIN}',
            )


def _places(content: object, place: _Place = ()) -> Iterator[_Place]:
    """Yield the place of each name, in sections and lists of any depth."""
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in inside:
        if isinstance(name, str):
            yield (*place, name)
        yield from _places(value, (*place, name))


def _at(content: object, place: _Place) -> object:
    """Return the value at a place; None where there is no such place."""
    for name in place:
        try:
            content = content[name]  # type: ignore[index]
        except (LookupError, TypeError):
            return None
    return content


def _parsed_or_empty(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
