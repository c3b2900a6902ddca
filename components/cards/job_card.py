"""The card of a job: status and time, prompt and facts, results, what happened, and buttons."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.cards import actions, deletion, facts, header, inputs, outputs, status_box
from components.session.state import ShownCard
from studio.client import Client
from studio.core.job_states import SAVING
from studio.core.reference import Given
from studio.core.values import Job, Kind, State


def show(client: Client, job: Job, given: Mapping[str, Given], *, paused: bool) -> ShownCard:
    """Draw the card of one job, or the line in its place if it is deleted, and return what was drawn.

    The container's key keeps a playing video in place.

    `given` has the job's references by address. All jobs are `paused` while the key is rejected.
    """
    if job.deleted_at:
        deletion.line(client, job)
    else:
        _draw(client, job, given, paused=paused)
    return shown_card(client, job)


def shown_card(client: Client, job: Job) -> ShownCard:
    """Return how a card of this job is drawn now, which decides later whether it must be drawn again."""
    return ShownCard(job.state, client.progress.overdue_at(job), client.jobs.word(job) == SAVING)


def _draw(client: Client, job: Job, given: Mapping[str, Given], *, paused: bool) -> None:
    with st.container(border=True, key=f"card-{job.id}", gap="xsmall"):
        header.show(client, job, paused=paused)
        inputs.show_prompt(job, facts.line(client, job))
        inputs.show_references(job, given)
        is_unconfirmed = job.state is State.UNCONFIRMED and not client.queue.is_sending(job.id)
        has_slots = outputs.has_slots(job) and not is_unconfirmed
        if has_slots and job.kind is Kind.VIDEO:
            _draw_video(client, job, paused)
        elif has_slots:
            outputs.show_images(job)
            status_box.show(client, job, paused=paused)
            with _row(f"actions-{'many-' if job.count > 1 else ''}{job.id}"):
                _close_note(job)
                actions.show(client, job)
        else:
            status_box.show(client, job, paused=paused)
        with _row(f"about-{job.id}"):
            if not has_slots:
                actions.show(client, job)
            actions.show_about(client, job)
            inputs.show_sources(job, given)


def _close_note(job: Job) -> None:
    if job.state.is_busy:
        what = "The video is saved when it's done." if job.kind is Kind.VIDEO else "The job continues."
        st.caption(f"You can close this page. {what}", width="content")


def _row(key: str) -> DeltaGenerator:
    return st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=key)


def _draw_video(client: Client, job: Job, paused: bool) -> None:
    left, right = st.columns([13, 5])
    with left:
        outputs.show_videos(job)
        status_box.show(client, job, paused=paused)
    with right, st.container(gap="xsmall", key=f"beside-{job.id}"):
        _close_note(job)
        with st.container(gap="xsmall", key=f"actions-{job.id}"):
            actions.show(client, job, width="stretch")
