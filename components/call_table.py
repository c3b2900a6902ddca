"""The list of calls: a search by id, a page of rows, and the row that was clicked."""

import re
from typing import Any

import pandas as pd
import streamlit as st

from components import call_detail, session
from components.clock import clock_time
from components.markdown import escape, sentence
from studio.calls import Call
from studio.errors import StudioError
from studio.jobs import CALLS_A_PAGE, Client


def show() -> None:
    """Draw the search, one page of calls, and the call that is chosen."""
    client = session.client()
    search = st.text_input(
        "Search",
        key="search",
        type="search",
        placeholder="Request, task, batch or job id",
        width=420,
        bind="query-params",
    )
    search = (search or "").strip()
    found = client.count_calls(search)
    if not found:
        _nothing(client, search)
        return
    table, below = st.container(), st.container(horizontal=True, horizontal_alignment="distribute")
    with below:
        span = st.empty()
        number = st.pagination(-(-found // CALLS_A_PAGE), key=f"page-{search}")
    first = (number - 1) * CALLS_A_PAGE + 1
    span.caption(f"{first:,} to {min(first + CALLS_A_PAGE - 1, found):,} of {found:,} calls", width="content")
    with table:
        chosen = _rows(client.calls(search, number), search, number)
    if chosen:
        call_detail.show(client, chosen)


def _rows(calls: list[Call], search: str, number: int) -> str:
    """Draw the rows; returns the id of the chosen call, or nothing."""
    frame = pd.DataFrame(
        {
            "Time": [clock_time(call.at, "%d %b %H:%M:%S") for call in calls],
            "Method": [call.method for call in calls],
            "Path": [call.path for call in calls],
            "Status": [[_status(call)] for call in calls],
            "Model": [call.model for call in calls],
            "Duration": [call.duration_ms for call in calls],
            "Request": [call.id for call in calls],
            "Job": [call.job for call in calls],
        }
    )
    picked = st.dataframe(
        frame,
        key=f"calls-{search}-{number}",
        hide_index=True,
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        height="content",
        column_config={
            "Time": st.column_config.TextColumn(width=116),
            "Status": _coloured({_status(call): bool(call.error_kind) for call in calls}),
            "Method": st.column_config.TextColumn(width=62),
            "Path": st.column_config.TextColumn(width=272),
            "Model": st.column_config.TextColumn(width=150),
            "Duration": st.column_config.NumberColumn(format="%d ms", width=78),
            "Request": st.column_config.TextColumn(width=184),
            "Job": st.column_config.TextColumn(width=190),
        },
        column_order=["Time", "Status", "Method", "Path", "Duration", "Model", "Request", "Job"],
        alt="Calls to the API, newest first",
    )
    rows = [*picked["selection"]["rows"], *(row for row, _ in picked["selection"]["cells"])]
    return calls[rows[0]].id if rows and rows[0] < len(calls) else ""


def _status(call: Call) -> str:
    """HTTP status, and what it meant when it was no success."""
    if call.http_status is None:
        return "no answer"
    if not call.error_kind:
        return str(call.http_status)
    return f"{call.http_status} · {call.code or _words(call.error_kind)}"


def _words(kind: str) -> str:
    """ServerError → server error."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind).lower()


def _coloured(failed: dict[str, bool]) -> Any:
    """A column of pills: red for what failed, green for the rest. Each cell is a list of one."""
    colours = ["red" if bad else "green" for bad in failed.values()]
    return st.column_config.MultiselectColumn(options=list(failed), color=colours, width=128)


def _nothing(client: Client, search: str) -> None:
    if not search:
        st.markdown("No calls yet. The first one appears here when you press Generate.")
        return
    with st.container(border=True, gap="small"):
        st.markdown(f"**Nobody here knows {escape(search, 80)}**")
        st.caption("Search takes whole ids: of a request, a task, a batch or a job.")
        if not _may_be_a_task(search):
            return
        st.caption("If it is the id of a task, WeryAI can be asked about it; its result is then kept here.")
        if st.button("Ask WeryAI and adopt it", icon=":material/add_task:", key="adopt"):
            _adopt(client, search)


def _may_be_a_task(search: str) -> bool:
    return len(search.split()) == 1 and search.isascii() and not search.startswith(("req_", "job_"))


def _adopt(client: Client, task_id: str) -> None:
    try:
        client.adopt(task_id, session.advance("adopt"))
    except StudioError as error:
        st.markdown(f":red[{sentence(error.message)}] {escape(error.hint)}")
    else:
        st.success("Adopted. Its card is on the page of what it makes.", icon=":material/check_circle:")
