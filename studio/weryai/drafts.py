"""From a draft to the body of its request: what the mode and the model do not take is refused or left out."""

import unicodedata
from typing import Any

from studio.errors import DraftError
from studio.values import Inputs, Model
from studio.weryai import modes
from studio.weryai.modes import Field, Mode, Takes


def body(mode: Mode, model: Model, inputs: Inputs) -> dict[str, Any]:
    """The JSON body of a submission.

    Errors: DraftError, with the field and what to do about it.
    """
    if not model.key:
        raise DraftError("Choose a model.", field="model")
    found: dict[str, Any] = {"model": model.key}
    for field in mode.fields:
        value = _value(field, mode, model, inputs.get(field.name)) if modes.takes(field, model) else None
        if value is not None:
            found[field.name] = value
    return found


def _value(field: Field, mode: Mode, model: Model, given: Any) -> Any:
    match field.takes:
        case Takes.TEXT:
            return _text(field, modes.prompt_max(mode, model) if field.name == "prompt" else field.maximum, given)
        case Takes.CHOICE:
            return _choice(field, model, given)
        case Takes.COUNT:
            return _count(field, given)
        case Takes.FLAG:
            return bool(given)


def _text(field: Field, maximum: int, given: Any) -> str | None:
    text = str(given or "").strip()
    if not _is_visible(text) and field.required:
        raise DraftError(f"Write a {field.label.lower()} first.", field=field.name)
    if len(text) > maximum:
        over = len(text) - maximum
        raise DraftError(
            f"Shorten the {field.label.lower()} by {over:,} character{'s' * (over > 1)}.", field=field.name
        )
    odd = next((c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t"), None)
    if odd:
        raise DraftError(
            f"The {field.label.lower()} holds a control character (U+{ord(odd):04X}) that cannot be sent. Take it out.",
            field=field.name,
        )
    return text or None


def _is_visible(text: str) -> bool:
    """There is more in it than spaces and marks that nobody sees."""
    return any(not c.isspace() and unicodedata.category(c) != "Cf" for c in text)


def _choice(field: Field, model: Model, given: Any) -> Any:
    allowed = modes.choices(field, model)
    if given in allowed:
        return given
    if given in (None, "") and not field.required:
        return None
    if given in (None, ""):
        raise DraftError(f"Choose the {field.label.lower()}.", field=field.name)
    listed = ", ".join(map(str, allowed))
    raise DraftError(f"{model.title} does not take {field.label.lower()} {given}. Choose {listed}.", field=field.name)


def _count(field: Field, given: Any) -> int:
    number = int(given or 1)
    if not 1 <= number <= field.maximum:
        raise DraftError(f"{field.label} goes from 1 to {field.maximum}.", field=field.name)
    return number
