"""What moves on a page: cards, the sidebar's numbers, the tab's title, toasts. Each is drawn anew when it changed.

Each card is a fragment, the list of them is one, and so are the numbers; a run that draws some of them reads the ledger
only. A studio that was started again tells at once when it has caught up.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import RLock

import streamlit as st
from streamlit.errors import StreamlitInvalidLayoutContextError

from components.cards import empty, job_card, sharing
from components.frame import sidebar
from components.live import drawn_state, listener, notifications
from components.parts import current_page, notices, page_links
from components.parts.current_page import CurrentPage
from components.people import mine_or_everyones
from components.session import page_address, services, session
from studio.client import Client
from studio.core.reference import Given
from studio.core.values import Job, Kind

SECONDS = 2.0  # between two looks where no socket opens, while a job can still change
SOON_SECONDS = 1.0
IDLE_SECONDS = 20.0  # for what others start
SPARE = 6  # places for new cards
LONGEST_TURN = 0.5

_turn = RLock()


def place(kind: Kind) -> None:
    """Draw the cards of this kind of job here on the page."""
    mine_or_everyones.choose()
    st.fragment(_cards, key=drawn_state.CARDS)(kind, paused=bool(current_page.current().rejected))


def watch() -> None:
    """Draw the numbers of this run, and follow what happens from then on."""
    with st.container():
        st.fragment(_numbers, key=drawn_state.NUMBERS)(current_page.current())
    listener.show(_pace)
    drawn_state.end()


def _pace() -> float:
    client = session.client()
    if client.progress.is_catching_up():
        return SOON_SECONDS
    return SECONDS if services.host.serves_routes or client.progress.is_moving() else IDLE_SECONDS


def _numbers(frame: CurrentPage) -> None:
    with _unless_overtaken(), _in_turn(), notices.errors(), drawn_state.drawing(drawn_state.NUMBERS):
        page_address.restore_newest()
        client = session.client()
        standing, busy = client.balance.standing(), client.jobs.busy()
        if standing.rejected != frame.rejected:
            st.rerun()  # the banner changes, and what every card says
        if session.state().kind and client.models.version != frame.models_version:
            st.rerun()  # the form offers other models, or knows more of them; it keeps what is in it
        with frame.numbers:
            sidebar.numbers(client, standing, busy)
        notifications.title(frame.title, busy)
        notifications.toasts(client)


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


def _cards(kind: Kind, *, paused: bool) -> None:
    """The newest jobs, newest first. Each keeps its place counted from the top, also when a new one comes above it.

    A card whose place changes is taken out and put in again by the browser now and then, and a video in it breaks off.
    So empty places stand above the newest card, and are used up one by one.
    """
    with _in_turn(), notices.errors(), drawn_state.drawing(drawn_state.CARDS):
        client = session.client()
        drawn_state.begin_cards(kind)
        wanted = _wanted(client, kind, paused=paused)
        jobs, room = _window(client, kind)
        if not jobs and not wanted:
            empty.show(kind, may_make=not client.may_not_spend)
        for _ in range(room - len(jobs) if jobs else 0):
            st.container()
        given = client.jobs.given_to(jobs)
        for job in jobs:
            if job.id != wanted:
                _card(client, job, given, paused=paused)
        if session.state().has_older[kind]:
            _older(kind)


def _card(client: Client, job: Job, given: dict[str, Given], *, paused: bool) -> None:
    """A fragment of its own, which draws what was read with the list first, and later what the ledger has then.

    It is alone in its place: Streamlit drops one that is to be drawn anew while it is on its way to the browser, and a
    browser that gets the next one of the same place without it shows nothing at all any more.
    """
    first = [(client, job, given)]

    def draw(job_id: str) -> None:
        with _in_turn(), notices.errors(), drawn_state.drawing(job_id):
            found = first.pop() if first else _whole(session.client(), job_id)
            if found:
                session.state().shown_cards[job_id] = job_card.show(*found, paused=paused)

    with st.container():
        st.fragment(draw, key=job.id)(job.id)


def _whole(client: Client, job_id: str) -> tuple[Client, Job, dict[str, Given]] | None:
    found = _found(client, job_id)
    return (*found, found[0].jobs.given_to(found[1:])) if found else None


def _older(kind: Kind) -> None:
    if st.button("Show older", key=f"older-{kind}", type="tertiary"):
        session.show_older(kind)
        st.rerun()


def _wanted(client: Client, kind: Kind, *, paused: bool) -> str:
    """Draw the card of the job that the address names, if it does; returns its id."""
    named = page_address.query().get(page_links.JOB)
    found = _found(client, named) if named else None
    if named and not found:
        _nothing_there(kind)
    if not found or found[1].kind is not kind:
        return ""
    _show_wanted(*found, paused=paused)
    return found[1].id


def _found(client: Client, named: str) -> tuple[Client, Job] | None:
    """The job that the address names, as one who comes from the history, or from a colleague's link, has it."""
    job = services.shared().job_cache.get(client, named)
    return (client, job) if job else sharing.opened(client, named)


def _show_wanted(client: Client, job: Job, *, paused: bool) -> None:
    """Above the others, however old it is; the page scrolls to it (see `scripts/accessibility.js`)."""
    with st.container(key=f"wanted-{job.id}", gap="small"):
        if st.button("All jobs", key=f"all-jobs-{job.kind}", icon=":material/close:", type="tertiary"):
            sharing.leave()
            st.rerun()
        _card(client, job, client.jobs.given_to([job]), paused=paused)


def _nothing_there(kind: Kind) -> None:
    """Whoever followed an address learns that it leads nowhere, and nothing of what was there."""
    given = "it was revoked or has expired" if page_links.SHARED in page_address.query() else "its job was not found"
    with st.container(key=f"wanted-nothing-{kind}", gap="small"):
        st.warning(f"This link doesn't work: {given}.", icon=":material/link_off:")
        if st.button("All jobs", key=f"all-jobs-{kind}", icon=":material/close:", type="tertiary"):
            sharing.leave()
            st.rerun()


def _window(client: Client, kind: Kind) -> tuple[list[Job], int]:
    """The jobs to show, and the number of places: some to spare for new ones; when those are used up, afresh."""
    state = session.state()
    asked, oldest = state.cards[kind], state.oldest.get(kind)
    jobs = client.jobs.recent(kind, (state.reserved_cards[kind] if oldest else asked) + 1, since=oldest)
    if not oldest or len(jobs) > state.reserved_cards[kind]:
        state.has_older[kind] = len(jobs) > asked or (bool(oldest) and state.has_older[kind])
        jobs = jobs[:asked]
        state.reserved_cards[kind] = len(jobs) + SPARE
        if jobs:
            state.oldest[kind] = jobs[-1].created_at
    return jobs, state.reserved_cards[kind]
