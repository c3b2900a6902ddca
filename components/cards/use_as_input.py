"""A result as the input of the next job: into a form of images or videos, or a video on from its end."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import streamlit as st

from components.cards import each_result
from components.form import draft_state, media
from components.parts import page_links
from components.parts.markdown import escape
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.reference import Medium
from studio.core.values import Job, Output
from studio.media import output_uses
from studio.weryai.fields import MediaField
from studio.weryai.modes import MODES


@dataclass(frozen=True)
class Use:
    """What a person wants to do with a result: the mode, and its field."""

    label: str
    mode: str
    field: str
    of_end: bool = False  # with the last frame of a video


_CONTINUE = Use("Continue from its end", "image_to_video", "image", of_end=True)
_USES: dict[Medium | None, tuple[Use, ...]] = {  # by what the file of the result is
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
    """The menu, and for a video alone the way on from its end; of several results one is chosen by sight.

    What a file cannot be is not offered.
    """
    if len(saved) > 1:
        _each(client, job, saved, width)
        return
    if output_uses.has_end(saved[0]) and st.button(
        "Continue",
        key=f"continue-{job.id}",
        icon=":material/start:",
        width=width,
        help="Makes a new clip that starts from the last frame of this one",
    ):
        _use(client, job, saved[0], _CONTINUE)
    _menu(client, job, saved[0], _LABEL, width)


def _each(client: Client, job: Job, saved: list[Output], width: Width) -> None:
    offered = [(output, name) for output, name in each_result.named(saved) if _uses(output)]
    if offered and st.button(f"{_LABEL}…", key=f"use-{job.id}", icon=_ICON, width=width):
        each_result.show(_LABEL, offered, partial(_menu, client, job))


def _menu(client: Client, job: Job, output: Output, label: str, width: Width = "stretch") -> None:
    has_button = label == _LABEL  # beside it, for the way on from the end of a video
    offered = {use.label: use for use in _uses(output) if not (has_button and use.of_end)}
    if not offered:
        return
    chosen = st.menu_button(label, list(offered), key=f"use-{job.id}-{output.id}", icon=_ICON, width=width)
    if chosen in offered:
        _use(client, job, output, offered[chosen])


def _uses(output: Output) -> list[Use]:
    end = [_CONTINUE] if output_uses.has_end(output) else []
    return [*end, *_USES.get(output_uses.as_reference(output), ())]


def _use(client: Client, job: Job, output: Output, use: Use) -> None:
    """Everything is asked of the session before the file is looked at, which takes a moment: see form_media."""
    kind = MODES[use.mode].kind
    form, before, room = draft_state.of(kind), draft_state.before(kind), _room(client, use)
    beside = media.of_mode(form, MODES[use.mode])
    try:
        add = client.references.add_end_of if use.of_end else client.references.add_output
        reference = add(job, output, beside)
    except StudioError as error:
        st.markdown(f":small[:red[:material/error: {escape(error.message)} {escape(error.hint)}]]")
        return
    media.use(form, before, use.mode, use.field, reference.sha256, room=room)
    form.is_continued = use.of_end
    if use.of_end:
        form.filled["prompt"] = job.prompt
    if kind is job.kind:
        st.rerun()
    st.switch_page(page_links.OF_KIND[kind].file)


def _room(client: Client, use: Use) -> int:
    """How many of such files the model of that form takes."""
    mode = MODES[use.mode]
    field, key = mode.field(use.field), draft_state.value(mode.kind, draft_state.MODEL)
    return field.most_files(client.models.get(mode.key, str(key or ""))) if isinstance(field, MediaField) else 1
