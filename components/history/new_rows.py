"""The button for new lines: how many there are since the list was drawn, or that the list has changed."""

from dataclasses import replace
from datetime import datetime, timedelta

import streamlit as st

from components.history import account, address
from components.live import drawn_state
from components.parts import notices
from components.parts.markdown import counted
from components.session import session
from components.session.state import ShownRows
from studio.core.query import MOST_COUNTED, Order, Query
from studio.history.history import History

_MOST_DELAY = timedelta(minutes=5)  # a call is recorded when it ends, and an upload takes minutes


def count_recent(history: History, query: Query, at: datetime) -> tuple[datetime | None, int]:
    """Return the moment from which lines are counted, and the number of lines since; None and 0 if not countable."""
    since = at - _MOST_DELAY if _can_count(query) else None
    return since, history.count(_since(query, since), jobs=address.shows_jobs()) if since else 0


def show(query: Query, listed: ShownRows, number: int, *, is_drawn: bool) -> None:
    """Draw the button that updates the list, in a fragment; skip the first query if the list `is_drawn` just now."""
    drawn_with_page, order = [is_drawn], address.order()  # popped by the first drawing

    def draw() -> None:
        with notices.errors(), drawn_state.drawing(drawn_state.NEWER):
            history = current_history(listed)
            if not (drawn_with_page and drawn_with_page.pop()):
                _update_button(
                    _label(history, replace(query, until=None), listed, number, order), is_empty=not listed.ids
                )

    with st.container(key="newer"):
        st.fragment(draw, key=drawn_state.NEWER)()


def current_history(listed: ShownRows) -> History:
    """Return the history of the account that is shown now; rerun the page if this list is not its list any more."""
    client = account.client()
    if session.state().shown_rows != listed or not listed.key.startswith(f"rows-{client.account.id}-"):
        st.rerun()
    return History(client)


def _can_count(query: Query) -> bool:
    """Whether the number of lines since a moment shows how many are new.

    A list of jobs by outcome loses some jobs while it gains others, so its number does not show how many are new.
    """
    return not (query.search or query.failure or (query.of_jobs and query.outcome))


def _since(query: Query, since: datetime) -> Query:
    return replace(query, since=max(since, query.since or since))


def _update_button(label: str, *, is_empty: bool) -> None:
    """Draw one button with a fixed key, whatever its label: it keeps the focus, and no click is lost.

    An empty list needs none: no line moves when the first one comes.
    """
    if not label:
        return
    if is_empty or st.button(label, icon=":material/arrow_upward:", type="tertiary", key="show-newer"):
        address.show_newest()
        st.rerun()


def _label(history: History, query: Query, listed: ShownRows, number: int, order: Order) -> str:
    """Return the label of the button; empty if there is nothing new."""
    if not listed.since:
        lines = history.lines(query, number, order, jobs=listed.of_jobs)
        return "" if tuple(line.id for line in lines) == listed.ids else "Update list"
    current = history.count(_since(query, listed.since), jobs=listed.of_jobs)
    noun = "new job" if listed.of_jobs else "new call"
    if current > MOST_COUNTED:
        return f"Show {noun}s"
    return f"Show {counted(current - listed.recent, noun)}" if current > listed.recent else ""
