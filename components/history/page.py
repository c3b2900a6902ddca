"""The call history: one job or call whole, if the address names it, else the list with what is above it."""

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

_CUT = {
    True: "of those found by words, the newest",
    False: f"of those found by words, the calls of the newest {MOST_MATCHES_OF_CALLS} jobs and errors; "
    "credits and times are of all jobs found",
}
SHORTEST_TASK = 6  # characters of an id


def show(heading: DeltaGenerator) -> None:
    """Draw what the address asks for; beside the heading, which lines the list has."""
    history = History(account.client())
    if session.state().is_arrival:  # the list forgets its row with its page
        address.unchoose()
    if address.is_below():
        with heading:
            filters.views()
        _list(history)
        return
    st.button("Back to the list", on_click=address.close, icon=":material/arrow_back:", type="tertiary", key="back")
    call, job = address.one(address.CALL), address.one(address.JOB)
    history = History(account.that_has(history.client, call, job))
    if call:
        call_detail.show(history, call)
    else:
        trace_view.show(history, job)


def _list(history: History) -> None:
    if page_address.is_history_navigation() and not (address.one(address.JOB) or address.one(address.CALL)):
        address.unchoose()
    wanted, above = address.wanted(history), st.container()
    sums, failures = totals.ask(history, wanted), error_groups.ask(history, wanted)
    beside = filters.show(history, replace(wanted, until=address.before()))
    found = lines.lines(history, wanted)
    if found.number or found.polls:
        with beside:
            totals.export(history, wanted)
    if not found.number:
        _nothing(history, wanted, found)
        result_list.without_lines(history, found.wanted)
        return
    if wanted.search and history.is_cut(wanted, jobs=address.is_of_jobs()):
        which = f"Showing only {found.many}; {_CUT[address.is_of_jobs()]}"
        st.caption(f"Too many matches. {which}. To see others, search for more words or add a filter.")
    totals.show(history, found.wanted, sums(), above)
    error_groups.show(history, failures())
    chosen = result_list.show(history, found)
    if chosen:
        _open(history, chosen)
    else:
        address.forget()


def _open(history: History, chosen: str) -> None:
    """Below the list; the page scrolls to it (see `scripts/accessibility.js`)."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Close", icon=":material/close:", type="tertiary", key="close-row", on_click=address.close)
    if address.is_of_jobs():
        address.open_below(address.JOB, chosen)
        trace_view.show(history, chosen)
    else:
        address.open_below(address.CALL, chosen)
        call_detail.show(history, chosen)


def _nothing(history: History, wanted: Query, found: Lines) -> None:
    """Say why, what there is instead, and how to come to it."""
    is_of_jobs = address.is_of_jobs()
    noun, others = ("jobs", "calls") if is_of_jobs else ("calls", "jobs")
    is_empty = not history.count(history.wanted(), jobs=is_of_jobs)
    other = history.count(wanted, jobs=not is_of_jobs)
    if not other and wanted.search:
        anything = history.anything(wanted.search)
        if any(history.count(anything, jobs=jobs) for jobs in (True, False)):
            st.markdown("There are results, but the filters hide them.")
            st.button("Show results", on_click=_show_hidden, key="show-hidden")
        else:
            _unknown(history.client, wanted.search)
    elif other and wanted.search:
        st.markdown(f"No {noun.removesuffix('s')} matches this search.")
    elif is_empty:
        st.markdown(f"No {noun} yet. Make the first one:")
        with st.container(horizontal=True, gap="small"):
            for place in page_links.OF_KIND.values():
                st.page_link(place.file, label=place.title, icon=place.icon, width="content")
    else:
        st.markdown(" ".join(["Nothing matches these filters.", *(f"{left_out}." for left_out in found.left_out)]))
        st.button("Show all", on_click=_show_all, key="show-all")
    if other:
        view = address.CALLS.lower() if is_of_jobs else ""
        label = f"Show {other:,} {others if other > 1 else others.removesuffix('s')}"
        st.button(label, on_click=address.put, args=(address.VIEW, view), key="other-view")


def _show_all() -> None:
    address.clear(time="all", polls=address.SHOWN)


def _show_hidden() -> None:
    address.clear(search=address.one(address.SEARCH), account=address.one(page_links.ACCOUNT))
    mine_or_everyones.show_everyones()


def _unknown(client: Client, search: str) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(f'**No results for "{escape(search, 80)}"**')
        st.caption("Search by ID (request, task, batch or job), or by words from prompts and errors.")
        if not _may_be_a_task(search) or client.may_not_spend:
            return
        st.caption("If this is a task ID, you can import the task and its results from WeryAI.")
        if st.button("Import from WeryAI", icon=":material/add_task:", key="adopt"):
            _adopt(client, search)


def _may_be_a_task(search: str) -> bool:
    """Ids are long, and have a digit or say so; those of requests and of our jobs are of something else."""
    is_id = (
        len(search.split()) == 1
        and search.isascii()
        and len(search) >= SHORTEST_TASK
        and bool(re.search(r"\d|^task", search))
    )
    return is_id and not search.lower().startswith(("req_", "job_"))


def _adopt(client: Client, task_id: str) -> None:
    try:
        client.tasks.adopt(task_id, session.next_submission("adopt"))
    except StudioError as error:
        st.markdown(f":red[{sentence(error.message)}] {escape(error.hint)}")
    else:
        st.success("Imported. Its card is on the Image or Video page.", icon=":material/check_circle:")
