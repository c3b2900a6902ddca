"""Reads facts from JSON that sources describe differently, and that may contain anything. No I/O."""

import re
from collections.abc import Mapping
from typing import Any

_LARGEST = 10**9
_CAMEL = re.compile(r"(?<=[a-z])([A-Z])")
_NOTHING: tuple[Any, ...] = (None, "", [])


def one(data: Any) -> Mapping[str, Any]:
    """Return the object; `data` may be the object or an array with it (S10)."""
    if isinstance(data, list):
        data = next((found for found in data if isinstance(found, dict)), {})
    return entry(data)


def entry(value: Any) -> Mapping[str, Any]:
    """Return an object with its names in snake_case, as some replies use camelCase (S10); empty if it is no object."""
    if not isinstance(value, dict):
        return {}
    named: dict[str, Any] = {}
    for name, found in value.items():
        same = _CAMEL.sub(r"_\1", str(name)).lower()
        if found not in _NOTHING or same not in named:  # if a name is there in both spellings, one of them may be empty
            named[same] = found
    return named


def merged(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return all fields of these objects; later ones override earlier ones, except with an empty value."""
    return {name: found for part in parts for name, found in part.items() if found not in _NOTHING}


def get(found: Mapping[str, Any], *names: str) -> Any:
    """Return the value of the first of these names that is not empty; None if all are."""
    return next((found[name] for name in names if found.get(name) not in _NOTHING), None)


def an_id(value: Any) -> str:
    """Return the id of a task or a batch as text; empty when it is not valid."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:200] if can_be_kept(str(value)) else ""


def can_be_kept(text: str) -> bool:
    """Whether a database can store the text: NUL and half a surrogate pair cannot be stored, but JSON can have both."""
    return "\0" not in text and text.isprintable()


def ids(found: Mapping[str, Any], *names: str) -> list[str]:
    """Return one id or a list of them, from the first of these names that has any."""
    lists = ([text for text in map(an_id, listed(found.get(name))) if text] for name in names)
    return next(filter(None, lists), [])


def listed(value: Any) -> list[Any]:
    """Return the value as a list."""
    return value if isinstance(value, list) else [value]


def number(value: Any) -> float | None:
    """Return a number that every database can store, also from a text; None if it is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < 1e15 else None


def texts(value: Any, otherwise: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return the texts of a list. An empty list means that none is accepted; one without any text means unknown."""
    if not isinstance(value, list):
        return otherwise
    found = tuple(dict.fromkeys(text for text in value if isinstance(text, str) and text))
    return found if found or not value else otherwise


def whole_numbers(value: Any, otherwise: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Return the numbers of a list. An empty list means unknown, because every model has a length and a number."""
    if not isinstance(value, list):
        return otherwise
    found = (whole_number(entry, None) for entry in value)
    return tuple(dict.fromkeys(number for number in found if number is not None)) or otherwise


def whole_number(value: Any, otherwise: int | None) -> int | None:
    """Return a positive whole number; registries also write it as text, and with a unit, as in "5s"."""
    if isinstance(value, str) and (found := re.fullmatch(r"\s*([0-9]{1,9})\s*s?\s*", value)):
        value = int(found[1])
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < _LARGEST
    return int(value) if is_number else otherwise


def flag(value: Any, otherwise: bool | None) -> bool | None:
    """Return the boolean, or `otherwise` when the value is not one."""
    return value if isinstance(value, bool) else otherwise
