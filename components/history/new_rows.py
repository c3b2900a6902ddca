"""What has come since the history's list was drawn: how many lines, or that the list would be another one now."""

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

_LATE = timedelta(minutes=5)  # a call is written down when it has ended, which takes an upload minutes


def recent(history: History, wanted: Query, at: datetime) -> tuple[datetime | None, int]:
    """From when on new lines are counted, and how many there are of that time; no moment where they are not."""
    since = at - _LATE if _is_counted(wanted) else None
    return since, history.count(_from(wanted, since), jobs=address.is_of_jobs()) if since else 0


def show(wanted: Query, listed: ShownRows, number: int, *, is_drawn: bool) -> None:
    """Offer to draw the list, which has this page of it, as it is now. If it was drawn just now there is no need."""
    with_the_page, order = [is_drawn], address.order()  # the first is for the first drawing alone

    def draw() -> None:
        with notices.errors(), drawn_state.drawing(drawn_state.NEWER):
            history = of_whom(listed)
            if not (with_the_page and with_the_page.pop()):
                _offer(_said(history, replace(wanted, until=None), listed, number, order))

    with st.container(key="newer"):
        st.fragment(draw, key=drawn_state.NEWER)()


def of_whom(listed: ShownRows) -> History:
    """Of whoever looks now. When the list is not the one of the page any more, the page is drawn."""
    client = account.client()
    if session.state().shown_rows != listed or not listed.key.startswith(f"rows-{client.account.id}-"):
        st.rerun()
    return History(client)


def _is_counted(wanted: Query) -> bool:
    """A look at the newest lines alone tells how many are new.

    A list of jobs by their outcome loses some while others come, so that its number does not tell how many came.
    """
    return not (wanted.search or wanted.failure or (wanted.of_jobs and wanted.outcome))


def _from(wanted: Query, since: datetime) -> Query:
    return replace(wanted, since=max(since, wanted.since or since))


def _offer(said: str) -> None:
    """One button, whatever it says by and by: so the focus stays on it, and a press of it counts."""
    if said and st.button(said, icon=":material/arrow_upward:", type="tertiary", key="show-newer"):
        address.newest()
        st.rerun()


def _said(history: History, wanted: Query, listed: ShownRows, number: int, order: Order) -> str:
    """Nothing while there is nothing new."""
    if not listed.since:
        lines = history.lines(wanted, number, order, jobs=listed.of_jobs)
        return "" if tuple(line.id for line in lines) == listed.ids else "Update list"
    there = history.count(_from(wanted, listed.since), jobs=listed.of_jobs)
    noun = "new job" if listed.of_jobs else "new call"
    if there > MOST_COUNTED:
        return f"Show {noun}s"
    return f"Show {counted(there - listed.recent, noun)}" if there > listed.recent else ""
