"""Use a result as the input of the next job: add it to a form, or continue a video from its last frame."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import streamlit as st

from components.cards import result_dialog
from components.form import draft_state, kept_drafts, media
from components.parts import notices, page_links
from components.session import session
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.reference import Medium
from studio.core.values import Job, Output
from studio.media import output_uses
from studio.weryai.fields import MediaField
from studio.weryai.modes import MODES


@dataclass(frozen=True)
class Use:
    """One way to use a result: the mode of the next job, and the field for the file."""

    label: str
    mode: str
    field: str
    of_end: bool = False  # use the last frame of the video


_CONTINUE = Use("Continue from its end", "image_to_video", "image", of_end=True)
_USES: dict[Medium | None, tuple[Use, ...]] = {  # by the medium of the result's file
    Medium.IMAGE: (
        Use("Change this image", "image_to_image", "images"),
        Use("Start a video with it", "image_to_video", "image"),
        Use("First frame of a video", "first_last_image_to_video", "first_pic_url"),
        Use("Last frame of a video", "first_last_image_to_video", "end_pic_url"),
        Use("Reference for a video", "almighty_reference_to_video", "images"),
    ),
    Medium.VIDEO: (Use("Reference for a video", "almighty_reference_to_video", "videos"),),
    Medium.AUDIO: (Use("Reference for a video", "almighty_reference_to_video", "audios"),),
}
Width = Literal["content", "stretch"]
_LABEL, _ICON = "Use as input", ":material/input:"


def show(client: Client, job: Job, saved: list[Output], width: Width) -> None:
    """Draw the menu, and for a single video the Continue button; for several results a button that opens a dialog.

    Only uses that the file is fit for are offered.
    """
    if len(saved) > 1:
        _dialog_button(client, job, saved, width)
        return
    if output_uses.has_end(saved[0]) and st.button(
        "Continue",
        key=f"continue-{job.id}",
        icon=":material/start:",
        width=width,
        help="Makes a new clip that starts from the last frame of this one",
    ):
        _add_or_explain(client, job, saved[0], _CONTINUE)
    _menu(client, job, saved[0], _LABEL, width)


def _dialog_button(client: Client, job: Job, saved: list[Output], width: Width) -> None:
    offered = [(output, label) for output, label in result_dialog.labelled(saved) if uses(output)]
    if offered and st.button(f"{_LABEL}…", key=f"use-{job.id}", icon=_ICON, width=width):
        result_dialog.show(_LABEL, offered, partial(_menu, client, job))


def _menu(client: Client, job: Job, output: Output, label: str, width: Width = "stretch") -> None:
    is_beside_continue = label == _LABEL  # the Continue button, which needs no entry in the menu
    offered = {use.label: use for use in uses(output) if not (is_beside_continue and use.of_end)}
    if not offered:
        return
    chosen = st.menu_button(label, list(offered), key=f"use-{job.id}-{output.id}", icon=_ICON, width=width)
    if chosen in offered:
        _add_or_explain(client, job, output, offered[chosen])


def uses(output: Output) -> list[Use]:
    """Return the ways to use a result that its file is fit for."""
    end = [_CONTINUE] if output_uses.has_end(output) else []
    return [*end, *_USES.get(output_uses.as_reference(output), ())]


def _add_or_explain(client: Client, job: Job, output: Output, use: Use) -> None:
    try:
        add_to_form(client, job, output, use)
    except StudioError as error:
        notices.show_error_line(error)


def add_to_form(client: Client, job: Job, output: Output, use: Use) -> None:
    """Add the result to the form and open the form's page. Errors: StudioError; the form is then unchanged.

    Read the session state first: looking at the file takes a moment (see `components/form/media.py`).
    """
    kind = MODES[use.mode].kind
    form, before, most = draft_state.get_form(kind), kept_drafts.snapshot(kind), _most_files(client, use)
    others = media.in_mode(form, MODES[use.mode])
    add = client.references.add_end_of if use.of_end else client.references.add_output
    reference = add(job, output, others)
    media.add_reference(form, before, use.mode, use.field, reference.sha256, most=most)
    form.is_continued = use.of_end
    if use.of_end:
        form.filled["prompt"] = job.prompt
    if session.state().kind is kind:
        st.rerun()
    st.switch_page(page_links.OF_KIND[kind].file)


def _most_files(client: Client, use: Use) -> int:
    """Return how many files the form's model takes in this field."""
    mode = MODES[use.mode]
    field, key = mode.field(use.field), draft_state.value(mode.kind, draft_state.MODEL)
    return field.most_files(client.models.get(mode.key, str(key or ""))) if isinstance(field, MediaField) else 1
