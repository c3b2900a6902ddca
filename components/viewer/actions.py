"""What can be done with a result in the viewer: use it as input, fill the form from its job, mark or delete it."""

from collections import Counter
from typing import Any

import streamlit as st

from components.cards import download_choice, reuse, sharing, use_as_input
from components.parts import page_links, result_changes
from components.parts.local_time import clock_time
from components.parts.markdown import counted
from components.session import session
from components.session.gallery_done import GalleryDone, deleted
from studio.client import Client
from studio.core.comparisons import name_for
from studio.core.values import Job, Output

_NOT_YOURS = "You can't use this result."
_LATE = "This can no longer be restored."
_USE, _REUSE, _COMPARE = "Use as input", "Reuse", "Compare"
_RESTORE = "Restore"
_NEW = "New comparison"
_MOST_COMPARISONS = 6  # the newest ones, to which a result can be added


def offered(client: Client, job: Job, output: Output) -> list[dict[str, Any]]:
    """Return the actions: each has a title, and names if it is a group of them; none for who may not spend.

    A name can have a value of its own, which is pressed in its place.
    """
    may_change = client.jobs.may_change(job)
    if output.deleted_at:
        return [{"title": _RESTORE, "names": []}] if may_change else []
    if client.may_not_spend:
        return []
    uses = [use.label for use in use_as_input.uses(output)]
    groups: list[dict[str, Any]] = [{"title": _USE, "names": uses}] if uses else []
    groups += [{"title": _REUSE, "names": reuse.ways(job)}]
    groups += [{"title": _COMPARE, "names": [_NEW, *_comparisons(client)]}] if job.account == client.account.id else []
    return [*groups, {"title": result_changes.DELETE, "names": []}] if may_change else groups


def _comparisons(client: Client) -> list[tuple[str, str]]:
    """Return the newest comparisons that this person may change, as names with their IDs; equal names have a time."""
    found = client.comparisons.newest_to_change(_MOST_COMPARISONS)
    number = Counter(one.name for one in found)
    times = {one.id: f", {clock_time(one.created_at, '%d %b %H:%M')}" for one in found if number[one.name] > 1}
    return [(f"Add to {one.name}{times.get(one.id, '')}", one.id) for one in found]


def _is_offered(groups: list[dict[str, Any]], title: str, choice: str) -> bool:
    values = {
        group["title"]: [name if isinstance(name, str) else name[1] for name in group["names"]] for group in groups
    }
    return title in values and choice in (values[title] or [""])


def _compare(client: Client, job: Job, choice: str) -> None:
    """Add the job to a comparison, or open a new one that begins with it."""
    if choice != _NEW:
        is_new = client.comparisons.add(choice, [job.id])
        session.state().notice = "Added to the comparison." if is_new else "It is in this comparison already."
        st.rerun()
    made = client.comparisons.create(name_for(job.prompt), [job.id])
    st.switch_page(page_links.COMPARE.file, query_params={page_links.COMPARISON: made.id})


def perform(pressed: Any) -> str:
    """Do what was pressed, which may open the form's page; return a problem as a text if it could not be done."""
    match pressed:
        case {"name": "Closed"}:
            _close()
        case {"name": "With settings" | "Without settings" as name}:
            download_choice.choose(name == "With settings")
            st.rerun()  # all links to files change
        case {"view": str(view), "name": str(name)}:
            found = sharing.find_result(session.client(), view)
            return _perform_with(*found, name) if found else _NOT_YOURS
    return ""


def _perform_with(client: Client, job: Job, output: Output, name: str) -> str:
    title, _, choice = name.partition(": ")
    if title != result_changes.DELETE or _is_offered(offered(client, job, output), title, choice):
        changed = result_changes.apply(client, output.id, name)
        if changed is not None:
            return _note(title, changed)
    if not _is_offered(offered(client, job, output), title, choice):
        return _NOT_YOURS
    _perform(client, job, output, title, choice)
    return ""


def _note(title: str, changed: list[int]) -> str:
    """Remember what was deleted. The page stays as it is until the viewer is closed, which shows the next result."""
    state = session.state()
    if title == result_changes.DELETE:
        state.viewer_deleted += tuple(changed)
    if title != result_changes.UNDO:
        return ""
    state.viewer_deleted = tuple(one for one in state.viewer_deleted if one not in changed)
    return "" if changed else _LATE


def _restore(client: Client, output: Output) -> None:
    state = session.state()
    state.gallery_done = GalleryDone()
    state.notice = "Restored." if client.gallery.restore([output.id]) else _LATE
    st.rerun()


def _close() -> None:
    """Draw the page without what was deleted in the viewer, and with the way to undo it."""
    state = session.state()
    if state.viewer_deleted:
        state.gallery_done, state.viewer_deleted = deleted(state.viewer_deleted), ()
        if state.page != page_links.GALLERY.url_path:  # which offers to undo it
            number = counted(state.gallery_done.number, "result")
            state.notice = f"{number} deleted. To undo it, go to the gallery, *More*, *Deleted results*."
        st.rerun()


def _perform(client: Client, job: Job, output: Output, title: str, choice: str) -> None:
    if title == _RESTORE:
        _restore(client, output)
    if title == _REUSE:
        reuse.fill(job, choice)
    if title == _COMPARE:
        _compare(client, job, choice)
    use = next((use for use in use_as_input.uses(output) if use.label == choice), None)
    if title == _USE and use:
        use_as_input.add_to_form(client, job, output, use)
