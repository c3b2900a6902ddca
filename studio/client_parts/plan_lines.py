"""The inputs of one line of a plan: those of the form, adapted to another model, and what a list asks for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from studio.core import choices
from studio.core.errors import DraftError
from studio.core.plans import Change, Line
from studio.core.values import Inputs
from studio.weryai.fields import ChoiceField, CountField, Field, MediaField, SwitchField, TextField
from studio.weryai.model import Model
from studio.weryai.modes import Mode

_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0"}
_MOST_FIGURES = 9  # a number with more is too large anyway, and a very long one is no number for Python
_UNIT = re.compile(r"\s*(s|sec|seconds?)", re.IGNORECASE)


def adapted(mode: Mode, model: Model, inputs: Inputs) -> dict[str, Any]:
    """Return the inputs of a form for another model: what it does not offer is replaced or empty.

    Errors: DraftError for references that the model does not take.
    """
    return {field.name: _adapted(field, model, inputs.get(field.name)) for field in mode.fields}


def _adapted(field: Field, model: Model, given: Any) -> Any:
    if isinstance(field, MediaField):
        if given and not field.is_taken_by(model):
            raise field.refusal(f"{model.title} takes no {field.noun.removesuffix('s')}s.")
        return given
    if not field.is_taken_by(model):
        return ""
    if not isinstance(field, ChoiceField | CountField):
        return given
    options = choices.common_first(field.choices(model))
    if given in options or (isinstance(field, ChoiceField) and (field.is_free(model) or _may_be_empty(field, given))):
        return given or (options[0] if field.required else "")
    return choices.replacement(field.name, options, given)


def _may_be_empty(field: ChoiceField, given: Any) -> bool:
    return given in (None, "") and field.omissible and not field.required


def changes(mode: Mode, before: Inputs, now: Inputs) -> Iterator[Change]:
    """Yield the settings in which the inputs of a line differ from those of the form."""
    for field in mode.fields:
        old, new = before.get(field.name) or "", now.get(field.name) or ""
        if field != mode.prompt and old != new:
            yield Change(field.name, old, new)


def changed(mode: Mode, line: Line, body: Inputs) -> Line:
    """Return a line for another body than the one it was made for, with what is different in it."""
    names = [field.name for field in mode.fields if line.body.get(field.name) != body.get(field.name)]
    found = {name: Change(name, _shown(mode, line.body, name), _shown(mode, body, name)) for name in names}
    changes = {change.field: change for change in line.changes} | found
    return replace(line, changes=tuple(changes.values()), body=body)


def _shown(mode: Mode, body: Inputs, name: str) -> Any:
    """Return a value of a body as the form has it; some bodies have a switch as text."""
    value = body.get(name, "")
    return value in (True, "true") if isinstance(mode.field(name), SwitchField) and value != "" else value


def asked(mode: Mode, model: Model, settings: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of a list as values of their fields. Errors: DraftError for what is no such value."""
    fields = {field.name: field for field in mode.fields}
    return {name: _value(fields[name], model, text.strip()) for name, text in settings.items()}


def _value(field: Field, model: Model, text: str) -> Any:
    match field:
        case SwitchField():
            if text.lower() not in _YES | _NO:
                raise field.refusal(f"{field.label} must be yes or no.")
            _check_taken(field, model, is_given=text.lower() in _YES)
            return text.lower() in _YES
        case CountField():
            if not (text.isascii() and text.isdecimal()):
                raise field.refusal(f"{field.label} must be a whole number.")
            return field.accepted(int(text.lstrip("0")[:_MOST_FIGURES] or 0), model)
        case ChoiceField():
            _check_taken(field, model)
            named = {str(option).lower(): option for option in field.choices(model)}
            return named.get(text.lower(), named.get(_UNIT.sub("", text), text))
        case MediaField():
            _check_taken(field, model)
            return text.split() if field.is_list else text
        case TextField() if field.name != "prompt":
            _check_taken(field, model)
    return text


def _check_taken(field: Field, model: Model, *, is_given: bool = True) -> None:
    """Check that the model has a field that is asked for. Errors: DraftError."""
    if is_given and not field.is_taken_by(model):
        raise DraftError(f"{model.title} has no {field.noun}.", field=field.name)
