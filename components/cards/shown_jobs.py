"""Which jobs have a card on the page: the newest ones, with places for new ones above them."""

from datetime import datetime

from components.cards import deletion
from components.session import session
from studio.client import Client
from studio.core.values import Job, Kind

SPARE_CARDS = 6  # empty containers above the newest card, for new cards


def visible(client: Client, kind: Kind) -> tuple[list[Job], int]:
    """Return the jobs to show and the number of containers for cards, some of them spare.

    When new jobs have used up the spare ones, the list starts again with its usual length.
    """
    state = session.state()
    reserved, oldest = state.reserved_cards[kind], state.oldest.get(kind)
    jobs = _newest(client, kind, reserved + 1, oldest) if oldest else []
    if not oldest or len(jobs) > reserved:
        jobs = _start_again(client, kind)
    return jobs, state.reserved_cards[kind]


def _start_again(client: Client, kind: Kind) -> list[Job]:
    """Return as many of the newest jobs as were requested, and reserve places for their cards and for new ones."""
    state = session.state()
    requested = state.cards[kind]
    found = _newest(client, kind, requested + 1)
    state.has_older[kind] = len(found) > requested
    jobs = found[:requested]
    state.reserved_cards[kind] = len(jobs) + SPARE_CARDS
    if jobs:
        state.oldest[kind] = jobs[-1].created_at
    return jobs


def _newest(client: Client, kind: Kind, limit: int, since: datetime | None = None) -> list[Job]:
    """Return the newest jobs since a moment, newest first; those that were deleted on this page keep their places."""
    deleted = [job for job in deletion.on_page(client, kind) if not since or job.created_at >= since]
    found = [*client.jobs.recent(kind, limit, since=since), *deleted]
    return sorted(found, key=lambda job: job.created_at, reverse=True)
