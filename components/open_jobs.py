"""What moves on a page: cards, the sidebar's numbers, the tab's title, toasts. One timed fragment redraws them.

The fragment runs every two seconds while a job can still change, and reads the ledger only. When the last one ends, one
full run follows, which slows the timer down.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import streamlit as st

from components import first_visit, job_card, session, shell, sidebar
from components.markdown import escape
from components.shell import Frame
from studio.jobs import Client
from studio.values import Job, Kind

SECONDS = 2.0
IDLE_SECONDS = 20.0  # for what others start
SPARE = 6  # places for new cards
LONGEST_TURN = 0.5

_turn = Lock()


def place(kind: Kind) -> None:
    """Reserve the place for the cards of this kind of job, here on the page."""
    frame = shell.current()
    frame.cards, frame.kind = st.container(), kind  # not st.empty: a full run would blank it, and stop a video


def watch() -> None:
    """Fill the places of this run, now and on a timer while anything is open."""
    moving = session.client().is_moving()
    st.fragment(_tick, run_every=SECONDS if moving else IDLE_SECONDS)(shell.current(), moving)


def _tick(frame: Frame, moving: bool) -> None:
    with _in_turn(), shell.errors():
        client = session.client()
        standing, busy = client.standing(), client.busy()
        if moving != client.is_moving(busy) or standing.rejected != frame.rejected:
            st.rerun()  # before anything is drawn: the timer or the banner changes
        with frame.numbers:
            sidebar.numbers(client, standing, busy)
        if frame.cards and frame.kind:
            with frame.cards:
                _cards(client, frame.kind, paused=bool(standing.rejected))
        _title(frame.title, busy)
        _news(client)


@contextmanager
def _in_turn() -> Iterator[None]:
    """One at a time: sessions share one interpreter, and together each of them would take as long as all of them.

    Nobody waits for long: one that hangs holds up nobody.
    """
    ours = _turn.acquire(timeout=LONGEST_TURN)
    try:
        yield
    finally:
        if ours:
            _turn.release()


def _cards(client: Client, kind: Kind, *, paused: bool) -> None:
    """The newest jobs, newest first. Each keeps its place counted from the top, also when a new one comes above it.

    A card whose place changes is taken out and put in again by the browser now and then, and a video in it breaks off.
    So empty places stand above the newest card, and are used up one by one.
    """
    jobs, places = _window(client, kind)
    if not jobs:
        first_visit.show(kind)
        return
    for _ in range(places - len(jobs)):
        st.container()
    for job in jobs:
        job_card.show(client, job, paused=paused)
    if len(jobs) >= session.state().cards[kind] and st.button("Show older", key=f"older-{kind}", type="tertiary"):
        session.show_older(kind)
        st.rerun()


def _window(client: Client, kind: Kind) -> tuple[list[Job], int]:
    """The jobs to show, and the number of places: some to spare for new ones; when those are used up, afresh."""
    state = session.state()
    asked, oldest = state.cards[kind], state.oldest.get(kind)
    jobs = client.recent(kind, state.places[kind] + 1 if oldest else asked, since=oldest)
    if not oldest or len(jobs) > state.places[kind]:
        jobs = jobs[:asked]
        state.places[kind] = len(jobs) + SPARE
        if jobs:
            state.oldest[kind] = jobs[-1].created_at
    return jobs, state.places[kind]


def _title(page: str, busy: int) -> None:
    st.set_page_config(page_title=f"({busy}) {page} · {shell.TITLE}" if busy else f"{page} · {shell.TITLE}")


def _news(client: Client) -> None:
    """One toast for each job that ended since the last look."""
    for job in client.ended_since(session.state().news_until):
        word = client.word(job)
        icon = ":material/check_circle:" if job.succeeded else ":material/error:"
        st.toast(f"{'Ready' if word == 'Succeeded' else word}: {escape(job.prompt, 60)}", icon=icon)
        session.heard(job)
