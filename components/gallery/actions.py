"""What can be done with the selected outputs of the gallery at once."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from components.cards import download_choice
from components.gallery import address, dialogs
from components.gallery.dialogs import finish
from components.parts import page_links, result_changes, zip_urls
from components.parts.markdown import counted, escape
from components.session import gallery_done, services, session
from components.session.gallery_done import GalleryDone
from components.session.state import ShownGallery
from studio.client import Client
from studio.core.comparisons import MOST_COMPARED, name_for
from studio.core.errors import DraftError
from studio.core.gallery import GalleryFilter

Action = tuple[str, str]  # the name and the label; a label that ends in … opens a dialog
_OTHER_LIST = "Nothing was done: the list has changed. Select the results again."
_AT_THE_END: tuple[Action, ...] = (("compare", "Compare"), ("delete", "Delete"))


def offered(client: Client) -> list[Action]:
    """Return the actions for this person and this list."""
    if address.is_deleted():
        return [("restore", "Restore")]
    download = [("zip", "Download ZIP")] if services.host.serves_routes else []
    is_favourite = address.value(address.FAVOURITE) == address.YES
    favourite = ("unfavourite", "Not a favourite") if is_favourite else ("favourite", "Favourite")
    changes = [] if client.may_not_spend else _changes()
    return [*download, favourite, ("rate", "Rate…"), *changes]


def _changes() -> list[Action]:
    in_collection = [("uncollect", "Remove from collection")] if address.value(address.COLLECTION) else []
    return [("tag", "Tag…"), ("untag", "Remove tag…"), ("collect", "Collection…"), *in_collection, *_AT_THE_END]


def _compare(client: Client, ids: Sequence[int]) -> None:
    """Make a comparison of the jobs of these results, the oldest first, and open it."""
    least, most = MOST_COMPARED
    if not least <= len(ids) <= most:
        raise DraftError(f"Select {least} to {most} results to compare them.", field="")
    jobs = {item.job.id: item.job for item in reversed(client.gallery.items(ids))}
    if not jobs:
        raise DraftError("These results have been deleted.", hint="Select others.", field="")
    made = client.comparisons.create(name_for(next(iter(jobs.values())).prompt), list(jobs))
    st.switch_page(page_links.COMPARE.file, query_params={page_links.COMPARISON: made.id})


def message() -> str:
    """Return what was done last and can be undone; empty if nothing can."""
    done = session.state().gallery_done
    return f"{counted(done.number, 'result')} {done.what}." if done.number else ""


def show_newer() -> None:
    """Draw the page with the results that came since its list was drawn."""
    session.state().gallery_newer = frozenset()
    st.rerun()


def take_download() -> dict[str, Any] | None:
    """Return the form of the ZIP that was asked for, once: the browser submits it."""
    form, session.state().gallery_zip = session.state().gallery_zip, None
    return form


def show_undo(client: Client) -> None:
    """Draw the message with its button where there is no grid: nothing is left in this list."""
    if not (text := message()):
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(escape(text), width="content")
        if st.button("Undo", key="undo-delete", type="tertiary"):
            _undo(client)


def _undo(client: Client) -> None:
    """Undo what was done last, with the results that it changed; it can be tried again if that fails."""
    done = session.state().gallery_done
    left = done.number - done.undo(client)
    session.state().gallery_done = GalleryDone()
    begin = "Not undone" if left == done.number else f"Undone, but for {counted(left, 'result')}"
    why = f"{begin}: {'it was' if left == 1 else 'they were'} changed or deleted since."
    finish(why if left else "Undone." if done.number else "")


def perform(pressed: dict[str, Any]) -> str:
    """Do what was pressed with outputs, and draw the page anew, or open the dialog for it; return a problem."""
    client = session.client()
    match pressed:
        case {"view": str(view), "name": str(name)}:  # of a tile; the list stays, so that a slip can be undone in it
            result_changes.apply(client, result_changes.output_of(view), name)
        case {"name": str(name)} if name in _PLAIN:
            _PLAIN[name](client)
        case {"version": str(version), "name": str(name), "ranges": list(ranges)}:
            shown = _list(version)
            return _perform(client, name, _ids(shown, ranges)) if shown else _OTHER_LIST
    return ""


def _perform(client: Client, name: str, ids: Sequence[int]) -> str:
    if ids and name in _DIALOGS:
        _DIALOGS[name](ids)
    elif ids and (act := _ACTS.get(name)):
        session.state().gallery_done = GalleryDone()
        act(client, ids)
    return ""


def tell(problems: Sequence[str]) -> None:
    """Draw the page again with the reason why a press did nothing."""
    if problems:
        finish(problems[-1])


def _list(version: str) -> ShownGallery | None:
    """Return the list that the browser had when it was pressed; None if it is no longer known."""
    state = session.state()
    return next((one for one in (state.gallery, state.gallery_before) if one and one.version == version), None)


def _ids(shown: ShownGallery, ranges: Sequence[Any]) -> list[int]:
    """Return the outputs in these places, of which the browser sends the first and the one after the last, in order.

    A range that begins before the end of the one before is left out: no output is there twice.
    """
    found, end = list[int](), 0
    for one in ranges:
        match one:
            case [int(start), int(next_end)] if end <= start < next_end:
                found += shown.layout.ids[start:next_end]
                end = next_end
    return found


def _set_favourite(client: Client, ids: Sequence[int], *, favourite: bool) -> None:
    session.state().gallery_done = gallery_done.set_favourite(client, ids, favourite)
    finish()


def _zip(client: Client, ids: Sequence[int]) -> None:
    if len(ids) > zip_urls.MOST:
        raise DraftError(f"A ZIP can have up to {zip_urls.MOST:,} results.", field="")
    form = zip_urls.form(client.account.id, ids, f"gallery-{client.clock():%m%d-%H%M}.zip")
    session.state().gallery_zip = {"form": form, "id": session.next_submission("gallery-zip")}


def _delete(client: Client, ids: Sequence[int]) -> None:
    done = client.gallery.delete(ids)
    session.state().gallery_done = gallery_done.deleted(done)
    others = len(client.gallery.among(frozenset(ids), GalleryFilter()))
    finish(f"{counted(others, 'result')} of other people stayed." if others else "")


def _restore(client: Client, ids: Sequence[int]) -> None:
    finish(f"{counted(len(client.gallery.restore(ids)), 'result')} restored.")


def _uncollect(client: Client, ids: Sequence[int]) -> None:
    collection = address.value(address.COLLECTION)
    removed = client.gallery.remove_from(collection, ids)
    session.state().gallery_done = gallery_done.uncollected(removed, collection)
    finish()


_ACTS: Mapping[str, Callable[[Client, Sequence[int]], None]] = {
    "zip": _zip,
    "compare": _compare,
    "favourite": partial(_set_favourite, favourite=True),
    "unfavourite": partial(_set_favourite, favourite=False),
    "uncollect": _uncollect,
    "delete": _delete,
    "restore": _restore,
}
_PLAIN: Mapping[str, Callable[[Client], None]] = {  # without outputs
    "undo": _undo,
    "newer": lambda _: show_newer(),
    "with-settings": lambda _: download_choice.choose(True),
    "without-settings": lambda _: download_choice.choose(False),
}
_DIALOGS: Mapping[str, Callable[[Sequence[int]], None]] = {
    "rate": dialogs.rate,
    "tag": dialogs.tag,
    "untag": dialogs.untag,
    "collect": dialogs.collect,
}
