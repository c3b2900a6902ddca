"""The dialogs of the gallery: rate, tag, and collect the selected outputs."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.parts.markdown import counted, escape
from components.session import session
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.gallery import Collection


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
            _finish(lambda client: client.gallery.rate(ids, stars + 1))
        if st.button("No rating"):
            _finish(lambda client: client.gallery.rate(ids, 0))


def _tag(ids: Sequence[int]) -> None:
    text = st.selectbox(
        "Tag",
        session.client().gallery.choices().tags,
        index=None,
        accept_new_options=True,
        placeholder="Choose one, or type a new one",
        key="gallery-new-tag",
    )
    if st.button("Add tag", type="primary"):
        _finish(lambda client: client.gallery.add_tag(ids, text or ""), "{} tagged.")


def _untag(ids: Sequence[int]) -> None:
    text = st.selectbox("Tag", session.client().gallery.choices().tags, key="gallery-old-tag")
    if st.button("Remove tag", type="primary"):
        _finish(lambda client: client.gallery.remove_tag(ids, text or ""), "Tag removed from {}.")


def _collect(ids: Sequence[int]) -> None:
    collections = {one.name: one for one in session.client().gallery.collections()}
    name = st.selectbox(
        "Collection",
        list(collections),
        index=None,
        accept_new_options=True,
        placeholder="Choose one, or type the name of a new one",
        key="gallery-collection-name",
    )
    if st.button("Add", type="primary"):
        _finish(lambda client: _add(client, collections.get(name or ""), name or "", ids), f"{{}} added to {name}.")


def _add(client: Client, known: Collection | None, name: str, ids: Sequence[int]) -> int:
    return client.gallery.add_to((known or client.gallery.create_collection(name)).id, ids)


def _finish(change: Callable[[Client], int], notice: str = "") -> None:
    """Make a change and close the dialog; if it is refused, say why in the dialog."""
    try:
        number = change(session.client())
    except StudioError as error:
        st.error(escape(f"{error.message} {error.hint}"))
    else:
        finish(notice.replace("{}", counted(number, "result")))
