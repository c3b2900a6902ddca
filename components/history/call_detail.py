"""One call, whole: what was sent, what came back, every id, what an error means, and the same call as code."""

import json
from collections.abc import Mapping

import streamlit as st

from components.clock import clock_time
from components.history import address, trace_view
from components.markdown import escape, sentence
from studio.calls import Call
from studio.history import advice, as_code
from studio.history.history import History


def show(history: History, call_id: str) -> None:
    """Draw it, or say that there is none."""
    call = history.call(call_id)
    if not call:
        st.markdown(f'**No results for "{escape(call_id, 80)}"**')
        return
    with st.container(border=True, gap="small", key="call"):
        _head(call)
        trace_view.ids(
            {"Request": call.id, "WeryAI request": call.vendor_id, "Job": call.job}
            | {"Task": call.task_id, "Batch": call.batch_id, "Model": call.model}
        )
        request, response, code = st.tabs(["Request", "Response", "As code"])
        request.code(_request(call), language=None, wrap_lines=True)
        response.code(_response(call), language=None, wrap_lines=True)
        with code:
            _code(call)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _actions(history, call)


def _head(call: Call) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", width="content"):
            answer = "No answer" if call.http_status is None else f"HTTP {call.http_status}"
            st.badge(answer, color="red" if call.error_kind else "green")
            st.caption(f"{call.duration_ms:,} ms · attempt {call.attempt}")
        st.caption(clock_time(call.at, "%d %b %Y %H:%M:%S %Z"), width="content")
    st.markdown(f"**{call.method} {escape(call.path)}**")
    if call.error_kind:
        code = f" {call.code}" if call.code else ""
        st.markdown(f"{sentence(call.error)} :small[:gray[{escape(call.error_kind + code)}]]")
    if said := advice.said(call):
        st.markdown(said)


def _code(call: Call) -> None:
    if why := as_code.why_not(call):
        st.caption(why)
        return
    st.code(as_code.curl(call), language="bash", wrap_lines=True)
    st.code(as_code.python(call), language="python", wrap_lines=True)


def _actions(history: History, call: Call) -> None:
    job = history.client.job(call.job) if call.job else None
    if not job:
        return
    if st.button("Go to job", icon=":material/account_tree:", key="its-job"):
        address.open_one(address.JOB, job.id)
        st.rerun()
    trace_view.result_link(job)
    trace_view.send_again(history.client, job)
    trace_view.bundle(history, job.id)


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
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
