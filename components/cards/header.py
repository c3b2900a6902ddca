"""The first line of a job: its word, how long it has taken or took, whose it is, and from when."""

from datetime import datetime

import streamlit as st

from components.parts import job_texts
from components.parts.local_time import clock_time
from components.parts.markdown import duration, escape
from studio.client import Client
from studio.core.values import Job, State

LOOK = {  # colour and icon of each word
    "Queued": ("gray", "pending"),
    "Sending": ("blue", "send"),
    "Waiting": ("gray", "schedule"),
    "Processing": ("blue", "progress_activity"),
    "Saving": ("blue", "download"),
    "Succeeded": ("green", "check_circle"),
    "Failed": ("red", "error"),
    "Unconfirmed": ("orange", "help"),
    "Overdue": ("yellow", "hourglass_bottom"),
    "Refused": ("red", "block"),
    "Gone": ("gray", "search_off"),
    "Cancelled": ("gray", "cancel"),
    "Dismissed": ("gray", "cancel"),
}
_PARTLY = ("orange", "rule")


def show(client: Client, job: Job, *, paused: bool) -> None:
    """One text for word and time: each element costs every watcher a message. Seconds that pass the browser counts."""
    line = st.container(
        key=f"line-{job.id}{counted(job, paused)}",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap="xxsmall",
    )
    with line:
        st.markdown(said(client, job, paused=paused), width="content")
        st.caption(f"{_whose(client, job)}{clock_time(job.created_at)}", width="content")


def word(client: Client, job: Job) -> str:
    """The one word for its state where there is room for no more."""
    return "Overdue" if client.progress.is_overdue(job) else client.jobs.word(job)


def said(client: Client, job: Job, *, paused: bool) -> str:
    """The word for its state, and its time; Markdown."""
    overdue = _badge("Overdue") if client.progress.is_overdue(job) else ""
    return f"{_badge(client.jobs.word(job))} {overdue} :small[:gray[{_time(client, job, paused)}]]"


def _badge(text: str) -> str:
    colour, icon = LOOK.get(text, _PARTLY)
    return f":{colour}-badge[:material/{icon}: {text}]"


def _whose(client: Client, job: Job) -> str:
    """Whose job it is, where the list has everybody's, or an address shows somebody else's."""
    label = "" if client.only_mine and job.person == client.person else client.people.label(job.person)
    return f"{escape(label, 30)} · " if label else ""


def _time(client: Client, job: Job, paused: bool) -> str:
    """How long it has taken, or took; beside it how long this model usually takes, when there is history."""
    since = _since(job)
    match job.state:
        case State.OPEN if paused:
            return "paused: the key was rejected"
        case State.OPEN:
            usual = job_texts.usual_time(client, job.mode, job.model)
            words = f" · {usual}" if usual else ""
            so_far = " so far" if client.progress.is_overdue(job) else ""
            return f"{duration((client.clock() - since).total_seconds())}{so_far}{words}"
        case State.FINISHED:
            took = duration(((job.finished_at or since) - since).total_seconds())
            return took if job.succeeded else f"after {took}"
        case State.UNCONFIRMED:
            return f"for {duration((client.clock() - since).total_seconds())}"
        case State.QUEUED:
            ahead = client.queue.ahead_of(job)
            return f"{ahead} ahead of it" if ahead else "next in line"
    ended = job.answered_at or job.finished_at
    made = clock_time(job.created_at)  # which stands on the other side of the card
    return f"at {at}" if ended and (at := clock_time(ended)) != made else ""


def _since(job: Job) -> datetime:
    return (job.tasks[0].accepted_at if job.tasks else None) or job.sent_at or job.created_at


def counted(job: Job, paused: bool) -> str:
    """For the script that counts on: from when, in milliseconds."""
    counts = job.state is State.UNCONFIRMED or (job.state is State.OPEN and not paused)
    return f"-since-{_since(job).timestamp() * 1000:.0f}" if counts else ""
