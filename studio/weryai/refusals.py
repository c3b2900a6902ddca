"""What a refusal means: the error for a code, an HTTP status and a message, and the field that it names. No I/O.

The error codes come from several sources that contradict each other (docs/weryai-api.md 5, 14): where a code has
two meanings, one function here decides, by HTTP status and message.
"""

import re

from studio.core import errors
from studio.core.errors import APIError
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
_HTTP: dict[int, type[APIError]] = {  # when the reply has no business code
    400: errors.InvalidInputError,
    401: errors.AuthenticationError,
    403: errors.AuthenticationError,
    404: errors.InvalidInputError,
    422: errors.InvalidInputError,
}
_MALFORMED = (400, 422)
_UNKNOWN = re.compile(  # messages about a task or batch that does not exist (sections 3.3 and 13)
    r"\b(task|batch)([ _]?ids?)? ((is |does )?not|doesn't) (exist|found)"
    r"|\b(task|batch)[ _]?ids? (error|(is |can ?not be )?(empty|null|required|invalid))|no tasks? found"
    r"|(任务|批次).{0,4}不存在",
    re.IGNORECASE,
)
_KINDS = re.compile(  # phrases with image, video or audio that name no field: a mode, or files of several media
    r"\b(text|images?|frames?|references?)[ _-]to[ _-](image|video)s?\b"
    r"|\b(image|video)(?= (generation|model|mode|task)s?\b)"
    r"|\b(image|video|audio)s?(( or |, | and |, and |/)(image|video|audio)s?)+(?= files?\b)",
    re.IGNORECASE,
)
_FIELDS = tuple(  # patterns of messages with code 1002, and the field that each names (S10); the first match counts
    (re.compile(pattern, re.IGNORECASE), field)
    for pattern, field in (
        (r"webhook", "webhook_url"),
        (r"negative[ _]?prompt", "negative_prompt"),
        (r"prompt", "prompt"),
        (r"\bmodel( (?!does)\w+)? (can ?not|is|must|not|does not exist)", "model"),
        (r"aspect[ _]?ratio", "aspect_ratio"),
        (r"resolution", "resolution"),
        (r"field quality|\bquality\b.*(support|must|empty|invalid)", "quality"),
        (r"video[ _]?number", "video_number"),
        (r"image[ _]?number", "image_number"),
        (r"first[ _]?(pic|frame|image)", "first_pic_url"),
        (r"(end|last)[ _]?(pic|frame|image)", "end_pic_url"),
        (r"generate[ _]?audio|audio (generation|(is )?not support|can ?not be (generat|mad))", "generate_audio"),
        (r"(not|n't) (support|generate|make) audio(?! (url|file|format|input|reference))", "generate_audio"),
        (r"\baudios?(_?urls?)?\b", "audios"),
        (r"duration", "duration"),
        (r"\bvideos?(_?urls?)?\b", "videos"),
        (r"\bimages\b|\bimage_?urls\b|multiple images", "images"),
        (r"\bimage(_?url)?\b", "image"),
        (r"\bmodel", "model"),
    )
)
_CHECKED = ("prompt", "negative_prompt", "first_pic_url", "end_pic_url", "audios", "videos", "images", "image")


def error_class(method: str, http_status: int, code: int | None, message: str) -> type[APIError]:
    """Return the class of the error; `message` is the vendor's text without what a person typed."""
    if http_status >= 500:
        return errors.ServerError  # whatever the body says: the request may have been carried out
    if http_status == 429 and _CODES.get(code or 0) is not errors.DailyLimitError:
        return errors.RateLimitError
    if code == 1001:
        return _meaning_of_1001(method, http_status, message)
    if code == 1002 and http_status not in (401, 403):
        return _meaning_of_1002(method, message)
    if http_status == 404 and method == "GET":
        return errors.NotFoundError
    found = _CODES.get(code or 0) or _HTTP.get(http_status, errors.ServerError)
    return _of_input(method, message) if code is None and found is errors.InvalidInputError else found


def _meaning_of_1001(method: str, http_status: int, message: str) -> type[APIError]:
    """A parameter error in the guide; the rate limit in the server's enum and in practice (sections 5 and 14, T2)."""
    if messages.is_about_rate(message):
        return errors.RateLimitError
    if http_status in _MALFORMED or messages.is_about_parameter(message) or messages.is_about_content(message):
        return _of_input(method, message)
    return errors.RateLimitError


def _meaning_of_1002(method: str, message: str) -> type[APIError]:
    """Authentication in the guide, a parameter error in the enum, sometimes a content check (section 14)."""
    if messages.is_about_key(message):
        return errors.AuthenticationError
    return _of_input(method, message)


def _of_input(method: str, message: str) -> type[APIError]:
    """The error about an input; the only input of a GET is an id, so an unknown id is NotFoundError."""
    if method == "GET" and _UNKNOWN.search(message):
        return errors.NotFoundError
    return errors.ContentRejectedError if messages.is_about_content(message) else errors.InvalidInputError


def blamed_field(error: type[APIError], code: int | None, message: str) -> str:
    """Return the field that a refusal names; empty if none. A content check is only about texts and files."""
    rest = _KINDS.sub(" ", message)
    named = [field for pattern, field in _FIELDS if pattern.search(rest)]
    if error is errors.InvalidInputError:
        return next(iter(named), "")
    if error is not errors.ContentRejectedError:
        return ""
    checked = (field for field in named if field in _CHECKED)
    return next(checked, "image" if code == 2001 else "prompt")  # 2001 is about an input image (section 5)
