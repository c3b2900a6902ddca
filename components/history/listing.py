"""The list of the history: rows that change where they stand, what has come since they were drawn, and its pages.

Rows and what has come are fragments: a change of a job draws one of them and not the page. No line moves by itself.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from components import session, shell
from components.history import account, address, chips, rows
from components.history.lines import Lines
from components.live import drawn
from components.markdown import counted
from components.remembered import Listed
from studio.history.history import A_PAGE, History
from studio.history.wanted import MOST_COUNTED, STATES, Wanted

_BUTTON, _NUMBERED = 44, 7  # pixels, and the page numbers that are shown at most
_LATE = timedelta(minutes=2)  # a call is written down when it has ended, a job when its files were looked at


def show(history: History, found: Lines) -> str:
    """Draw the page that the address names; returns the id of what is chosen, or nothing."""
    pages = -(-min(found.number, MOST_COUNTED) // A_PAGE)
    number, key = address.page(pages), _key(found.wanted)
    listed, chosen = _standing(key), _chosen(key)
    is_new = listed is None
    listed, lines = _again(history, listed) if listed else _anew(history, found.wanted, number)
    chosen = chosen if chosen in listed.ids else ""
    _choose(listed, chosen)
    state = session.state()
    state.listed, state.follows = listed, not account.is_other(history.client)
    _come_since(found.wanted, listed, is_new=is_new and not address.before())
    _rows(history, listed, lines, chosen)
    _turn(found, pages, number)
    return chosen


def _key(wanted: Wanted) -> str:
    """Of the widget: in the list of something else no row is chosen."""
    return f"rows-{wanted.account}-{wanted.listed}-{address.signature()}"


def _standing(key: str) -> Listed | None:
    """The lines that the browser shows, while one of them is chosen: another must not take its place."""
    listed = session.state().listed
    return listed if listed and listed.key == key and _chosen(key) else None


def _chosen(key: str) -> str:
    """The id of the line that was clicked, as it was on the screen."""
    listed, row = session.state().listed, rows.chosen_row(session.widget(key))
    is_there = listed and listed.key == key and row is not None and row < len(listed.ids)
    return listed.ids[row] if listed and row is not None and is_there else ""


def _choose(listed: Listed, chosen: str) -> None:
    """Some lines are not there any more: the one that was clicked is at another place, or is gone itself."""
    row = rows.chosen_row(session.widget(listed.key))
    if row is not None and listed.ids[row : row + 1] != (chosen,):
        now = [listed.ids.index(chosen)] if chosen else []
        session.put(listed.key, {"selection": {"rows": now, "columns": [], "cells": []}})


def _anew(history: History, wanted: Wanted, number: int) -> tuple[Listed, list[Any]]:
    """The page as of now. What is about to come is counted first: so nothing that comes meanwhile is left out."""
    at = address.before() or history.client.clock()
    since = at - _LATE if _is_followed(wanted) else None
    recent = history.count(_from(wanted, since), jobs=address.is_of_jobs()) if since else 0
    read: Callable[..., list[Any]] = history.jobs if address.is_of_jobs() else history.calls
    lines = read(wanted, number, address.order())
    ids = tuple(line.id for line in lines)
    return Listed(_key(wanted), ids, at, address.is_of_jobs(), since, recent), lines


def _again(history: History, listed: Listed) -> tuple[Listed, list[Any]]:
    """The same lines as they are now, without those that are gone."""
    read: Callable[..., list[Any]] = history.jobs if listed.of_jobs else history.calls
    lines = read(history.wanted(), 1, again=listed.ids)
    return replace(listed, ids=tuple(line.id for line in lines)), lines


def _is_followed(wanted: Wanted) -> bool:
    """To count what has come takes a look at the newest lines alone."""
    by_tasks = wanted.of_jobs and not {*wanted.outcome} <= {*STATES}
    return not (wanted.search or wanted.failure or by_tasks)


def _from(wanted: Wanted, since: datetime) -> Wanted:
    return replace(wanted, since=max(since, wanted.since or since))


def _come_since(wanted: Wanted, listed: Listed, *, is_new: bool) -> None:
    """Say how many more there are now, and offer to draw the list with them."""
    first = [is_new]

    def draw() -> None:
        with shell.errors(), drawn.drawing(drawn.NEWER):
            history = _history(listed)
            number = 0 if first and first.pop() else _number_since(history, wanted, listed)
            if number > 0 and st.button(_said(number, listed), icon=":material/arrow_upward:", type="tertiary"):
                address.newest()
                st.rerun()

    with st.container(key="newer"):
        st.fragment(draw, key=drawn.NEWER)()


def _said(number: int, listed: Listed) -> str:
    return f"Show {counted(number, 'new job' if listed.of_jobs else 'new call')}"


def _number_since(history: History, wanted: Wanted, listed: Listed) -> int:
    if not listed.since:
        return 0
    return history.count(replace(_from(wanted, listed.since), until=None), jobs=listed.of_jobs) - listed.recent


def _rows(history: History, listed: Listed, lines: list[Any], chosen: str) -> None:
    """A click draws the page, which then has the line that was clicked below the list."""
    first = [(history, lines)]

    def draw() -> None:
        with shell.errors(), drawn.drawing(drawn.ROWS):
            seen, shown = first.pop() if first else _as_now(listed, chosen)
            rows.show(seen.client, shown, listed)

    with st.container():
        st.fragment(draw, key=drawn.ROWS)()


def _as_now(listed: Listed, chosen: str) -> tuple[History, list[Any]]:
    if _chosen(listed.key) != chosen:
        st.rerun()
    history = _history(listed)
    now, lines = _again(history, listed)
    if now != listed:
        st.rerun()
    return history, lines


def _history(listed: Listed) -> History:
    """Of whoever looks now. When the list is not the one of the page any more, the page is drawn."""
    client = account.client()
    if session.state().listed != listed or not listed.key.startswith(f"rows-{client.account.id}-"):
        st.rerun()
    return History(client)


def _turn(found: Lines, pages: int, number: int) -> None:
    first = (number - 1) * A_PAGE + 1
    said = f"{first:,} to {min(first + A_PAGE - 1, found.number):,} of {found.many}"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, gap="xsmall", width="content", vertical_alignment="center"):
            st.caption(" · ".join([said, *found.hidden]), width="content")
            for older in found.before:
                st.button(f"Show {older}", key="show-older", type="tertiary", on_click=_of_all_time)
        key = f"history-page-{number}-{address.signature()}"  # another one where the address names another page
        if pages > 1:
            width = _BUTTON * (min(pages, _NUMBERED) + 2)  # without one it takes its room for less than there is
            st.pagination(pages, default=number, width=width, key=key, on_change=_turned, args=(key,))


def _of_all_time() -> None:
    address.put(address.TIME, "all")
    chips.renew()


def _turned(key: str) -> None:
    listed = session.state().listed
    address.turn(int(session.widget(key) or 1), listed.at if listed else datetime.now(UTC))
