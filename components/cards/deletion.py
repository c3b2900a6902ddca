"""Delete a card with one click, and undo it: a line takes the place of the card until the person leaves the page."""

from typing import Literal

import streamlit as st

from components.parts import job_texts
from components.parts.markdown import escape
from components.session import services, session
from studio.client import Client
from studio.core.job_states import ENDED
from studio.core.values import Job, Kind

_LATE = "This can no longer be restored."
ButtonType = Literal["secondary", "tertiary"]
_MOST_SHOWN = 60  # characters of a prompt


def button(client: Client, job: Job) -> None:
    """Draw *Delete* on the card of a job that has ended."""
    if job.state not in ENDED:
        return
    if st.button("Delete", key=f"delete-{job.id}", icon=":material/delete:", type="tertiary", help=_help(job)):
        if client.jobs.delete(job.id):
            session.state().deleted_cards.append(job.id)
        st.rerun()


def _help(job: Job) -> str:
    return f"Deletes this card{' and its results' if job.succeeded else ''}. You can undo it."


def line(client: Client, job: Job) -> None:
    """Draw the line in the place of a deleted job's card."""
    here = session.state().deleted_cards
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap="small",
        key=f"aloud-deleted-{job.id}",
    ):
        words = escape(job_texts.title(job), _MOST_SHOWN)
        st.markdown(f":small[:gray[:material/delete: Deleted: {words}]]", width="content")
        with st.container(horizontal=True, gap="small", width="content"):
            undo_button(client, job, "Undo", "tertiary")
            if len(here) > 1 and job.id == here[-1]:
                _undo_all_button(client)


def undo_button(client: Client, job: Job, label: str, type: ButtonType = "secondary") -> None:
    """Draw the button that restores a deleted job, for whoever may change it and while that is possible."""
    is_in_time = job.deleted_at and job.deleted_at > client.undo_since
    if not (is_in_time and client.jobs.may_change(job)):
        return
    if st.button(label, key=f"restore-{job.id}", icon=":material/undo:", type=type):
        _restore(client, [job.id])


def _undo_all_button(client: Client) -> None:
    here = session.state().deleted_cards
    if st.button(f"Undo all {len(here)}", key="restore-all", icon=":material/undo:", type="tertiary"):
        _restore(client, [*here])


def _restore(client: Client, job_ids: list[str]) -> None:
    state, restored = session.state(), [client.jobs.restore(job_id) for job_id in job_ids]
    if not all(restored):
        state.notice = _LATE
    state.deleted_cards = [job_id for job_id in state.deleted_cards if job_id not in job_ids]
    st.rerun()


def on_page(client: Client, kind: Kind) -> list[Job]:
    """Return the jobs of this kind that the person deleted on this page: each has a line in the place of its card."""
    found = services.shared().job_cache.get_many(client, session.state().deleted_cards)
    return [job for job in found if job.kind is kind and job.deleted_at]
