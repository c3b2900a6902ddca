"""The files of secrets, such as `.streamlit/secrets.toml`: what they say, and which line cannot be understood.

Nothing of what stands in a file is ever repeated, as it may be a key; the names of settings and of sections are.
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

_LINE = re.compile(r"at line (\d+)")  # tomllib's words
_TWICE = re.compile(r"Cannot (overwrite|declare|mutate)|Duplicate|twice")
_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=")
_CURLY = re.compile("[\u2018-\u201f\u00ab\u00bb]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AGAIN = "then reload this page."
_ENCODING = f"Save the file as UTF-8 without a byte order mark (BOM), {_AGAIN}"

_Place = tuple[str | int, ...]  # the names of sections and the numbers in lists that lead to a value


@dataclass(frozen=True)
class _File:
    """A file that was understood."""

    path: Path
    text: str
    content: dict[str, Any]

    def told(self, place: _Place) -> str:
        """The file, the line and the name of what stands at a place."""
        name = str(place[-1])
        line = next(self._lines_with(name, place), None)
        return f"{self.path}, line {line} ({name})" if line else f"{self.path} ({name})"

    def _lines_with(self, name: str, place: _Place) -> Iterator[int]:
        """TOML's parser tells no lines: it is the one with another name in which something else stands there."""
        lines = self.text.split("\n")
        for at, line in enumerate(lines):
            renamed = [*lines[:at], line.replace(name, f"{name}_"), *lines[at + 1 :]]
            if name in line and _at(_tried("\n".join(renamed)), place) != _at(self.content, place):
                yield at + 1


def read(files: Iterable[Path], names: Collection[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """What the files that are there say together, later ones over earlier ones.

    Errors: SettingsError for a file that cannot be understood, and for a setting of these names that would be ignored.
    """
    there = [_parsed(file) for file in files if file.suffix == ".toml" and file.exists()]
    found: dict[str, Any] = {}
    for file in there:
        found |= file.content
    for file in there:
        _check(file, found, names, environment)
    return found


def exported(found: Mapping[str, Any]) -> dict[str, str]:
    """What becomes an environment variable, as Streamlit has it: texts and numbers above the first section."""
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


def _not_understood(file: Path, text: str, said: str) -> SettingsError:
    lines, found = text.rstrip().split("\n"), _LINE.search(said)
    number = min(int(found[1]) if found else len(lines), len(lines))
    line = lines[number - 1]
    named = _NAME.match(line)
    where = f"{file}, line {number}{f' ({named[1]})' if named else ''}"
    if _TWICE.match(said):
        return SettingsError(f"{where}: the same name is above already.", hint=f"Remove one of the two, {_AGAIN}")
    what = "curly quotes" if _CURLY.search(line) else "not valid TOML"
    return SettingsError(
        f"{where}: {what}.", hint=f"{_like(named[1] if named else 'NAME')}, in straight quotes, {_AGAIN}"
    )


def _like(name: object) -> str:
    return f'Write it like {name} = "value"'


def _check(file: _File, found: Mapping[str, Any], names: Collection[str], environment: Mapping[str, str]) -> None:
    """Errors: SettingsError for a setting of this file that has no effect, and that has none elsewhere either."""
    effective = exported(found)
    for place in _places(file.content):
        *sections, name = place
        if name not in names or name in effective:
            continue
        if not sections:
            raise SettingsError(f"{file.told(place)}: not a text.", hint=f"{_like(name)}, {_AGAIN}")
        if not environment.get(str(name)):
            section = redaction.text(".".join(part for part in sections if isinstance(part, str)), "")
            raise SettingsError(
                f"{file.told(place)}: it is in [{section}], where it has no effect.",
                hint=f'Move it above the first section, as {name} = "value", {_AGAIN}',
            )


def _places(content: object, place: _Place = ()) -> Iterator[_Place]:
    """Where each name stands, in sections and lists of any depth."""
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in inside:
        if isinstance(name, str):
            yield (*place, name)
        yield from _places(value, (*place, name))


def _at(content: object, place: _Place) -> object:
    """What stands at a place; nothing where there is no such place."""
    for name in place:
        try:
            content = content[name]  # type: ignore[index]
        except (LookupError, TypeError):
            return None
    return content


def _tried(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
