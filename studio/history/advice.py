"""The meaning of a call's error, and whether the same call can safely be made again."""

import re

from studio.core import errors
from studio.core.calls import Call
from studio.core.errors import StudioError

FREE = "This call cost nothing. It is always safe to repeat."
UPLOADED = "Uploads cost nothing. It is safe to upload the file again."
WORKED = "WeryAI accepted this. Sending it again makes a new job and is charged again."
NOTHING_STARTED = "You weren't charged, and nothing was started. It is safe to try again."
UNCLEAR = "If WeryAI accepted this, sending it again is charged a second time."


def meaning(call: Call) -> str:
    """Return what to do about the error, the hint of its class; empty for a call without an error."""
    kind = getattr(errors, call.error_kind, None)
    if not isinstance(kind, type) or not issubclass(kind, StudioError):
        return ""
    if is_upload(call):
        return kind.upload_hint
    if kind is errors.ConnectionFailed and call.method == "POST":
        return errors.ConnectionFailed.unclear_hint
    return kind.default_hint


def is_safe(call: Call) -> bool:
    """Whether the same call can be made again without a second charge."""
    if call.method == "GET" or is_upload(call):
        return True
    kind = getattr(errors, call.error_kind, None)
    return isinstance(kind, type) and kind is not errors.ConnectionFailed and not getattr(kind, "may_have_acted", True)


def safety(call: Call) -> str:
    """Return the answer of `is_safe` as a sentence."""
    if call.method == "GET":
        return FREE
    if is_upload(call):
        return UPLOADED
    if not call.error_kind:
        return WORKED
    return NOTHING_STARTED if is_safe(call) else UNCLEAR


def explanation(call: Call) -> str:
    """Return both texts for a failed call, without saying twice that nothing was charged."""
    if not call.error_kind:
        return ""
    what = meaning(call)
    return what if re.search(r"you weren't charged", what, re.IGNORECASE) else f"{what} {safety(call)}".strip()


def is_upload(call: Call) -> bool:
    return call.path.endswith("/upload-file")
