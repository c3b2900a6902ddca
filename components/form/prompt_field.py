"""The field of the prompt, a component of ours: it counts while one types, and what it holds outlives its page."""

import secrets
from functools import cache, partial
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.form import draft_state, kept_drafts, presses
from components.parts import file_urls
from components.session.state import Refused
from studio.core.reference import Medium
from studio.core.values import Kind
from studio.weryai import modes
from studio.weryai.modes import MODES, Mode

_HERE, _FILES = Path(__file__), ("prompt_field.css", "file_intake.js", "prompt_field.js")
_HTML = """<div class="studio-prompt"><label for="prompt"></label><textarea id="prompt" rows="1" spellcheck="true"
aria-describedby="prompt-length"></textarea><output id="prompt-length" for="prompt" aria-live="off"></output></div>"""
_PLACEHOLDERS = {Kind.IMAGE: "What should the image show?", Kind.VIDEO: "What should happen in the video?"}
_HEIGHTS = {Kind.IMAGE: 132, Kind.VIDEO: 88}  # pixels, before it grows with its text
PROCESS = secrets.token_hex(4)  # a browser that finds another one sends once more what it has


@cache
def _component() -> ComponentRenderer:
    css, intake, js = (_HERE.with_name(name).read_text("utf-8") for name in _FILES)
    return st.components.v2.component("prompt", html=_HTML, css=css, js=f"{intake}\n{js}", isolate_styles=False)


def show(mode: Mode, limit: int) -> None:
    """Draw it, with the number of characters that the model takes."""
    held = draft_state.text(mode.kind)
    _component()(
        key=draft_state.key(mode.kind, "prompt"),
        data={
            "label": "Prompt",
            "placeholder": _PLACEHOLDERS[mode.kind] + ("" if mode.prompt.required else " (optional)"),
            "height": _HEIGHTS[mode.kind],
            "limit": limit,
            "text": held.words,
            "version": held.version,
            "process": PROCESS,
            "form": kept_drafts.form_id(mode.kind),
            "taken": presses.of(mode.kind).taken,
            "route": file_urls.draft(kept_drafts.form_id(mode.kind)),
        },
        on_draft_change=lambda: None,
        on_files_change=partial(_make_room, mode.kind),
    )


def _make_room(kind: Kind) -> None:
    """Files were pasted or dropped on a form that has no place for them: it starts from pictures now."""
    form = draft_state.of(kind)
    if MODES[form.mode].media:
        form.refused = Refused(("There's no room for these files. Remove one first.",))
        return
    takes = (mode for mode in modes.of_kind(kind) if any(field.medium is Medium.IMAGE for field in mode.media))
    draft_state.put(kind, draft_state.MODE, next(takes).key)
