"""The prompt field, a custom component: it counts characters, and its text is kept when the page is left."""

import secrets
from functools import cache, partial
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.form import draft_state, kept_drafts, presses, prompt_history, wildcard_help
from components.parts import component_scripts, file_urls
from components.session.form_state import Refused
from studio.core.reference import Medium
from studio.core.values import Kind
from studio.weryai import modes
from studio.weryai.modes import MODES, Mode

_HERE, _FILES = Path(__file__), ("prompt_field.css", "file_intake.js", "prompt_field.js")
_HTML = """<div class="studio-prompt"><label for="prompt"></label><textarea id="prompt" rows="1" spellcheck="true"
aria-describedby="prompt-length"></textarea><output id="prompt-length" for="prompt" aria-live="off"></output></div>"""
_PLACEHOLDERS = {Kind.IMAGE: "What should the image show?", Kind.VIDEO: "What should happen in the video?"}
_HEIGHTS = {Kind.IMAGE: 96, Kind.VIDEO: 88}  # pixels, of an empty field; it grows with its text
PROCESS = secrets.token_hex(4)  # changes with a restart: the browser then sends its text again


@cache
def _component() -> ComponentRenderer:
    css, *scripts = (_HERE.with_name(name).read_text("utf-8") for name in _FILES)
    js = "\n".join([component_scripts.MOUNTED, *scripts])
    return st.components.v2.component("prompt", html=_HTML, css=css, js=js, isolate_styles=False)


def show(mode: Mode, limit: int) -> None:
    """Draw the field; `limit` is the number of characters that the model takes."""
    prompt = draft_state.prompt_text(mode.kind)
    with st.container(key=f"at-label-prompt-{mode.kind}", horizontal=True, gap="small", width="content"):
        wildcard_help.show()
        prompt_history.show(mode.kind)
    _component()(
        key=draft_state.key(mode.kind, "prompt"),
        data={
            "label": "Prompt",
            "placeholder": _PLACEHOLDERS[mode.kind] + ("" if mode.prompt.required else " (optional)"),
            "height": _HEIGHTS[mode.kind],
            "limit": limit,
            "text": prompt.words,
            "version": prompt.version,
            "process": PROCESS,
            "form": kept_drafts.form_id(mode.kind),
            "taken": presses.get_presses(mode.kind).last_number,
            "route": file_urls.draft(kept_drafts.form_id(mode.kind)),
        },
        on_draft_change=lambda: None,
        on_files_change=partial(_start_from_images, mode.kind),
    )


def _start_from_images(kind: Kind) -> None:
    """Switch the form to a mode that takes images: files were pasted or dropped, and it has no field for them."""
    form = draft_state.get_form(kind)
    if MODES[form.mode].media:
        form.refused = Refused(("There's no room for these files. Remove one first.",))
        return
    with_images = (mode for mode in modes.of_kind(kind) if any(field.medium is Medium.IMAGE for field in mode.media))
    draft_state.set_value(kind, draft_state.MODE, next(with_images).key)
