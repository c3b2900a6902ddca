"""One call, whole: what was sent, what came back, every id, and what an error means."""

import json
from collections.abc import Mapping

import streamlit as st

from components import places
from components.clock import clock_time
from components.markdown import escape, sentence
from studio.calls import Call
from studio.jobs import Client
from studio.values import Kind


def show(client: Client, call_id: str) -> None:
    call = client.call(call_id)
    if not call:
        return
    with st.container(border=True, gap="small", key="call"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center", width="content"):
                answer = "No answer" if call.http_status is None else f"HTTP {call.http_status}"
                st.badge(answer, color="red" if call.error_kind else "green")
                st.caption(f"{call.duration_ms:,} ms · attempt {call.attempt}")
            st.caption(clock_time(call.at, "%d %b %Y %H:%M:%S %Z"), width="content")
        st.markdown(f"**{call.method} {escape(call.path)}**")
        if call.error_kind:
            st.markdown(f"{sentence(call.error)} :small[:gray[{escape(call.error_kind)}]]")
        _ids(client, call)
        request, response = st.tabs(["Request", "Response"])
        request.code(_request(call), language=None, wrap_lines=True)
        response.code(_response(call), language=None, wrap_lines=True)


def _ids(client: Client, call: Call) -> None:
    named = {
        "Request": call.id,
        "WeryAI's request": call.vendor_id,
        "Job": call.job,
        "Task": call.task_id,
        "Batch": call.batch_id,
        "Model": call.model,
    }
    with st.container(horizontal=True, gap="medium"):
        for name, value in named.items():
            if value:
                with st.container(width="content", gap="xsmall"):
                    st.caption(name)
                    st.code(value, language=None, wrap_lines=True)
    job = client.job(call.job) if call.job else None
    if job:
        place = places.VIDEO if job.kind is Kind.VIDEO else places.IMAGE
        st.page_link(place.file, label="Show its job", icon=place.icon, width="content")


def _request(call: Call) -> str:
    return _message(f"{call.method} {call.url}", call.request_headers, call.request_body)


def _response(call: Call) -> str:
    first = "No answer came." if call.http_status is None else f"HTTP {call.http_status}"
    return _message(first, call.response_headers, call.response_body)


def _message(first: str, headers: Mapping[str, str], body: str) -> str:
    lines = [first, *(f"{name}: {value}" for name, value in headers.items())]
    return "\n".join([*lines, "", _formatted(body)]).strip()


def _formatted(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
