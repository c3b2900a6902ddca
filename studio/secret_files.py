"""The files of secrets, such as `.streamlit/secrets.toml`: what they say, and which line cannot be understood.

Nothing of what stands in a file is ever repeated, as it may be a key; the names of settings are.
"""

import codecs
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.errors import SettingsError

_LINE = re.compile(r"at line (\d+)")  # tomllib's words
_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=")
_CURLY = re.compile("[\u2018-\u201f\u00ab\u00bb]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AGAIN = "then reload this page."
_ENCODING = f"Save the file as UTF-8 without a byte order mark (BOM), {_AGAIN}"


def read(files: Iterable[Path], names: Collection[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """What the files that are there say together, later ones over earlier ones.

    Errors: SettingsError for a file that cannot be understood, and for a setting of these names that would be ignored.
    """
    found: dict[str, Any] = {}
    there = [file for file in files if file.suffix == ".toml" and file.exists()]
    for file in there:
        found |= _parsed(file)
    _check(found, names, environment, " or ".join(map(str, there)))
    return found


def exported(found: Mapping[str, Any]) -> dict[str, str]:
    """What becomes an environment variable, as Streamlit has it: texts and numbers above the first section."""
    return {name: str(value) for name, value in found.items() if type(value) in (str, int, float)}


def _parsed(file: Path) -> dict[str, Any]:
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
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_understood(file, text, str(error)) from None


def _not_understood(file: Path, text: str, said: str) -> SettingsError:
    lines, found = text.splitlines(), _LINE.search(said)
    number = min(int(found[1]) if found else len(lines), len(lines))
    line = lines[number - 1] if lines else ""
    named = _NAME.match(line)
    what = "curly quotes" if _CURLY.search(line) else "not valid TOML"
    hint = f'Write it like {named[1] if named else "NAME"} = "value", in straight quotes, {_AGAIN}'
    return SettingsError(f"{file}, line {number}{f' ({named[1]})' if named else ''}: {what}.", hint=hint)


def _check(found: Mapping[str, Any], names: Collection[str], environment: Mapping[str, str], where: str) -> None:
    for name in names:
        if isinstance(found.get(name), bool | list):
            raise SettingsError(f"{name} in {where} is not a text.", hint=f'Write it like {name} = "value", {_AGAIN}')
    for section, name in _in_sections(found):
        if name in names and not environment.get(name) and name not in exported(found):
            raise SettingsError(
                f"{name} in {where} is below [{section}], where it has no effect.",
                hint=f"Move it above the first section, {_AGAIN}",
            )


def _in_sections(found: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Each name that stands below a section, with that section."""
    for name, value in found.items():
        if path:
            yield path, name
        if isinstance(value, dict):
            yield from _in_sections(value, f"{path}.{name}" if path else name)
