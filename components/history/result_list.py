"""The list of the history: rows that change where they stand, what has come since they were drawn, and its pages.

Rows and what has come are fragments: a change of a job draws one of them and not the page. No line moves by itself.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from components.history import account, address, filter_chips, new_rows, rows
from components.history.lines import Lines
from components.live import drawn_state
from components.parts import notices
from components.session import session
from components.session.state import ShownRows
from studio.core.query import MOST_COUNTED, Query
from studio.history.history import A_PAGE, History

_BUTTON, _NUMBERED = 44, 7  # pixels, and the page numbers that are shown at most
_PAGES = "history-page"  # one widget for all lists, so that the focus stays on it


def show(history: History, found: Lines) -> str:
    """Draw the page that the address names; returns the id of what is chosen, or nothing."""
    pages = -(-min(found.number, MOST_COUNTED) // A_PAGE)
    number, key = address.page(pages), _key(found.wanted)
    listed, chosen = _standing(key), _chosen(key)
    is_new = listed is None
    listed, lines = _again(history, listed) if listed else _anew(history, found.wanted, number)
    chosen = chosen if chosen in listed.ids else ""
    _choose(listed, chosen)
    _remember(history, listed)
    new_rows.show(found.wanted, listed, number, is_drawn=is_new and not address.before())
    _rows(history, listed, lines, chosen)
    _turn(found, pages, number)
    return chosen


def without_lines(history: History, wanted: Query) -> None:
    """There are none yet; what comes is offered all the same."""
    listed, _ = _anew(history, wanted, 1)
    _remember(history, listed)
    new_rows.show(wanted, listed, 1, is_drawn=True)


def _remember(history: History, listed: ShownRows) -> None:
    state = session.state()
    state.shown_rows, state.follows_rows = listed, not account.is_other(history.client)


def _key(wanted: Query) -> str:
    """The widget's: the list of something else is another widget, in which no row is chosen."""
    return f"rows-{wanted.account}-{wanted.listed}-{address.signature()}"


def _standing(key: str) -> ShownRows | None:
    """The lines that the browser shows, while one of them is chosen: another must not take its place."""
    listed = session.state().shown_rows
    return listed if listed and listed.key == key and _chosen(key) else None


def _chosen(key: str) -> str:
    """The id of the line that was clicked, as it was on the screen."""
    listed, row = session.state().shown_rows, rows.chosen_row(session.widget_value(key))
    is_there = listed and listed.key == key and row is not None and row < len(listed.ids)
    return listed.ids[row] if listed and row is not None and is_there else ""


def _choose(listed: ShownRows, chosen: str) -> None:
    """Some lines are not there any more: the one that was clicked is at another place, or is gone itself."""
    row = rows.chosen_row(session.widget_value(listed.key))
    if row is not None and listed.ids[row : row + 1] != (chosen,):
        now = [(listed.ids.index(chosen), rows.FIRST)] if chosen else []
        session.set_widget(listed.key, {"selection": {"rows": [], "columns": [], "cells": now}})


def _anew(history: History, wanted: Query, number: int) -> tuple[ShownRows, Sequence[Any]]:
    """The page as of now. What is about to come is counted first: so nothing that comes meanwhile is left out."""
    at = address.before() or history.client.clock()
    since, recent = new_rows.recent(history, wanted, at)
    lines = history.lines(wanted, number, address.order(), jobs=address.is_of_jobs())
    ids = tuple(line.id for line in lines)
    return ShownRows(_key(wanted), ids, at, address.is_of_jobs(), since, recent), lines


def _again(history: History, listed: ShownRows) -> tuple[ShownRows, Sequence[Any]]:
    """The same lines as they are now, without those that are gone."""
    lines = history.lines(history.wanted(), 1, again=listed.ids, jobs=listed.of_jobs)
    return replace(listed, ids=tuple(line.id for line in lines)), lines


def _rows(history: History, listed: ShownRows, lines: Sequence[Any], chosen: str) -> None:
    """A click draws the page, which then has the line that was clicked below the list."""
    with_the_page = [(history, lines)]  # they are read already, for the first drawing alone

    def draw() -> None:
        with notices.errors(), drawn_state.drawing(drawn_state.ROWS):
            seen, shown = with_the_page.pop() if with_the_page else _as_now(listed, chosen)
            rows.show(seen.client, shown, listed)

    with st.container(key="listed"):
        st.fragment(draw, key=drawn_state.ROWS)()


def _as_now(listed: ShownRows, chosen: str) -> tuple[History, Sequence[Any]]:
    if _chosen(listed.key) != chosen:
        st.rerun()
    history = new_rows.of_whom(listed)
    now, lines = _again(history, listed)
    if now != listed:
        st.rerun()
    return history, lines


def _turn(found: Lines, pages: int, number: int) -> None:
    first = (number - 1) * A_PAGE + 1
    said = f"{first:,} to {min(first + A_PAGE - 1, found.number):,} of {found.many}"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, gap="xsmall", width="content", vertical_alignment="center"):
            st.caption(" · ".join([said, *found.hidden]), width="content")
            for older in found.before:
                st.button(f"Show {older}", key="show-older", type="tertiary", on_click=_of_all_time)
        if pages > 1:
            width = _BUTTON * (min(pages, _NUMBERED) + 2)  # without one it takes its room for less than there is
            session.set_widget(_PAGES, number)
            st.pagination(pages, width=width, key=_PAGES, on_change=_turned)


def _of_all_time() -> None:
    address.put(address.TIME, "all")
    filter_chips.renew()


def _turned() -> None:
    listed = session.state().shown_rows
    address.turn(int(session.widget_value(_PAGES) or 1), listed.at if listed else datetime.now(UTC))
