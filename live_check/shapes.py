"""The shape of an answer's data, in the words of facts.py. Pure functions; names are read in snake_case."""

import re
from collections.abc import Mapping
from typing import Any

from live_check.facts import RESULT_NAMES

_CAMEL = re.compile(r"(?<=[a-z])([A-Z])")


def snake(value: Any) -> Any:
    """Return the value with its names in snake_case."""
    if isinstance(value, list):
        return [snake(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {_CAMEL.sub(r"_\1", str(name)).lower(): snake(one) for name, one in value.items()}


def one(data: Any) -> Mapping[str, Any]:
    """Return the object of an answer, which may be in a list."""
    found = snake(data)
    if isinstance(found, list):
        found = next((entry for entry in found if isinstance(entry, dict)), {})
    return found if isinstance(found, dict) else {}


def names(data: Any) -> str:
    """Return the fields of a submission's reply, as in `batch_id, task_ids`."""
    listed = ", ".join(sorted(one(data)))
    return f"a list with {listed}" if isinstance(data, list) else listed or "nothing"


def of_task(data: Any) -> str:
    return "a list with one object" if isinstance(data, list) else "an object"


def of_batch(data: Any) -> str:
    return "a list" if isinstance(data, list) else "an object"


def word(data: Any) -> str:
    """Return the status word as received; empty when there is none."""
    return str(one(data).get("task_status") or "")


def inner(data: Any) -> tuple[str, Mapping[str, Any]]:
    """Return the place of a task's outcome, and the outcome."""
    found = one(data)
    for name in ("output", "task_result"):
        if isinstance(found.get(name), dict):
            return f"data.{name}", found[name]
    return "data", found


def results(data: Any) -> str:
    """Return the field of the results and its form, as in `images, a list of addresses`; empty when there is none."""
    found = inner(data)[1]
    name = next((name for name in RESULT_NAMES if found.get(name)), "")
    return f"{name}, {_form(found[name])}" if name else ""


def _form(value: Any) -> str:
    if isinstance(value, str):
        return "an address"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"a list with {', '.join(sorted(value[0]))}"
    return "a list of addresses" if isinstance(value, list) else "something else"
