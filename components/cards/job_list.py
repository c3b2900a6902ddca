"""The parts of a page that follow changes: cards, the sidebar's numbers, the tab's title and toasts.

Each card is a fragment, and so are the list of cards and the numbers. A rerun of some fragments only reads the ledger.
While the studio catches up after a start, pages poll more often, to show at once when it is done.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import RLock

import streamlit as st
from streamlit.errors import StreamlitInvalidLayoutContextError

from components.cards import download_choice, empty_list, job_card, sharing, shown_jobs
from components.frame import sidebar
from components.live import drawn_state, listener, notifications
from components.parts import current_page, notices, page_links
from components.parts.current_page import CurrentPage
from components.people import mine_or_everyones
from components.session import page_address, services, session
from studio.client import Client
from studio.core.reference import Given
from studio.core.values import Job, Kind

POLL_SECONDS = 2.0  # between two polls without a websocket, while a job can still change
CATCH_UP_SECONDS = 1.0
IDLE_SECONDS = 20.0  # while no job can change: another person may start one
LOCK_TIMEOUT = 0.5  # seconds

_draw_lock = RLock()


def show(kind: Kind) -> None:
    """Draw the cards of this kind of job."""
    mine_or_everyones.choose()
    st.fragment(_cards, key=drawn_state.CARDS)(kind, paused=bool(current_page.current().rejected))


def watch() -> None:
    """Draw the sidebar's numbers and start to listen for changes; the last step of a page."""
    with st.container():
        st.fragment(_numbers, key=drawn_state.NUMBERS)(current_page.current())
    listener.show(_poll_seconds)
    drawn_state.end()


def _poll_seconds() -> float:
    client = session.client()
    if client.progress.is_catching_up():
        return CATCH_UP_SECONDS
    return POLL_SECONDS if services.host.serves_routes or client.progress.is_moving() else IDLE_SECONDS


def _numbers(frame: CurrentPage) -> None:
    with _until_overtaken(), _one_at_a_time(), notices.errors(), drawn_state.drawing(drawn_state.NUMBERS):
        page_address.restore_newest()
        client = session.client()
        balance, busy = client.balance.standing(), client.jobs.busy()
        if balance.rejected != frame.rejected:
            st.rerun()  # the banner and every card change
        if session.state().kind and client.models.version != frame.models_version:
            st.rerun()  # the form has a new list of models; it keeps its inputs
        with frame.numbers:
            sidebar.numbers(client, balance, busy)
        notifications.title(frame.title, busy)
        notifications.toasts(client, busy)


@contextmanager
def _until_overtaken() -> Iterator[None]:
    """End the block early, without an error, if a page run has removed its containers.

    A page that is opened during a fragment run starts beside it and removes its containers before it is stopped.
    The page run draws everything, so nothing is missing.
    """
    with suppress(StreamlitInvalidLayoutContextError):
        yield


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one session draw at a time: they share one interpreter, and in parallel each would take as long as all.

    After `LOCK_TIMEOUT` it draws without the lock, so a session that hangs blocks no other.
    """
    has_lock = _draw_lock.acquire(timeout=LOCK_TIMEOUT)
    try:
        yield
    finally:
        if has_lock:
            _draw_lock.release()


def _cards(kind: Kind, *, paused: bool) -> None:
    """Draw the newest jobs, newest first. Each card keeps its index in the list when a new card appears above it.

    If the index of a card changes, the browser sometimes removes and inserts it, which interrupts a playing video.
    So there are empty containers above the newest card, and each new card uses one of them.
    """
    with _one_at_a_time(), notices.errors(), drawn_state.drawing(drawn_state.CARDS):
        client = session.client()
        drawn_state.begin_cards(kind)
        above = st.container()
        linked_id = _show_linked_job(client, kind, paused=paused)
        jobs, slots = shown_jobs.visible(client, kind)
        if not jobs and not linked_id:
            empty_list.show(kind, may_generate=not client.may_not_spend)
        else:
            download_choice.show(above)
        for _ in range(slots - len(jobs) if jobs else 0):
            st.container()
        given = client.jobs.references_of(jobs)
        for job in jobs:
            if job.id != linked_id:
                _card(client, job, given, paused=paused)
        _older_button(kind)


def _card(client: Client, job: Job, given: dict[str, Given], *, paused: bool) -> None:
    """Draw one card as a fragment: first with the job that the list has read, in reruns with what the ledger has then.

    The fragment is alone in its container: Streamlit drops a fragment that is rerun while it is on its way to the
    browser, and a browser that gets the next one of the same container without it shows nothing any more.
    """
    first = [(client, job, given)]

    def draw(job_id: str) -> None:
        with _one_at_a_time(), notices.errors(), drawn_state.drawing(job_id):
            found = first.pop() if first else _load_card(session.client(), job_id)
            if found:
                session.state().shown_cards[job_id] = job_card.show(*found, paused=paused)

    with st.container(key=f"place-{job.id}"):
        st.fragment(draw, key=job.id)(job.id)


def _load_card(client: Client, job_id: str) -> tuple[Client, Job, dict[str, Given]] | None:
    found = sharing.find_job(client, job_id)
    return (*found, found[0].jobs.references_of(found[1:])) if found else None


def _older_button(kind: Kind) -> None:
    if session.state().has_older[kind] and st.button("Show older", key=f"older-{kind}", type="tertiary"):
        session.show_older(kind)
        st.rerun()


def _show_linked_job(client: Client, kind: Kind, *, paused: bool) -> str:
    """Draw the card of the job that the address names and return the job's ID; empty if there is none to draw."""
    job_id = page_address.query().get(page_links.JOB)
    found = sharing.find_job(client, job_id) if job_id else None
    if job_id and not found:
        _broken_link(kind)
    if not found or found[1].kind is not kind:
        return ""
    _linked_card(*found, paused=paused)
    return found[1].id


def _linked_card(client: Client, job: Job, *, paused: bool) -> None:
    """Draw the linked job above the list, however old it is; the page scrolls to it (`scripts/accessibility.js`)."""
    with st.container(key=f"wanted-{job.id}", gap="small"):
        if st.button("All jobs", key=f"all-jobs-{job.kind}", icon=":material/close:", type="tertiary"):
            sharing.close()
            st.rerun()
        _card(client, job, client.jobs.references_of([job]), paused=paused)


def _broken_link(kind: Kind) -> None:
    """Say that the link doesn't work, without any fact about the job."""
    reason = "it was revoked or has expired" if page_links.SHARED in page_address.query() else "its job was not found"
    with st.container(key=f"wanted-nothing-{kind}", gap="small"):
        st.warning(f"This link doesn't work: {reason}.", icon=":material/link_off:")
        if st.button("All jobs", key=f"all-jobs-{kind}", icon=":material/close:", type="tertiary"):
            sharing.close()
            st.rerun()
