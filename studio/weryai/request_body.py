"""Makes the body of a request from a draft: what the mode and the model do not accept is refused or left out."""

import re
from typing import Any

from studio.core import redaction
from studio.core.errors import DraftError
from studio.core.values import Inputs
from studio.weryai.model import Model
from studio.weryai.modes import Mode

MODEL_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}")


def body(mode: Mode, model: Model, inputs: Inputs) -> dict[str, Any]:
    """Return the JSON body of a submission.

    Errors: DraftError, with the field and what to change.
    """
    found: dict[str, Any] = {"model": _model_key(model)}
    for field in mode.fields:
        value = field.accepted(inputs.get(field.name), model) if field.is_taken_by(model) else None
        if value is not None:
            found[field.name] = value
    _check_together(mode, found)
    for name, value in found.items():
        check_for_key(value, name)
    return found


def check_for_key(value: Any, field: str) -> None:
    """Check for API keys, which would be sent and stored. Errors: DraftError when a text, or one of a list, has one."""
    if any(redaction.holds_key(str(one)) for one in (value if isinstance(value, list) else [value])):
        raise DraftError("This contains an API key, so it wasn't sent or saved. Remove the key.", field=field)


def _model_key(model: Model) -> str:
    if not model.key:
        raise DraftError("Choose a model.", field="model")
    if not MODEL_KEY.fullmatch(model.key):
        raise DraftError("A model key has letters, digits and underscores only, such as SEEDREAM_4.", field="model")
    return model.key


def _check_together(mode: Mode, found: Inputs) -> None:
    """Check the media of a mode together: at least one of some fields, and not too many in total."""
    if mode.needs_one_of and not any(found.get(name) for name in mode.needs_one_of):
        names = " or ".join(name.removesuffix("s") for name in mode.needs_one_of)
        raise DraftError(f"Add at least one {names}.", field=mode.needs_one_of[0])
    number = sum(len(found.get(field.name, ())) for field in mode.media if field.is_list)
    if mode.most_files and number > mode.most_files:
        over = number - mode.most_files
        raise DraftError(
            f"{number} files are too many: the limit is {mode.most_files}. Remove {over}.", field=mode.media[0].name
        )
