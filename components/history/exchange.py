"""The complete request and response of a call, and the request as code."""

import json
from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from studio.core.calls import Call
from studio.history import as_code

_MOST_FORMATTED = 1024 * 1024  # characters: a longer text is mostly the indentation of deep JSON
TABS = ("Request", "Response", "As code")


def show(call: Call, request: DeltaGenerator, response: DeltaGenerator, code: DeltaGenerator) -> None:
    """Draw request, response and code in these containers."""
    request.code(_request(call), language=None, wrap_lines=True)
    response.code(_response(call), language=None, wrap_lines=True)
    with code:
        _code(call)


def _code(call: Call) -> None:
    if reason := as_code.why_not(call):
        st.caption(reason)
        return
    st.code(as_code.curl(call), language="bash", wrap_lines=True)
    st.code(as_code.python(call), language="python", wrap_lines=True)


def _request(call: Call) -> str:
    return _message(f"{call.method} {call.url}", call.request_headers, call.request_body)


def _response(call: Call) -> str:
    first_line = "No answer" if call.http_status is None else f"HTTP {call.http_status}"
    return _message(first_line, call.response_headers, call.response_body)


def _message(first_line: str, headers: Mapping[str, str], body: str) -> str:
    lines = [first_line, *(f"{name}: {value}" for name, value in headers.items())]
    return "\n".join([*lines, "", _formatted(body)]).strip()


def _formatted(body: str) -> str:
    try:
        formatted = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        formatted.encode()  # fails for half a surrogate pair, which JSON can hold and a page cannot show
    except (ValueError, RecursionError):
        return body
    return formatted if len(formatted) < _MOST_FORMATTED else body
