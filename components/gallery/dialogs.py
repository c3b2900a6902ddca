"""The dialogs of the gallery: rate, tag, and collect the selected outputs."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components.parts import name_forms
from components.parts.markdown import counted, escape
from components.session import gallery_done, session
from components.session.gallery_done import GalleryDone
from studio.client import Client
from studio.core.errors import DraftError, StudioError
from studio.core.gallery import MOST_TAGS, GalleryFilter
from studio.core.texts import one_line


def finish(notice: str = "") -> None:
    """Draw the page again after a change, with the facts of all outputs read anew."""
    state = session.state()
    state.gallery_marks += 1
    state.notice = escape(notice)
    st.rerun()


def rate(ids: Sequence[int]) -> None:
    """Ask for a rating of these outputs, and write it."""
    st.dialog(f"Rate {counted(len(ids), 'result')}")(_rate)(ids)


def tag(ids: Sequence[int]) -> None:
    """Ask for a tag, and add it to these outputs."""
    st.dialog(f"Tag {counted(len(ids), 'result')}")(_tag)(ids)


def untag(ids: Sequence[int]) -> None:
    """Ask for a tag, and remove it from these outputs."""
    st.dialog(f"Remove a tag from {counted(len(ids), 'result')}")(_untag)(ids)


def collect(ids: Sequence[int]) -> None:
    """Ask for a collection, and add these outputs to it."""
    st.dialog(f"Add {counted(len(ids), 'result')} to a collection")(_collect)(ids)


def _rate(ids: Sequence[int]) -> None:
    stars = st.feedback("stars", key="gallery-rate")
    with st.container(horizontal=True, gap="small"):
        if st.button("Save", type="primary", disabled=stars is None) and stars is not None:
            _finish(lambda client: gallery_done.rate(client, ids, stars + 1))
        if st.button("No rating"):
            _finish(lambda client: gallery_done.rate(client, ids, 0))


def _tag(ids: Sequence[int]) -> None:
    known = {name: name for name in session.client().gallery.choices().tags}
    with st.form("gallery-tag-form", border=False):
        text = _chosen_or_new("tag", known)
        if name_forms.is_submitted("Add tag", _new_key("tag")):
            _finish(lambda client: _add_tag(client, ids, text))


def _add_tag(client: Client, ids: Sequence[int], text: str) -> GalleryDone:
    """Add a tag. Errors: DraftError if no output gets it."""
    if not (added := client.gallery.add_tag(ids, text)):
        raise DraftError(f"All of them have this tag, or {MOST_TAGS} other ones.", field="")
    return gallery_done.tagged(added, one_line(text))


def _untag(ids: Sequence[int]) -> None:
    text = st.selectbox("Tag", session.client().gallery.choices().tags, key="gallery-old-tag")
    if st.button("Remove tag", type="primary"):
        _finish(lambda client: _remove_tag(client, ids, text or ""))


def _remove_tag(client: Client, ids: Sequence[int], text: str) -> GalleryDone:
    """Remove a tag. Errors: DraftError if no output has it."""
    if not (removed := client.gallery.remove_tag(ids, text)):
        raise DraftError("None of them has this tag. Choose another tag, or other results.", field="")
    return gallery_done.untagged(removed, text)


def _collect(ids: Sequence[int]) -> None:
    gallery = session.client().gallery
    known = {one.id: one.name for one in gallery.collections() if gallery.may_change(one)}
    with st.form("gallery-collection-form", border=False):
        chosen = _chosen_or_new("collection", known)
        if name_forms.is_submitted("Add", _new_key("collection")):
            _finish(lambda client: _add(client, chosen, known, ids))


def _chosen_or_new(noun: str, known: Mapping[str, str]) -> str:
    """Draw the choice among the known ones, by name, and the field for a new name, which counts if it is filled."""
    chosen = None
    if known:
        chosen = st.selectbox(
            noun.capitalize(), list(known), format_func=known.__getitem__, index=None, key=f"gallery-{noun}"
        )
    new = st.text_input(f"New {noun}", key=_new_key(noun))
    return new.strip() or chosen or ""


def _new_key(noun: str) -> str:
    return f"gallery-new-{noun}"


def _add(client: Client, chosen: str, known: Mapping[str, str], ids: Sequence[int]) -> GalleryDone:
    """Add outputs to the collection with this ID, or with this name, which may be a new one."""
    if not client.gallery.among(frozenset(ids), GalleryFilter()):
        raise DraftError("These results have been deleted. Close this, and select others.", field="")
    named = [one for one, name in known.items() if name == one_line(chosen)]
    found = chosen if chosen in known else named[0] if named else client.gallery.create_collection(chosen).id
    name = known.get(found, one_line(chosen))
    if not (added := client.gallery.add_to(found, ids)):
        raise DraftError(f"All of them are in {name}. Choose another collection, or other results.", field="")
    return gallery_done.collected(added, found, name)


def _finish(change: Callable[[Client], GalleryDone]) -> None:
    """Make a change and close the dialog; the gallery then offers to undo it. If it is refused, say why here."""
    try:
        session.state().gallery_done = change(session.client())
    except StudioError as error:
        st.error(escape(f"{error.message} {error.hint}"))
    else:
        finish()
