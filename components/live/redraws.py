"""Which fragments a change since the last drawing affects: cards, the list of cards, the sidebar's numbers."""

from collections.abc import Collection

from components.live import newer_results
from components.live.drawn_state import CARDS, COMPARISON, COST, GALLERY, LISTENER, NEWER, NUMBERS, PAGE, ROWS
from components.parts import file_urls
from components.session import services, session
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.job_states import SAVING
from studio.core.values import Job, State, now

EVERYTHING = frozenset({CARDS, NUMBERS, COST, LISTENER})
_DEPENDS_ON_OTHERS = (State.QUEUED, State.UNCONFIRMED)  # the cards of these states depend on other jobs


def keys(client: Client) -> frozenset[str]:
    """Return the keys of the fragments to draw, including those that are still pending."""
    state, changes = session.state(), client.ledger.changes
    number, before = changes.number(client.account.id), state.last_change
    state.last_change = number
    try:
        state.pending |= _keys(client, changes.since(client.account.id, before))
    except StudioError:  # each fragment shows the error
        state.pending |= _on_this_page(EVERYTHING)
    return frozenset(state.pending - {PAGE})


def _keys(client: Client, changed: frozenset[str] | None) -> frozenset[str]:
    state, at = session.state(), now()
    if changed is None or file_urls.expiry_after(at) != state.url_expiry:
        state.url_expiry = file_urls.expiry_after(at)
        return _on_this_page(EVERYTHING) | ({GALLERY} if newer_results.find_all(client) else set())
    due = {job_id for job_id, shown in state.shown_cards.items() if shown.due and shown.due <= at}
    job_ids = changed - {""}
    jobs = services.shared().job_cache.get_many(client, job_ids)
    has_changed = len(jobs) < len(job_ids) or any(_has_changed(client, job) for job in jobs)
    numbers = _numbers() if has_changed or "" in changed else frozenset()
    if state.kind and any(_belongs_here(client, job) != (job.id in state.shown_cards) for job in jobs):
        return frozenset({CARDS, *numbers})
    if state.kind and len(jobs) < len(job_ids & state.shown_cards.keys()):
        return frozenset({CARDS, *numbers})
    waiting = {job_id for job_id, card in state.shown_cards.items() if has_changed and card.state in _DEPENDS_ON_OTHERS}
    listed = _history_keys(job_ids, jobs) | _comparison_keys(changed)
    listed |= {GALLERY} if newer_results.find(client, jobs) else set()
    return frozenset(due | (job_ids & state.shown_cards.keys()) | waiting | numbers | listed)


def _numbers() -> frozenset[str]:
    """Return the keys of what follows balance and open jobs; without a websocket the interval of polling does."""
    cost = {COST} if session.state().has_cost_line else set()
    return frozenset({NUMBERS, *cost} if services.host.serves_routes else {NUMBERS, LISTENER, *cost})


def _on_this_page(keys: Collection[str]) -> frozenset[str]:
    state = session.state()
    has_rows = state.shown_rows and state.shown_rows.ids  # an empty list has only the button for new ones
    listed = ({ROWS, NEWER} if has_rows else {NEWER}) if state.follows_rows else set()
    compared = set() if state.compared is None else {COMPARISON}
    absent = {*(() if state.kind else (CARDS,)), *(() if state.has_cost_line else (COST,))}
    return (frozenset(keys) - absent) | listed | compared


def _history_keys(job_ids: Collection[str], jobs: Collection[Job]) -> set[str]:
    """Return the key of the history's table if a job in it changed, and of the count if newer rows may have come."""
    state = session.state()
    table = state.shown_rows
    if not (state.follows_rows and table):
        return set()
    if not table.of_jobs:
        return {NEWER} if job_ids else set()
    rows = {ROWS} if not {*table.ids}.isdisjoint(job_ids) else set()
    is_newer = any(job.created_at >= table.at and job.id not in table.ids for job in jobs)
    return rows | ({NEWER} if is_newer or (job_ids and not table.since) else set())


def _comparison_keys(changed: Collection[str]) -> set[str]:
    """Return the key of the comparison on the page if one of its jobs changed, or perhaps its name, jobs or votes."""
    compared = session.state().compared
    return {COMPARISON} if compared is not None and not {"", *compared}.isdisjoint(changed) else set()


def _has_changed(client: Client, job: Job) -> bool:
    """Whether a job is in another state than its card shows, or has no card."""
    shown = session.state().shown_cards.get(job.id)
    return shown is None or (shown.state, shown.is_saving) != (job.state, client.jobs.word(job) == SAVING)


def _belongs_here(client: Client, job: Job) -> bool:
    """Whether a job belongs among the cards of this page; also one that was deleted here, for the line to undo it."""
    state = session.state()
    oldest = state.oldest.get(job.kind)
    is_listed = client.jobs.is_listed(job) or job.id in state.deleted_cards
    return is_listed and job.kind is state.kind and (oldest is None or job.created_at >= oldest)
