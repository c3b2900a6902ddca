"""From a reply to its data, or to the error that it means. No I/O.

The error codes come from several sources that contradict each other (`weryai-api.md` section 5): where a code has two
meanings, one function here decides, by HTTP status and message.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from studio import errors
from studio.errors import APIError, ConnectionFailed
from studio.values import now

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
    6002: errors.RateLimitError,
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
_RATE = re.compile(r"\brate\b|rate[ _-]?limit|too many|too frequent|频繁|频率", re.IGNORECASE)
_AUTH = re.compile(r"authenticat|api[ _-]?key|unauthori|invalid token", re.IGNORECASE)
_UNKNOWN = re.compile(r"(task|batch) (not exist|id error)|no tasks found", re.IGNORECASE)
_FIELDS = (  # parts of the vendor's messages under 1002, and the field that they blame (S10)
    (re.compile(r"webhook", re.IGNORECASE), "webhook_url"),
    (re.compile(r"negative prompt", re.IGNORECASE), "negative_prompt"),
    (re.compile(r"prompt", re.IGNORECASE), "prompt"),
    (re.compile(r"\bmodel", re.IGNORECASE), "model"),
    (re.compile(r"aspect[ _]ratio", re.IGNORECASE), "aspect_ratio"),
    (re.compile(r"resolution", re.IGNORECASE), "resolution"),
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
_GOOD_STATUS = (0, 200)
_TEXTS = ("message", "desc", "msg")


@dataclass(frozen=True)
class Reply:
    """An HTTP answer as it came."""

    http_status: int
    headers: Mapping[str, str]
    body: bytes
    sent: Mapping[str, str] = field(default_factory=dict)  # the headers of the request that it answers

    @cached_property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @cached_property
    def envelope(self) -> dict[str, Any] | None:
        """The JSON object of the body, or None when there is none."""
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    @property
    def code(self) -> str:
        """The business status, as text; empty when there is none."""
        status = (self.envelope or {}).get("status")
        return "" if status is None or isinstance(status, dict | list) else str(status)[:40]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers.items() if key.lower() == name), "")


def decipher(method: str, reply: Reply) -> Any:
    """The `data` of a reply that says yes.

    Errors: the APIError that the answer means; ConnectionFailed when it is no answer (not JSON, no envelope).
    """
    envelope = reply.envelope
    if method == "GET" and reply.http_status == 404 and not reply.code:  # a proxy's answer says nothing about the task
        raise ConnectionFailed("The answer was a 404 that did not come from WeryAI.", may_have_acted=False)
    if envelope is None:
        if 200 <= reply.http_status < 300:
            raise ConnectionFailed("WeryAI's answer was not JSON.", may_have_acted=True)
        raise _refusal(method, reply, {})
    if 200 <= reply.http_status < 300 and _is_success(envelope):
        return envelope.get("data")
    raise _refusal(method, reply, envelope)


def _is_success(envelope: Mapping[str, Any]) -> bool:
    success = envelope.get("success")
    if isinstance(success, bool):
        return success
    status = envelope.get("status")
    if status is None:
        return "data" in envelope
    if isinstance(status, str):
        return status.strip().lower() in ("0", "200", "success", "ok")
    return not isinstance(status, bool) and status in _GOOD_STATUS


def _refusal(method: str, reply: Reply, envelope: Mapping[str, Any]) -> APIError:
    message = first_text(envelope, *_TEXTS) or f"WeryAI answered with HTTP {reply.http_status}."
    code = int(reply.code) if re.fullmatch(r"\d{3,6}", reply.code) else None
    said = " ".join(text for name in _TEXTS if (text := first_text(envelope, name)))
    error = _error_class(method, reply.http_status, code, said)
    return error(
        message[:500],
        http_status=reply.http_status,
        code=code,
        retry_after=_retry_after(reply.header("retry-after")),
        field=_blamed_field(error, code, said),
    )


def _error_class(method: str, http_status: int, code: int | None, message: str) -> type[APIError]:
    if http_status >= 500:
        return errors.ServerError  # whatever the body says: nobody knows how far it got
    if http_status == 429 and _CODES.get(code or 0) is not errors.DailyLimitError:
        return errors.RateLimitError
    # 1001 is a parameter error in the guide and the rate limit in the server's enum; 1002 is authentication in the
    # guide and a parameter error in the enum. The HTTP status and the message decide (weryai-api.md section 5).
    if code == 1001:
        return errors.RateLimitError if _RATE.search(message) else errors.InvalidInputError
    if code == 1002 and http_status not in (401, 403):
        return _meaning_of_1002(method, message)
    if http_status == 404 and method == "GET":
        return errors.NotFoundError
    return _CODES.get(code or 0) or _HTTP.get(http_status, errors.ServerError)


def _meaning_of_1002(method: str, message: str) -> type[APIError]:
    if _AUTH.search(message):
        return errors.AuthenticationError
    unknown = method == "GET" and _UNKNOWN.search(message)
    return errors.NotFoundError if unknown else errors.InvalidInputError


def _blamed_field(error: type[APIError], code: int | None, message: str) -> str:
    if error not in (errors.InvalidInputError, errors.ContentRejectedError):
        return ""
    named = (field for pattern, field in _FIELDS if pattern.search(message))
    if error is errors.InvalidInputError:
        return next(named, "")
    return next(named, "image" if code == 2001 else "prompt")  # 2001 is about a picture that was given (section 5)


def _retry_after(value: str) -> float | None:
    """Seconds from a Retry-After header, which is a number or a date; at most an hour."""
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value.strip()):
        return min(float(value), 3600.0)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return min(max(_seconds_until(moment), 0.0), 3600.0)


def _seconds_until(moment: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=now().tzinfo)
    return (aware - now()).total_seconds()


def first_text(found: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that holds words: sources name the error text differently."""
    texts = (found.get(name) for name in names)
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")
