"""What moves on a page: cards, the sidebar's numbers, the tab's title, toasts. One timed fragment redraws them.

The fragment runs every two seconds while a job can still change, and reads the ledger only. When the last one ends, one
full run follows, which slows the timer down. A studio that was started again tells at once when it has caught up.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

import streamlit as st
from streamlit.errors import StreamlitInvalidLayoutContextError

from components import location, places, session, shell, sidebar
from components.job import first_visit, job_card, sharing
from components.markdown import escape
from components.people import whose
from components.shell import Frame
from studio.jobs import Client
from studio.values import Job, Kind

SECONDS = 2.0
SOON_SECONDS = 0.5
IDLE_SECONDS = 20.0  # for what others start
SPARE = 6  # places for new cards
LONGEST_TURN = 0.5

_turn = Lock()


def place(kind: Kind) -> None:
    """Reserve the place for the cards of this kind of job, here on the page."""
    whose.choose()
    frame = shell.current()
    frame.cards, frame.kind = st.container(), kind  # not st.empty: a full run would blank it, and stop a video


def watch() -> None:
    """Fill the places of this run, now and on a timer while anything is open."""
    client = session.client()
    moving = client.is_moving()
    st.fragment(_tick, run_every=SECONDS if moving else IDLE_SECONDS)(shell.current(), moving)
    if client.is_catching_up():
        st.fragment(_catch_up, run_every=SOON_SECONDS)()


def _catch_up() -> None:
    """Draws nothing: to draw the cards again and again would hold up what is waited for."""
    if not session.client().is_catching_up():
        st.rerun()


def _tick(frame: Frame, moving: bool) -> None:
    with _unless_overtaken(), _in_turn(), shell.errors():
        location.settle()
        client = session.client()
        standing, busy = client.standing(), client.busy()
        with frame.numbers:
            sidebar.numbers(client, standing, busy)
        _title(frame.title, busy)
        if moving != client.is_moving(busy) or standing.rejected != frame.rejected:
            st.rerun()  # before the cards are drawn: the timer or the banner changes
        if frame.cards and frame.kind:
            with frame.cards:
                _cards(client, frame.kind, paused=bool(standing.rejected))
        _news(client)


@contextmanager
def _unless_overtaken() -> Iterator[None]:
    """A page that is opened during a tick runs beside it, and takes the tick's places away before the tick is stopped.

    That page draws everything anew, so the rest of the tick is not missed.
    """
    with suppress(StreamlitInvalidLayoutContextError):
        yield


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
    named = location.query().get(places.JOB)
    found = _found(client, named) if named else None
    wanted = found if found and found[1].kind is kind else None
    if wanted:
        _show_wanted(*wanted, paused=paused)
    elif named and not found:
        _nothing_there(kind)
    jobs, room = _window(client, kind)
    if not jobs and not wanted:
        first_visit.show(kind, may_make=not client.may_not_spend)
        return
    for _ in range(room - len(jobs)):
        st.container()
    for job in jobs:
        if not wanted or job.id != wanted[1].id:
            job_card.show(client, job, paused=paused)
    if len(jobs) >= session.state().cards[kind] and st.button("Show older", key=f"older-{kind}", type="tertiary"):
        session.show_older(kind)
        st.rerun()


def _found(client: Client, named: str) -> tuple[Client, Job] | None:
    """The job that the address names, as one who comes from the history, or from a colleague's link, has it."""
    job = client.job(named)
    return (client, job) if job else sharing.opened(client, named)


def _show_wanted(client: Client, job: Job, *, paused: bool) -> None:
    """Above the others, however old it is; the page scrolls to it (see assistive)."""
    with st.container(key=f"wanted-{job.id}", gap="small"):
        if st.button("All jobs", key=f"all-jobs-{job.kind}", icon=":material/close:", type="tertiary"):
            sharing.leave()
            st.rerun()
        job_card.show(client, job, paused=paused)


def _nothing_there(kind: Kind) -> None:
    """Whoever followed an address learns that it leads nowhere, and nothing of what was there."""
    given = "it was revoked or has expired" if places.SHARED in location.query() else "its job was not found"
    with st.container(key=f"wanted-nothing-{kind}", gap="small"):
        st.warning(f"This link doesn't work: {given}.", icon=":material/link_off:")
        if st.button("All jobs", key=f"all-jobs-{kind}", icon=":material/close:", type="tertiary"):
            sharing.leave()
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
