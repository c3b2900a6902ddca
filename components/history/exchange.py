"""What was sent and what came back, whole, and the same request as code."""

import json
from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from studio.core.calls import Call
from studio.history import as_code

_MOST = 1024 * 1024  # characters: what is deep and wide is mostly its own margin
TABS = ("Request", "Response", "As code")


def show(call: Call, request: DeltaGenerator, response: DeltaGenerator, code: DeltaGenerator) -> None:
    """Draw each in its place."""
    request.code(_request(call), language=None, wrap_lines=True)
    response.code(_response(call), language=None, wrap_lines=True)
    with code:
        _code(call)


def _code(call: Call) -> None:
    if why := as_code.why_not(call):
        st.caption(why)
        return
    st.code(as_code.curl(call), language="bash", wrap_lines=True)
    st.code(as_code.python(call), language="python", wrap_lines=True)


def _request(call: Call) -> str:
    return _message(f"{call.method} {call.url}", call.request_headers, call.request_body)


def _response(call: Call) -> str:
    first = "No answer" if call.http_status is None else f"HTTP {call.http_status}"
    return _message(first, call.response_headers, call.response_body)


def _message(first: str, headers: Mapping[str, str], body: str) -> str:
    lines = [first, *(f"{name}: {value}" for name, value in headers.items())]
    return "\n".join([*lines, "", _formatted(body)]).strip()


def _formatted(body: str) -> str:
    try:
        found = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        found.encode()  # half a surrogate pair, which JSON can hold, cannot be shown
    except (ValueError, RecursionError):
        return body
    return found if len(found) < _MOST else body
