"""Which results came since the gallery's list was drawn: only their number is shown until the person asks for them."""

from collections.abc import Collection

from components.session import session
from studio.client import Client
from studio.core.values import Job


def find(client: Client, jobs: Collection[Job]) -> bool:
    """Find the newer results among those of changed jobs; whether the gallery must say another number."""
    state = session.state()
    if not (state.follows_gallery and state.gallery):
        return False
    outputs = [output for job in jobs for output in job.outputs]
    complete = {output.id for output in outputs if output.is_saved and not output.awaits_preview}
    found = client.gallery.among(frozenset(complete.difference(state.gallery.layout.ids)), state.gallery.filters)
    return _note(state.gallery_newer.difference(output.id for output in outputs) | found)


def find_all(client: Client) -> bool:
    """Do so when it is not known which jobs changed."""
    state = session.state()
    if not (state.follows_gallery and state.gallery):
        return False
    return _note(frozenset(client.gallery.find(state.gallery.filters).ids).difference(state.gallery.layout.ids))


def _note(newer: frozenset[int]) -> bool:
    state = session.state()
    before, state.gallery_newer = state.gallery_newer, newer
    return len(before) != len(newer)
