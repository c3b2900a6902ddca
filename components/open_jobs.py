"""What moves on a page: cards, the sidebar's numbers, the tab's title, toasts. One timed fragment redraws them.

The fragment runs every two seconds while a job can still change, and reads the ledger only. When the last one ends, one
full run follows, which stops the timer.
"""

import streamlit as st

from components import first_visit, job_card, session, shell, sidebar
from components.markdown import escape
from components.shell import Frame
from studio.jobs import Client
from studio.values import Job, Kind

SECONDS = 2.0


def place(kind: Kind) -> None:
    """Reserve the place for the cards of this kind of job, here on the page."""
    frame = shell.current()
    frame.cards, frame.kind = st.empty(), kind


def watch() -> None:
    """Fill the places of this run, now and on a timer while anything is open."""
    timed = session.client().is_moving()
    st.fragment(_tick, run_every=SECONDS if timed else None)(shell.current(), timed)


def _tick(frame: Frame, timed: bool) -> None:
    with shell.errors():
        client = session.client()
        moving = client.is_moving()
        with frame.numbers.container():
            sidebar.numbers(client)
        if frame.cards and frame.kind:
            with frame.cards.container(gap="small"):
                _cards(client, client.recent(frame.kind), frame.kind)
        _title(frame.title, client.busy())
        _news(client)
        if timed and not moving:
            st.rerun()


def _cards(client: Client, jobs: list[Job], kind: Kind) -> None:
    if not jobs:
        first_visit.show(kind)
    for job in jobs:
        job_card.show(client, job)


def _title(page: str, busy: int) -> None:
    st.set_page_config(page_title=f"({busy}) {page} · {shell.TITLE}" if busy else f"{page} · {shell.TITLE}")


def _news(client: Client) -> None:
    """One toast for each job that ended since the last look."""
    state = session.state()
    for job in client.ended_since(state.news_until):
        word = client.word(job)
        good = bool(job.succeeded)
        icon = ":material/check_circle:" if good else ":material/error:"
        st.toast(f"{'Ready' if good else word}: {escape(job.prompt, 60)}", icon=icon)
        state.news_until = max(state.news_until, job.finished_at or job.answered_at or state.news_until)
