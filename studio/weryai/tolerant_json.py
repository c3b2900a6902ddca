"""Facts out of JSON that several sources describe differently, and that may hold anything. No I/O."""

import re
from collections.abc import Mapping
from typing import Any

_LARGEST = 10**9
_CAMEL = re.compile(r"(?<=[a-z])([A-Z])")
_NOTHING: tuple[Any, ...] = (None, "", [])


def one(data: Any) -> Mapping[str, Any]:
    """`data` may be an object or an array with one (S10)."""
    if isinstance(data, list):
        data = next((found for found in data if isinstance(found, dict)), {})
    return entry(data)


def entry(value: Any) -> Mapping[str, Any]:
    """An object with its names in snake_case, as some replies have them in camelCase (S10); or an empty one."""
    if not isinstance(value, dict):
        return {}
    named: dict[str, Any] = {}
    for name, found in value.items():
        same = _CAMEL.sub(r"_\1", str(name)).lower()
        if found not in _NOTHING or same not in named:  # written in both ways, it may be empty in one
            named[same] = found
    return named


def merged(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in any of these, in a later one rather than in an earlier one; what is empty stands nowhere."""
    return {name: found for part in parts for name, found in part.items() if found not in _NOTHING}


def get(found: Mapping[str, Any], *names: str) -> Any:
    """What stands under the first of these names that has something."""
    return next((found[name] for name in names if found.get(name) not in _NOTHING), None)


def an_id(value: Any) -> str:
    """The id of a task or a batch as text; empty when it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:200] if can_be_kept(str(value)) else ""


def can_be_kept(text: str) -> bool:
    """A database takes neither NUL nor half of a surrogate pair, both of which JSON can hold."""
    return "\0" not in text and text.isprintable()


def ids(found: Mapping[str, Any], *names: str) -> list[str]:
    """One id or a list of them, under the first of these names that has any."""
    told = ([text for text in map(an_id, listed(found.get(name))) if text] for name in names)
    return next(filter(None, told), [])


def listed(value: Any) -> list[Any]:
    """A list, or the only one of a list."""
    return value if isinstance(value, list) else [value]


def number(value: Any) -> float | None:
    """A number that every database can hold, also from a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < 1e15 else None


def texts(value: Any, otherwise: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The texts of a list; an empty one says that none is taken, one in which nothing can be read says nothing."""
    if not isinstance(value, list):
        return otherwise
    found = tuple(dict.fromkeys(text for text in value if isinstance(text, str) and text))
    return found if found or not value else otherwise


def whole_numbers(value: Any, otherwise: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The numbers of a list; a model without a length or a number does not exist, so an empty list says nothing."""
    if not isinstance(value, list):
        return otherwise
    found = (whole_number(entry, None) for entry in value)
    return tuple(dict.fromkeys(number for number in found if number is not None)) or otherwise


def whole_number(value: Any, otherwise: int | None) -> int | None:
    """A whole number above nothing; registries write it as a text, too, also with its unit, as in "5s"."""
    if isinstance(value, str) and (found := re.fullmatch(r"\s*([0-9]{1,9})\s*s?\s*", value)):
        value = int(found[1])
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < _LARGEST
    return int(value) if is_number else otherwise


def flag(value: Any, otherwise: bool | None) -> bool | None:
    """Yes or no, if that is what stands there."""
    return value if isinstance(value, bool) else otherwise
