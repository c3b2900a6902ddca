"""Parses a reply into its data, or into the error that it means (`refusals`). No I/O."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from studio.core.errors import APIError, ConnectionFailed
from studio.core.values import now
from studio.weryai import messages, refusals

_GOOD_STATUS = (0, 200)
_TEXTS = ("message", "desc", "msg")


@dataclass(frozen=True)
class Reply:
    """An HTTP reply as received."""

    http_status: int
    headers: Mapping[str, str]
    body: bytes
    sent: Mapping[str, str] = field(default_factory=dict)  # the headers of the request that it answers

    @cached_property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @cached_property
    def envelope(self) -> dict[str, Any] | None:
        """The JSON object of the body; None when the body is not a JSON object."""
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


def parse(method: str, reply: Reply, typed: Iterable[str] = ()) -> Any:
    """Return the `data` of a successful reply; an error message may repeat what a person `typed`.

    Errors: the APIError that the reply means; ConnectionFailed when it is not WeryAI's (not JSON, no envelope).
    """
    envelope = reply.envelope
    if method == "GET" and reply.http_status == 404 and not reply.code:  # a proxy's 404 says nothing about the task
        raise ConnectionFailed("The answer was a 404 that did not come from WeryAI.", may_have_acted=False)
    if envelope is None:
        if 200 <= reply.http_status < 300:
            raise ConnectionFailed("WeryAI's answer was not JSON.", may_have_acted=True)
        raise _refusal(method, reply, {}, typed)
    if 200 <= reply.http_status < 300 and _is_success(envelope):
        return envelope.get("data")
    raise _refusal(method, reply, envelope, typed)


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


def _refusal(method: str, reply: Reply, envelope: Mapping[str, Any], typed: Iterable[str]) -> APIError:
    message = first_text(envelope, *_TEXTS) or f"WeryAI answered with HTTP {reply.http_status}."
    code = int(reply.code) if re.fullmatch(r"\d{3,6}", reply.code) else None
    texts = "\n".join(text for name in _TEXTS if (text := first_text(envelope, name)))
    texts = messages.without_typed(texts, typed)
    error = refusals.error_class(method, reply.http_status, code, texts)
    return error(
        message[:500],
        http_status=reply.http_status,
        code=code,
        retry_after=_retry_after(reply.header("retry-after")),
        field=refusals.blamed_field(error, code, texts),
    )


def _retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header, which is a number or a date; at most an hour."""
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
    """Return the first of these fields that has text: sources name the error's text differently."""
    texts = (found.get(name) for name in names)
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")
