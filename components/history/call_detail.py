"""The details of one call: request, response, every ID, what an error means, and the call as code."""

import streamlit as st

from components.history import actions, address, exchange, rows
from components.parts import accessibility
from components.parts.local_time import clock_time
from components.parts.markdown import escape, sentence
from studio.core.calls import Call
from studio.core.error_groups import in_words
from studio.core.values import Job
from studio.history import advice
from studio.history.history import History


def show(history: History, call_id: str) -> None:
    """Draw the call, or say that there is none with this ID."""
    call = history.client.calls.get(call_id)
    if not call:
        st.markdown(f'**No results for "{escape(call_id, 80)}"**')
        st.caption("It may have been removed, or belong to another account.")
        return
    with st.container(border=True, gap="small", key="call"):
        _head(call)
        actions.show_ids(
            {"Request": call.id, "WeryAI request": call.vendor_id, "Job": call.job}
            | {"Task": call.task_id, "Batch": call.batch_id, "Model": call.model}
        )
        exchange.show(call, *st.tabs(exchange.TABS))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _actions(history, call)


def _head(call: Call) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=f"opened-{call.id}"
    ):
        accessibility.hidden_heading(f"Call: {call.method} {escape(call.path)}")
        with st.container(horizontal=True, gap="small", vertical_alignment="center", width="content"):
            st.badge(_status_text(call), color="red" if call.error_kind else "green")
            st.caption(f"{call.duration_ms:,} ms · attempt {call.attempt}")
        st.caption(clock_time(call.at, "%d %b %Y %H:%M:%S %Z"), width="content")
    st.markdown(f"**{call.method} {escape(call.path)}**")
    if call.error_kind:
        st.markdown(f"{sentence(call.error)} :small[:gray[{escape(in_words(call.error_kind))}]]")
    if text := advice.explanation(call):
        st.markdown(text)


def _status_text(call: Call) -> str:
    """Return the HTTP status, for a failure with WeryAI's code: a failure may have a status of success."""
    return "No answer" if call.http_status is None else f"HTTP {escape(rows.status(call), 60)}"


def _actions(history: History, call: Call) -> None:
    job = history.client.jobs.get(call.job) if call.job else None
    if job:
        _job_actions(history, call, job)
    actions.copy_link(history.client, address.CALL, call.id)


def _job_actions(history: History, call: Call, job: Job) -> None:
    if st.button("Go to job", icon=":material/account_tree:", key="its-job"):
        address.open_alone(address.JOB, job.id)
        st.rerun()
    actions.card_link(job)
    if call.method == "POST":
        actions.send_again_button(history.client, job)
    actions.bundle_button(history, job.id)
