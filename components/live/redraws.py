"""What is to be drawn anew for what changed since the last drawing: a card, the list of them, the sidebar's numbers."""

from collections.abc import Collection

from components.live.drawn_state import CARDS, LISTENER, NEWER, NUMBERS, PAGE, ROWS
from components.parts import file_urls
from components.session import services, session
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.job_states import SAVING
from studio.core.values import Job, State, now

EVERYTHING = frozenset({CARDS, NUMBERS, LISTENER})
_TOLD_BY_OTHERS = (State.QUEUED, State.UNCONFIRMED)  # what their cards say depends on other jobs


def keys(client: Client) -> frozenset[str]:
    """The keys of the fragments, with those that were to be drawn before and were not."""
    state, changes = session.state(), client.ledger.changes
    number, heard = changes.number(client.account.id), state.last_change
    state.last_change = number
    try:
        state.pending |= _keys(client, changes.since(client.account.id, heard))
    except StudioError:  # each says what it runs into
        state.pending |= _drawn_here(EVERYTHING)
    return frozenset(state.pending - {PAGE})


def _keys(client: Client, changed: frozenset[str] | None) -> frozenset[str]:
    state, at = session.state(), now()
    if changed is None or file_urls.expiry_after(at) != state.url_expiry:
        state.url_expiry = file_urls.expiry_after(at)
        return _drawn_here(EVERYTHING)
    due = {job_id for job_id, shown in state.shown_cards.items() if shown.due and shown.due <= at}
    named = changed - {""}
    jobs = services.shared().job_cache.get_many(client, named)
    has_moved = len(jobs) < len(named) or any(_has_moved(client, job) for job in jobs)
    numbers = ({NUMBERS, LISTENER} if _looks() else {NUMBERS}) if has_moved or "" in changed else set()
    if state.kind and any(_is_listed(client, job) != (job.id in state.shown_cards) for job in jobs):
        return frozenset({CARDS, *numbers})
    if state.kind and len(jobs) < len(named & state.shown_cards.keys()):
        return frozenset({CARDS, *numbers})
    waiting = {job_id for job_id, shown in state.shown_cards.items() if has_moved and shown.state in _TOLD_BY_OTHERS}
    return frozenset(due | (named & state.shown_cards.keys()) | waiting | numbers | _of_list(named, jobs))


def _looks() -> bool:
    """No socket tells the tab: how often it looks depends on what there is to see."""
    return not services.host.serves_routes


def _drawn_here(wanted: Collection[str]) -> frozenset[str]:
    state = session.state()
    return (frozenset(wanted) - (set() if state.kind else {CARDS})) | ({ROWS, NEWER} if state.follows_rows else set())


def _of_list(named: Collection[str], jobs: Collection[Job]) -> set[str]:
    """The history's rows, if one of their jobs changed; what has come since, if it may be more than before."""
    state = session.state()
    listed = state.shown_rows
    if not (state.follows_rows and listed):
        return set()
    if not listed.of_jobs:
        return {NEWER} if named else set()
    rows = {ROWS} if not {*listed.ids}.isdisjoint(named) else set()
    come = any(job.created_at >= listed.at and job.id not in listed.ids for job in jobs)
    return rows | ({NEWER} if come or (named and not listed.since) else set())


def _has_moved(client: Client, job: Job) -> bool:
    """It stands elsewhere than this page shows, or is not on it."""
    shown = session.state().shown_cards.get(job.id)
    return shown is None or (shown.state, shown.is_saving) != (job.state, client.jobs.word(job) == SAVING)


def _is_listed(client: Client, job: Job) -> bool:
    """It belongs among the cards of this page."""
    state = session.state()
    oldest = state.oldest.get(job.kind)
    return client.jobs.is_listed(job) and job.kind is state.kind and (oldest is None or job.created_at >= oldest)
