"""What a refusal means: the error for a code, an HTTP status and a message, and the field that it blames. No I/O.

The error codes come from several sources that contradict each other (`weryai-api.md` sections 5 and 14): where a code
has two meanings, one function here decides, by HTTP status and message.
"""

import re

from studio import errors
from studio.errors import APIError
from studio.weryai import messages

_CODES: dict[int, type[APIError]] = {  # S1, S2, S13
    1003: errors.NotFoundError,
    1004: errors.OutOfCreditsError,
    1005: errors.ContentRejectedError,
    1006: errors.InvalidInputError,
    1007: errors.NoRoomError,
    1009: errors.PermissionDenied,
    1010: errors.NotFoundError,
    1011: errors.OutOfCreditsError,
    1014: errors.InvalidInputError,
    1015: errors.DailyLimitError,
    1017: errors.PermissionDenied,
    1102: errors.ServerError,
    2001: errors.ContentRejectedError,
    2003: errors.ContentRejectedError,
    2004: errors.InvalidInputError,
    6001: errors.ServerError,
    6002: errors.RateLimitError,
    6003: errors.ServerError,
    6004: errors.ServerError,
    6010: errors.NoRoomError,
    6101: errors.DailyLimitError,
}
_HTTP: dict[int, type[APIError]] = {  # where no business code says more
    400: errors.InvalidInputError,
    401: errors.AuthenticationError,
    403: errors.AuthenticationError,
    404: errors.InvalidInputError,
    422: errors.InvalidInputError,
}
_MALFORMED = (400, 422)
_UNKNOWN = re.compile(r"(task|batch) (not exist|id error)|no tasks found", re.IGNORECASE)
_FIELDS = (  # parts of the vendor's messages under 1002, and the field that they blame (S10)
    (re.compile(r"webhook", re.IGNORECASE), "webhook_url"),
    (re.compile(r"negative prompt", re.IGNORECASE), "negative_prompt"),
    (re.compile(r"prompt", re.IGNORECASE), "prompt"),
    (re.compile(r"\bmodel", re.IGNORECASE), "model"),
    (re.compile(r"aspect[ _]ratio", re.IGNORECASE), "aspect_ratio"),
    (re.compile(r"resolution", re.IGNORECASE), "resolution"),
    (re.compile(r"field quality|\bquality\b.*(support|must|empty|invalid)", re.IGNORECASE), "quality"),
    (re.compile(r"duration", re.IGNORECASE), "duration"),
    (re.compile(r"video[ _]number", re.IGNORECASE), "video_number"),
    (re.compile(r"image[ _]number", re.IGNORECASE), "image_number"),
    (re.compile(r"first[ _](pic|frame|image)", re.IGNORECASE), "first_pic_url"),
    (re.compile(r"(end|last)[ _](pic|frame|image)", re.IGNORECASE), "end_pic_url"),
    (re.compile(r"\baudios?( url|s| cannot be empty)", re.IGNORECASE), "audios"),
    (re.compile(r"audio", re.IGNORECASE), "generate_audio"),
    (re.compile(r"\bvideos?\b", re.IGNORECASE), "videos"),
    (re.compile(r"\bimages\b|multiple images", re.IGNORECASE), "images"),
    (re.compile(r"\bimage\b", re.IGNORECASE), "image"),
)
_CHECKED = ("prompt", "negative_prompt", "first_pic_url", "end_pic_url", "audios", "videos", "images", "image")


def error_class(method: str, http_status: int, code: int | None, message: str) -> type[APIError]:
    """What a no means; `message` is all that it says, without what a person typed."""
    if http_status >= 500:
        return errors.ServerError  # whatever the body says: nobody knows how far it got
    if http_status == 429 and _CODES.get(code or 0) is not errors.DailyLimitError:
        return errors.RateLimitError
    if code == 1001:
        return _meaning_of_1001(http_status, message)
    if code == 1002 and http_status not in (401, 403):
        return _meaning_of_1002(method, message)
    if http_status == 404 and method == "GET":
        return errors.NotFoundError
    found = _CODES.get(code or 0) or _HTTP.get(http_status, errors.ServerError)
    return _of_input(message) if code is None and found is errors.InvalidInputError else found


def _meaning_of_1001(http_status: int, message: str) -> type[APIError]:
    """A parameter error in the guide, the rate limit in the server's enum and in practice (sections 5 and 14, T2)."""
    if messages.is_about_rate(message):
        return errors.RateLimitError
    if http_status in _MALFORMED or messages.is_about_parameter(message) or messages.is_about_content(message):
        return _of_input(message)
    return errors.RateLimitError


def _meaning_of_1002(method: str, message: str) -> type[APIError]:
    """Authentication in the guide, a parameter error in the enum, at times a content check's no (section 14)."""
    if messages.is_about_key(message):
        return errors.AuthenticationError
    if method == "GET" and _UNKNOWN.search(message):
        return errors.NotFoundError
    return _of_input(message)


def _of_input(message: str) -> type[APIError]:
    return errors.ContentRejectedError if messages.is_about_content(message) else errors.InvalidInputError


def blamed_field(error: type[APIError], code: int | None, message: str) -> str:
    """The field that a no names; a content check is about texts and files alone."""
    named = [field for pattern, field in _FIELDS if pattern.search(message)]
    if error is errors.InvalidInputError:
        return next(iter(named), "")
    if error is not errors.ContentRejectedError:
        return ""
    files = ("audios" if field == "generate_audio" else field for field in named)
    checked = (field for field in files if field in _CHECKED)
    return next(checked, "image" if code == 2001 else "prompt")  # 2001 is about a picture that was given (section 5)
