"""The list of the history: rows that are updated in place, the button for new rows, and the pages.

The rows and the button are fragments: a change of a job draws one of them, not the page. No line moves by itself.
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

_BUTTON_WIDTH, _MOST_NUMBERS = 44, 7  # pixels; and the most page numbers that are shown
_PAGES = "history-page"  # one widget for all lists, so that the focus stays on it


def show(history: History, found: Lines) -> str:
    """Draw the list's page that the address names; return the ID of the selected line, or an empty text."""
    pages = -(-min(found.number, MOST_COUNTED) // A_PAGE)
    number, key = address.page_number(pages), _widget_key(found.query)
    listed, selected = _kept_list(key), _selected_id(key)
    is_new = listed is None
    listed, lines = _reload(history, listed) if listed else _load(history, found.query, number)
    selected = selected if selected in listed.ids else ""
    _move_selection(listed, selected)
    _remember(history, listed)
    new_rows.show(found.query, listed, number, is_drawn=is_new and not address.listed_at())
    _draw_rows(history, listed, lines, selected)
    _page_controls(found, pages, number)
    return selected


def show_empty(history: History, query: Query) -> None:
    """Draw the button for new lines below an empty list."""
    listed, _ = _load(history, query, 1)
    _remember(history, listed)
    new_rows.show(query, listed, 1, is_drawn=True)


def _remember(history: History, listed: ShownRows) -> None:
    state = session.state()
    state.shown_rows, state.follows_rows = listed, not account.is_other(history.client)


def _widget_key(query: Query) -> str:
    """Return the key of the list's widget: another list is another widget, without a selected row."""
    return f"rows-{query.account}-{query.listed}-{address.signature()}"


def _kept_list(key: str) -> ShownRows | None:
    """Return the lines on the screen while one is selected, else None: new lines must not move the selection."""
    listed = session.state().shown_rows
    return listed if listed and listed.key == key and _selected_id(key) else None


def _selected_id(key: str) -> str:
    """Return the ID of the line that was clicked, in the list as it was on the screen; else an empty text."""
    listed, row = session.state().shown_rows, rows.chosen_row(session.widget_value(key))
    is_listed = listed and listed.key == key and row is not None and row < len(listed.ids)
    return listed.ids[row] if listed and row is not None and is_listed else ""


def _move_selection(listed: ShownRows, selected: str) -> None:
    """Move the selection to the line that was clicked, or clear it: removed lines have changed the positions."""
    row = rows.chosen_row(session.widget_value(listed.key))
    if row is not None and listed.ids[row : row + 1] != (selected,):
        cells = [(listed.ids.index(selected), rows.FIRST_COLUMN)] if selected else []
        session.set_widget(listed.key, {"selection": {"rows": [], "columns": [], "cells": cells}})


def _load(history: History, query: Query, number: int) -> tuple[ShownRows, Sequence[Any]]:
    """Read the page as of now. Recent lines are counted first, so that no line added during the query is missed."""
    at = address.listed_at() or history.client.clock()
    since, recent = new_rows.count_recent(history, query, at)
    lines = history.lines(query, number, address.order(), jobs=address.shows_jobs())
    ids = tuple(line.id for line in lines)
    return ShownRows(_widget_key(query), ids, at, address.shows_jobs(), since, recent), lines


def _reload(history: History, listed: ShownRows) -> tuple[ShownRows, Sequence[Any]]:
    """Read the same lines again; those that were removed are left out."""
    lines = history.lines(history.query(), 1, again=listed.ids, jobs=listed.of_jobs)
    return replace(listed, ids=tuple(line.id for line in lines)), lines


def _draw_rows(history: History, listed: ShownRows, lines: Sequence[Any], selected: str) -> None:
    """Draw the rows in a fragment; a click reruns the page, which draws the selected line below the list."""
    first = [(history, lines)]  # already read; popped by the first drawing

    def draw() -> None:
        with notices.errors(), drawn_state.drawing(drawn_state.ROWS):
            current, shown = first.pop() if first else _reload_or_rerun(listed, selected)
            rows.show(current.client, shown, listed)

    with st.container(key="listed"):
        st.fragment(draw, key=drawn_state.ROWS)()


def _reload_or_rerun(listed: ShownRows, selected: str) -> tuple[History, Sequence[Any]]:
    """Read the lines again; rerun the page if the selection or the set of lines has changed."""
    if _selected_id(listed.key) != selected:
        st.rerun()
    history = new_rows.current_history(listed)
    reloaded, lines = _reload(history, listed)
    if reloaded != listed:
        st.rerun()
    return history, lines


def _page_controls(found: Lines, pages: int, number: int) -> None:
    first = (number - 1) * A_PAGE + 1
    range_text = f"{first:,} to {min(first + A_PAGE - 1, found.number):,} of {found.number_text}"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, gap="xsmall", width="content", vertical_alignment="center"):
            st.caption(" · ".join([range_text, *found.hidden_texts]), width="content")
            for older in found.older_texts:
                st.button(f"Show {older}", key="show-older", type="tertiary", on_click=_show_all_time)
        if pages > 1:
            # Without a width the widget assumes less room than there is.
            width = _BUTTON_WIDTH * (min(pages, _MOST_NUMBERS) + 2)
            session.set_widget(_PAGES, number)
            st.pagination(pages, width=width, key=_PAGES, on_change=_on_page)


def _show_all_time() -> None:
    address.put(address.TIME, "all")
    filter_chips.reset()


def _on_page() -> None:
    listed = session.state().shown_rows
    address.turn_page(int(session.widget_value(_PAGES) or 1), listed.at if listed else datetime.now(UTC))
