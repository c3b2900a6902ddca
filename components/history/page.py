"""The call history: one job or call, if the address names it, else the list with its numbers and filters."""

import re
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.history import (
    account,
    address,
    call_detail,
    error_groups,
    filters,
    lines,
    result_list,
    totals,
    trace_view,
)
from components.history.lines import Lines
from components.parts import page_links
from components.parts.markdown import escape, sentence
from components.people import mine_or_everyones
from components.session import page_address, session
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.query import MOST_MATCHES_OF_CALLS, Query
from studio.history.history import History

_CUT_TEXTS = {
    True: "of those found by words, the newest",
    False: f"of those found by words, the calls of the newest {MOST_MATCHES_OF_CALLS} jobs and errors; "
    "credits and times are of all jobs found",
}
SHORTEST_TASK_ID = 6  # characters


def show(heading: DeltaGenerator) -> None:
    """Draw what the address names; the choice of views goes beside the heading."""
    history = History(account.client())
    if session.state().is_arrival:  # the browser drops the list's selection when it leaves the page
        address.deselect()
    if address.shows_list():
        with heading:
            filters.show_views()
        _list(history)
        return
    st.button("Back to the list", on_click=address.close, icon=":material/arrow_back:", type="tertiary", key="back")
    call, job = address.value(address.CALL), address.value(address.JOB)
    history = History(account.client_with(history.client, call, job))
    if call:
        call_detail.show(history, call)
    else:
        trace_view.show(history, job)


def _list(history: History) -> None:
    if page_address.is_history_navigation() and not (address.value(address.JOB) or address.value(address.CALL)):
        address.deselect()
    query, above = address.query(history), st.container()
    sums, failures = totals.start_query(history, query), error_groups.start_query(history, query)
    right = filters.show(history, replace(query, until=address.listed_at()))
    found = lines.count_lines(history, query)
    if found.number or found.polls:
        with right:
            totals.export_button(history, query)
    if not found.number:
        _no_lines(history, query, found)
        result_list.show_empty(history, found.query)
        return
    if query.search and history.is_truncated(query, jobs=address.shows_jobs()):
        which = f"Showing only {found.number_text}; {_CUT_TEXTS[address.shows_jobs()]}"
        st.caption(f"Too many matches. {which}. To see others, search for more words or add a filter.")
    totals.show(history, found.query, sums(), above)
    error_groups.show(history, failures())
    selected = result_list.show(history, found)
    if selected:
        _open(history, selected)
    else:
        address.clear_item()


def _open(history: History, selected: str) -> None:
    """Draw the selected line below the list; the page scrolls to it (`scripts/accessibility.js`)."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Close", icon=":material/close:", type="tertiary", key="close-row", on_click=address.close)
    if address.shows_jobs():
        address.open_below(address.JOB, selected)
        trace_view.show(history, selected)
    else:
        address.open_below(address.CALL, selected)
        call_detail.show(history, selected)


def _no_lines(history: History, query: Query, found: Lines) -> None:
    """Say why the list is empty, what there is instead, and offer to show it."""
    is_of_jobs = address.shows_jobs()
    noun, others = ("jobs", "calls") if is_of_jobs else ("calls", "jobs")
    is_empty = not history.count(history.query(), jobs=is_of_jobs)
    other = history.count(query, jobs=not is_of_jobs)
    if not other and query.search:
        unfiltered = history.account_query(query.search)
        if any(history.count(unfiltered, jobs=jobs) for jobs in (True, False)):
            st.markdown("There are results, but the filters hide them.")
            st.button("Show results", on_click=_show_hidden, key="show-hidden")
        else:
            _no_results(history.client, query.search)
    elif other and query.search:
        st.markdown(f"No {noun.removesuffix('s')} matches this search.")
    elif is_empty:
        st.markdown(f"No {noun} yet. Make the first one:")
        with st.container(horizontal=True, gap="small"):
            for place in page_links.OF_KIND.values():
                st.page_link(place.file, label=place.title, icon=place.icon, width="content")
    else:
        st.markdown(" ".join(["Nothing matches these filters.", *(f"{left_out}." for left_out in found.omitted_texts)]))
        st.button("Show all", on_click=_show_all, key="show-all")
    if other:
        view = address.CALLS.lower() if is_of_jobs else ""
        label = f"Show {other:,} {others if other > 1 else others.removesuffix('s')}"
        st.button(label, on_click=address.put, args=(address.VIEW, view), key="other-view")


def _show_all() -> None:
    address.clear_filters(time="all", polls=address.POLLS_SHOWN)


def _show_hidden() -> None:
    address.clear_filters(search=address.value(address.SEARCH), account=address.value(page_links.ACCOUNT))
    mine_or_everyones.show_everyones()


def _no_results(client: Client, search: str) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(f'**No results for "{escape(search, 80)}"**')
        st.caption("Search by ID (request, task, batch or job), or by words from prompts and errors.")
        if not _may_be_task_id(search) or client.may_not_spend:
            return
        st.caption("If this is a task ID, you can import the task and its results from WeryAI.")
        if st.button("Import from WeryAI", icon=":material/add_task:", key="adopt"):
            _import_task(client, search)


def _may_be_task_id(search: str) -> bool:
    """Whether the text looks like a task ID: long, with a digit or "task", and not the ID of a request or a job."""
    is_id = (
        len(search.split()) == 1
        and search.isascii()
        and len(search) >= SHORTEST_TASK_ID
        and bool(re.search(r"\d|^task", search))
    )
    return is_id and not search.lower().startswith(("req_", "job_"))


def _import_task(client: Client, task_id: str) -> None:
    try:
        client.tasks.adopt(task_id, session.next_submission("adopt"))
    except StudioError as error:
        st.markdown(f":red[{sentence(error.message)}] {escape(error.hint)}")
    else:
        st.success("Imported. Its card is on the Image or Video page.", icon=":material/check_circle:")
