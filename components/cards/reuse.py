"""Fill the form again with the inputs of an earlier job."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import streamlit as st

from components.form import draft_state, kept_drafts, media
from components.parts import page_links
from components.session import session
from studio.core.values import Job
from studio.weryai.modes import MODES

# What a choice takes over: the prompt, the settings with the references.
WAYS: Mapping[str, tuple[bool, bool]] = MappingProxyType(
    {"Everything": (True, True), "Prompt only": (True, False), "Settings only": (False, True)}
)


def ways(job: Job) -> list[str]:
    """Return what can be taken over from a job: only the prompt, if this studio does not know its mode."""
    return [way for way, (_, settings) in WAYS.items() if job.mode in MODES or not settings]


def menu(job: Job, width: Literal["content", "stretch"] = "content") -> None:
    """Draw the menu of what to take over; a choice fills the form."""
    chosen = st.menu_button("Reuse", ways(job), key=f"reuse-{job.id}", icon=":material/replay:", width=width)
    if chosen:
        fill(job, chosen)


def fill(job: Job, way: str = "Everything") -> None:
    """Fill the form of the job's kind, and open its page if another one is shown."""
    prompt, settings = WAYS[way]
    form, before = draft_state.get_form(job.kind), kept_drafts.snapshot(job.kind)
    media.fill_from_job(form, before, job, prompt=prompt, settings=settings)
    if session.state().kind is job.kind:
        st.rerun()
    st.switch_page(page_links.OF_KIND[job.kind].file)
