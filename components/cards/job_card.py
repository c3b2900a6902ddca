"""One job: its word and time, its prompt and facts, its outputs inline, what happened, and what can be done with it."""

from collections.abc import Mapping

import streamlit as st

from components.cards import actions, facts, header, inputs, outputs, status_box
from components.session.state import ShownCard
from studio.client import Client
from studio.core.job_states import SAVING
from studio.core.reference import Given
from studio.core.values import Job, Kind, State


def show(client: Client, job: Job, given: Mapping[str, Given], *, paused: bool) -> ShownCard:
    """Draw the card of one job; its key keeps a playing video in place when a new card appears above.

    `given` has the references that it was made from; all is `paused` while the key is rejected.
    """
    _draw(client, job, given, paused=paused)
    return shown(client, job)


def shown(client: Client, job: Job) -> ShownCard:
    """How it stands as it is drawn."""
    return ShownCard(job.state, client.progress.overdue_at(job), client.jobs.word(job) == SAVING)


def _draw(client: Client, job: Job, given: Mapping[str, Given], *, paused: bool) -> None:
    with st.container(border=True, key=f"card-{job.id}", gap="xsmall"):
        header.show(client, job, paused=paused)
        inputs.prompt(job, facts.told(client, job))
        inputs.references(job, given)
        in_doubt = job.state is State.UNCONFIRMED and not client.queue.is_sending(job.id)
        has_places = outputs.has_places(job) and not in_doubt
        if has_places and job.kind is Kind.VIDEO:
            _video(client, job, given, paused)
            return
        if has_places:
            outputs.images(job)
        status_box.show(client, job, paused=paused)
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"actions-{job.id}"):
            actions.show(client, job)
            inputs.sources(job, given)


def _video(client: Client, job: Job, given: Mapping[str, Given], paused: bool) -> None:
    picture, side = st.columns([13, 5])
    with picture:
        outputs.videos(job)
        status_box.show(client, job, paused=paused)
    if job.state.is_busy:
        side.caption("You can close this page. The video is saved when it's done.")
    with side, st.container(gap="xsmall", key=f"actions-{job.id}"):
        actions.show(client, job, width="stretch")
        inputs.sources(job, given)
