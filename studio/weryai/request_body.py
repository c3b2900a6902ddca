"""From a draft to the body of its request: what the mode and the model do not take is refused or left out."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from studio.core import redaction
from studio.core.errors import DraftError
from studio.core.values import Inputs
from studio.weryai import fields, modes
from studio.weryai.fields import Field, Model, Takes
from studio.weryai.modes import Mode

LONGEST_ADDRESS = 2000
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}")
_FREE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .:()x×/-]{0,29}")


def body(mode: Mode, model: Model, inputs: Inputs) -> dict[str, Any]:
    """The JSON body of a submission.

    Errors: DraftError, with the field and what to do about it.
    """
    found: dict[str, Any] = {"model": _model_key(model)}
    for field in mode.fields:
        value = _value(field, mode, model, inputs.get(field.name)) if fields.takes(field, model) else None
        if value is not None:
            found[field.name] = value
    _check_together(mode, found)
    for name, value in found.items():
        check_for_key(value, name)
    return found


def check_for_key(value: Any, field: str) -> None:
    """Errors: DraftError when a text, or one of a list, holds an API key: it would be sent and kept like any text."""
    if any(redaction.holds_key(str(one)) for one in (value if isinstance(value, list) else [value])):
        raise DraftError("This contains an API key, so it wasn't sent or saved. Remove the key.", field=field)


def _model_key(model: Model) -> str:
    if not model.key:
        raise DraftError("Choose a model.", field="model")
    if not _KEY.fullmatch(model.key):
        raise DraftError("A model key has letters, digits and underscores only, such as SEEDREAM_4.", field="model")
    return model.key


def _check_together(mode: Mode, found: Inputs) -> None:
    """What holds for all media of a mode: at least one of some kinds, and not too many of all."""
    if mode.needs_one_of and not any(found.get(name) for name in mode.needs_one_of):
        names = " or ".join(name.removesuffix("s") for name in mode.needs_one_of)
        raise DraftError(f"Add at least one {names}.", field=mode.needs_one_of[0])
    number = sum(len(found.get(field.name, ())) for field in mode.media if field.is_list)
    if mode.most_files and number > mode.most_files:
        over = number - mode.most_files
        raise DraftError(
            f"{number} files are too many: the limit is {mode.most_files}. Remove {over}.", field=mode.media[0].name
        )


def _value(field: Field, mode: Mode, model: Model, given: Any) -> Any:
    match field.takes:
        case Takes.TEXT:
            return _text(field, modes.prompt_max(mode, model) if field.name == "prompt" else field.maximum, given)
        case Takes.CHOICE:
            return _choice(field, model, given)
        case Takes.COUNT:
            return _count(field, model, given)
        case Takes.FLAG:
            return str(bool(given)).lower() if field.as_text else bool(given)
        case Takes.MEDIA:
            return _addresses(field, model, given)


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
            f"The {field.label.lower()} has a control character (U+{ord(odd):04X}) that can't be sent. Remove it.",
            field=field.name,
        )
    return text or None


def _is_visible(text: str) -> bool:
    """There is more in it than spaces and marks that nobody sees."""
    return any(not c.isspace() and unicodedata.category(c) != "Cf" for c in text)


def _choice(field: Field, model: Model, given: Any) -> Any:
    allowed = fields.choices(field, model)
    if given in allowed:
        return allowed[allowed.index(given)]  # not a boolean where a one is meant
    is_free = fields.is_free(field, model)
    if given in (None, ""):
        if not field.required or (is_free and field.omissible):
            return None
        raise DraftError(f"Choose the {field.label.lower()}.", field=field.name)
    if is_free:
        return _free(field, given)
    listed = ", ".join(map(str, allowed))
    raise DraftError(
        f"{model.title} does not support {field.label.lower()} {given}. Choose {listed}.", field=field.name
    )


def _free(field: Field, given: Any) -> str | int:
    """What somebody typed because no list says what the model takes; of the kind that the common values are of."""
    text = str(given).strip()
    if not isinstance(field.common[0], int):
        if not _FREE.fullmatch(text):
            raise DraftError(f"Enter the {field.label.lower()} like {field.common[0]}.", field=field.name)
        return text
    least, most = field.span
    if not (text.isascii() and text.isdecimal()) or not least <= int(text[:4]) <= most:
        said = f"The {field.label.lower()} must be a whole number of seconds, from {least} to {most}."
        raise DraftError(said, field=field.name)
    return int(text)


def _addresses(field: Field, model: Model, given: Any) -> str | list[str] | None:
    """The addresses of references: one, or a list of them."""
    found = [str(address).strip() for address in ([given] if isinstance(given, str) else given or ()) if address]
    if not found and field.required:
        raise DraftError(f"Add {_article(field.label)}.", field=field.name)
    _check_number(field, fields.most_files(field, model), found)
    for address in found:
        check_address(address, field.name)
    if not field.is_list:
        return found[0]
    return found or None


def _check_number(field: Field, most: int, found: Sequence[str]) -> None:
    if len(found) > most:
        files = "file" if most == 1 else "files"
        raise DraftError(f"{field.label}: at most {most} {files}. Remove {len(found) - most}.", field=field.name)


def check_address(address: str, field: str) -> None:
    """Errors: DraftError when WeryAI could not fetch anything from there."""
    if not re.fullmatch(r"https?://[^\s/?#]+\S*", address, re.IGNORECASE) or not _is_whole(address):
        raise DraftError("That is not a link. Links start with https:// and a host.", field=field)


def _is_whole(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname) and len(address) <= LONGEST_ADDRESS
    except ValueError:  # brackets that hold no IP address
        return False


def _article(label: str) -> str:
    word = label.lower().removesuffix("s")
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _count(field: Field, model: Model, given: Any) -> int:
    allowed = fields.counts(field, model)
    number = int(given or allowed[0])
    if number not in allowed:
        raise DraftError(f"{field.label} must be one of {', '.join(map(str, allowed))}.", field=field.name)
    return number
