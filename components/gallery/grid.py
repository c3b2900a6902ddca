"""The grid of the gallery: a component that gets the shapes of all outputs, and the facts of those in sight."""

import base64
import hashlib
import math
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.cards import download_choice
from components.gallery import actions
from components.live.drawn_state import GALLERY, drawing
from components.parts import (
    component_presses,
    component_scripts,
    file_urls,
    job_texts,
    notices,
    result_changes,
    result_links,
)
from components.session import page_address, services, session
from components.session.state import ShownGallery
from studio.client import Client
from studio.core.gallery import GalleryFilter, GalleryItem, GalleryLayout

_PARTS = (component_scripts.MOUNTED, component_scripts.ACTS, component_scripts.ELEMENTS)
_SCRIPTS = ("rows.js", "row_size.js", "tile.js", "selection.js", "newer.js", "grid.js")
FIRST, MOST = 60, 180  # outputs that are drawn at once, and at most for one request of the browser
_STEPS = 48  # of a shape in one byte, as in rows.js


@cache
def _component() -> ComponentRenderer:
    js = "\n".join([*_PARTS, *map(_text, _SCRIPTS)])
    html, css = _text("grid.html"), _text("grid.css")
    return st.components.v2.component("gallery", html=html, css=css, js=js, isolate_styles=False)


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def find(client: Client, filters: GalleryFilter) -> ShownGallery:
    """Return what these filters find now. The same outputs as before are the same version: the browser stays there.

    While a list is open it gets newer results only when they are asked for: they would move what is being read.
    """
    state, layout = session.state(), client.gallery.find(filters)
    if state.is_arrival or not state.gallery or state.gallery.filters != filters:
        state.gallery_newer = frozenset()
    layout = layout.without(state.gallery_newer)
    if not state.gallery or (state.gallery.filters, state.gallery.layout) != (filters, layout):
        state.gallery_before, state.gallery = state.gallery, ShownGallery(_version(filters, layout), filters, layout)
    state.follows_gallery = True
    return state.gallery


def _version(filters: GalleryFilter, layout: GalleryLayout) -> str:
    """Return the same text for the same list, also after a restart: what is selected in it stays so."""
    digest = hashlib.blake2b(repr(filters).encode(), digest_size=16)
    digest.update(layout.ids)
    digest.update(layout.ratios)
    return digest.hexdigest()


def show(found: ShownGallery, *, is_selecting: bool) -> None:
    """Draw the grid in a fragment, which runs when other outputs come into sight."""
    st.fragment(_draw, key=GALLERY)(found.version, is_selecting=is_selecting)


def wait() -> None:
    """Draw nothing where the list is empty; when its first results come they are shown: no others would move."""
    st.fragment(_wait, key=GALLERY)()


def _wait() -> None:
    with notices.errors(), drawing(GALLERY):
        if session.state().gallery_newer:
            actions.show_newer()


def _draw(version: str, *, is_selecting: bool) -> None:
    with notices.errors(), drawing(GALLERY):
        page_address.restore_newest()
        shown = session.state().gallery
        if not shown or shown.version != version:
            st.rerun()
        component_presses.perform(GALLERY, actions.perform)
        actions.tell(component_presses.new_problems(GALLERY))
        client = session.client()
        start, end, has_shapes = _window(shown)
        data = {
            "version": shown.version,
            "shapes": None if has_shapes else _shapes(shown.layout),
            "newer": len(session.state().gallery_newer),
            "marks": session.state().gallery_marks,
            "items": _items(client, shown, start, end),
            "selecting": is_selecting,
            "actions": actions.offered(client) if is_selecting else [],
            "message": actions.message(),
            "choice": download_choice.facts() if services.host.serves_routes else None,
            "download": actions.take_download(),
            "performed": component_presses.performed_at(GALLERY),
            "changes": result_changes.url(),
        }
        redraw = component_presses.redraw
        _component()(key=GALLERY, data=data, on_window_change=redraw, on_acts_change=redraw)


def _window(shown: ShownGallery) -> tuple[int, int, bool]:
    """Return from where to where the browser asked for outputs, and whether it has the shapes of this version."""
    match (session.widget_value(GALLERY) or {}).get("window"):
        case {"version": str(version), "start": int(start), "end": int(end)} if version == shown.version:
            start = max(0, start)
            return start, max(start, min(end, start + MOST)), True
    return 0, FIRST, False


def _shapes(layout: GalleryLayout) -> str:
    """Return width / height of each output as one byte, in steps of two percent: 100,000 are 130 KB of text."""
    steps = (round(128 + _STEPS * math.log(ratio)) if ratio > 0 else 128 for ratio in layout.ratios)
    return base64.b64encode(bytes(max(0, min(255, step)) for step in steps)).decode()


def _items(client: Client, shown: ShownGallery, start: int, end: int) -> list[dict[str, Any]]:
    asked = shown.layout.ids[start:end]
    places = {output_id: start + number for number, output_id in enumerate(asked)}
    found = client.gallery.items(asked, deleted=shown.filters.deleted)
    return [{"place": places[item.output.id], **_facts(item)} for item in found]


def _facts(item: GalleryItem) -> dict[str, Any]:
    title, view = job_texts.title(item.job), result_links.view_of(item.job, item.output)
    return {
        "view": view,
        "href": result_links.address(view),
        "preview": file_urls.thumbnail(item.output),
        "alt": " ".join(title.split())[:200],
        "words": " ".join(title.split())[:60],
        "favourite": item.favourite,
        "stars": "★" * item.rating,
        "note": f"▶ {item.output.seconds:.0f} s" if item.output.seconds else "",
        **result_links.facts(item.output),
    }
