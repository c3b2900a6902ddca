"""Findings about all answers: envelope, spelling, headers, clock."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from live_check import facts
from live_check.findings import Finding, Verdict, compare, compare_places, unknown
from live_check.recorder import answered, text_of
from studio.core.calls import Call

_CAMEL = re.compile(r"[a-z][A-Z]")
_TEXTS = ("desc", "message", "msg")


def findings(calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield the findings that any answer can show, whatever the request."""
    yes = [(place, found) for place, call, found in answered(calls) if not call.error_kind]
    no = [(place, found) for place, call, found in answered(calls) if call.error_kind]
    yield from compare_places(facts.YES, ((place, _status(found)) for place, found in yes))
    yield from compare_places(facts.YES_TEXTS, ((place, _texts(found)) for place, found in yes))
    yield from compare_places(facts.YES_FLAG, ((place, _flag(found)) for place, found in yes))
    yield from compare_places(facts.NO_TEXTS, ((place, _texts(found)) for place, found in no))
    yield from compare_places(facts.NO_FLAG, ((place, _flag(found)) for place, found in no))
    yield from unknown("field of an envelope", facts.ENVELOPE_FIELDS, (name for _, found in yes + no for name in found))
    yield from compare_places(facts.SPELLING, _spellings(yes))
    yield from _headers(calls)


def _status(envelope: Mapping[str, Any]) -> str:
    return text_of(envelope["status"]) if "status" in envelope else "absent"


def _texts(envelope: Mapping[str, Any]) -> str:
    return ", ".join(name for name in _TEXTS if envelope.get(name)) or "none"


def _flag(envelope: Mapping[str, Any]) -> str:
    return text_of(envelope["success"]) if "success" in envelope else "absent"


def _spellings(yes: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, str]]:
    for place, found in yes:
        names = [name for name in _names(found.get("data")) if "_" in name or _CAMEL.search(name)]
        if names:
            yield place, "camelCase" if any(map(_CAMEL.search, names)) else "snake_case"


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _names(one)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _names(inner)


def _headers(calls: Iterable[Call]) -> Iterator[Finding]:
    names = {name.lower() for call in calls for name in call.response_headers}
    ids = {name for name in names if any(part in name for part in facts.REQUEST_IDS)}
    if not ids:
        yield Finding(Verdict.UNSEEN, "header with a request ID")
    yield from unknown("header with a request ID", (), ids)
    yield from unknown("header", facts.ORDINARY_HEADERS, names - ids)
    if names:
        yield Finding(Verdict.SEEN, "headers", ", ".join(sorted(names)))


def clock(call: Call, at: datetime) -> Finding:
    """Compare the Date header of an answer with our clock, which was `at` when the answer arrived."""
    given = next((value for name, value in call.response_headers.items() if name.lower() == "date"), "")
    try:
        seconds = (parsedate_to_datetime(given) - at).total_seconds()
    except (ValueError, TypeError):
        return Finding(Verdict.UNSEEN, facts.CLOCK.about)
    is_near = abs(seconds) <= facts.SKEW_SECONDS
    return compare(facts.CLOCK, facts.CLOCK.usual if is_near else f"{seconds:+,.0f} s beside ours")
