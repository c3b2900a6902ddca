"""A result as the input of the next job: into a form of images or videos, or a video on from its end."""

from typing import Literal

import streamlit as st

from components import addresses, form_media, places, session
from components.markdown import escape
from studio.errors import StudioError
from studio.jobs import Client
from studio.values import Job, Kind, Output
from studio.weryai.modes import MODES

_USES = {  # what a person wants: the mode, and its field
    Kind.IMAGE: {
        "Change this image": ("image_to_image", "images"),
        "Start a video with it": ("image_to_video", "image"),
        "First frame of a video": ("first_last_image_to_video", "first_pic_url"),
        "Last frame of a video": ("first_last_image_to_video", "end_pic_url"),
        "Reference for a video": ("almighty_reference_to_video", "images"),
    },
    Kind.VIDEO: {"Reference for a video": ("almighty_reference_to_video", "videos")},
}
Width = Literal["content", "stretch"]

_PAGES = {Kind.IMAGE: places.IMAGE, Kind.VIDEO: places.VIDEO}


def show(client: Client, job: Job, saved: list[Output], width: Width) -> None:
    """The menu, and for a video the way on from its end; nothing while no file is here."""
    if saved[0].kind is Kind.VIDEO and st.button(
        "Continue", key=f"continue-{job.id}", icon=":material/start:", width=width, help="Start from its last frame"
    ):
        _use(client, job, saved[0], "image_to_video", "image", end=True)
    with st.popover("Use as input", icon=":material/input:", width=width):
        output = saved[_which(job, saved) - 1]
        for label, (mode, field) in _USES[output.kind].items():
            if st.button(label, key=f"use-{job.id}-{mode}-{field}", type="tertiary"):
                _use(client, job, output, mode, field)


def _which(job: Job, saved: list[Output]) -> int:
    """Of several outputs one is chosen first."""
    if len(saved) == 1:
        return 1
    numbers = list(range(1, len(saved) + 1))
    shown = st.container(width=150)
    chosen = st.segmented_control(
        job.kind.capitalize(),
        numbers,
        default=1,
        required=True,
        key=f"which-{job.id}",
        format_func=lambda n: f":gray[{n}]",
    )
    number = chosen or 1
    shown.image(addresses.preview(saved[number - 1]), width="stretch", alt=f"{job.kind.capitalize()} {number}")
    return number


def _use(client: Client, job: Job, output: Output, mode: str, field: str, *, end: bool = False) -> None:
    kind = MODES[mode].kind
    try:
        add = client.references.add_end_of if end else client.references.add_output
        form_media.use(kind, mode, field, add(job, output).sha256, prompt=job.prompt if end else None)
    except StudioError as error:
        st.markdown(f":small[:red[:material/error: {escape(error.message)} {escape(error.hint)}]]")
        return
    if kind is job.kind:
        st.rerun()
    session.state().notice = f"The {kind} form holds it now."
    st.switch_page(_PAGES[kind].file)
