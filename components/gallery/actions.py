"""What can be done with the selected outputs of the gallery at once."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.gallery import address
from components.parts.markdown import counted
from components.session import session
from components.session.state import ShownGallery
from studio.client import Client
from studio.core.errors import DraftError

_FAVOURITE, _UNFAVOURITE, _RATE, _TAG, _UNTAG = "favourite", "unfavourite", "rate", "tag", "untag"


def offered(client: Client) -> list[tuple[str, str]]:
    """Return the names and labels of the actions; a label that ends in … opens a dialog."""
    is_favourite = address.value(address.FAVOURITE) == address.YES
    marks = [(_UNFAVOURITE, "Not a favourite") if is_favourite else (_FAVOURITE, "Favourite"), (_RATE, "Rate…")]
    if client.may_not_spend:
        return marks
    return [*marks, (_TAG, "Tag…"), *([(_UNTAG, "Remove tag…")] if client.gallery.choices().tags else [])]


def perform(client: Client, shown: ShownGallery, pressed: Any) -> None:
    """Do what was pressed with the outputs in these places, then draw the page anew; or open the dialog for it."""
    match pressed:
        case {"version": shown.version, "name": str(name), "ranges": list(ranges)}:
            ids = _ids(shown, ranges)
        case _:
            return
    if not ids:
        return
    match name:
        case "favourite" | "unfavourite":
            client.gallery.set_favourite(ids, name == _FAVOURITE)
            finish()
        case "rate":
            st.dialog(f"Rate {counted(len(ids), 'result')}")(_rate)(ids)
        case "tag":
            st.dialog(f"Tag {counted(len(ids), 'result')}")(_tag)(ids)
        case "untag":
            st.dialog(f"Remove a tag from {counted(len(ids), 'result')}")(_untag)(ids)


def finish(notice: str = "") -> None:
    """Draw the page again after a change, with the facts of all outputs read anew."""
    state = session.state()
    state.gallery_marks += 1
    state.notice = notice
    st.rerun()


def _ids(shown: ShownGallery, ranges: Sequence[Any]) -> list[int]:
    """Return the outputs in these places, of which the browser sends the first and the one after the last."""
    found: list[int] = []
    for one in ranges:
        match one:
            case [int(start), int(end)]:
                found += shown.layout.ids[max(0, start) : max(0, end)]
    return found


def _rate(ids: Sequence[int]) -> None:
    stars = st.feedback("stars", key="gallery-rate", width="content")
    with st.container(horizontal=True, gap="small"):
        if st.button("Save", type="primary", disabled=stars is None) and stars is not None:
            session.client().gallery.rate(ids, stars + 1)
            finish()
        if st.button("No rating"):
            session.client().gallery.rate(ids, 0)
            finish()


def _tag(ids: Sequence[int]) -> None:
    client = session.client()
    text = st.selectbox(
        "Tag",
        client.gallery.choices().tags,
        index=None,
        accept_new_options=True,
        placeholder="Choose one, or type a new one",
        key="gallery-tag-new",
    )
    if st.button("Add tag", type="primary"):
        try:
            number = client.gallery.add_tag(ids, text or "")
        except DraftError as error:
            st.error(error.message)
        else:
            finish(f"Tagged {counted(number, 'result')}.")


def _untag(ids: Sequence[int]) -> None:
    client = session.client()
    text = st.selectbox("Tag", client.gallery.choices().tags, key="gallery-tag-old")
    if st.button("Remove tag", type="primary") and text:
        number = client.gallery.remove_tag(ids, text)
        finish(f"Removed from {counted(number, 'result')}.")
