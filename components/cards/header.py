"""The first line of a card: the status, how long the job has taken, who made it, and when."""

from datetime import datetime

import streamlit as st

from components.parts import job_texts
from components.parts.local_time import clock_time
from components.parts.markdown import duration, escape
from studio.client import Client
from studio.core.values import Job, State

BADGES = {  # colour and icon of each status word
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
    "Deleted": ("gray", "delete"),
}
_OTHER_BADGE = ("orange", "rule")


def show(client: Client, job: Job, *, paused: bool) -> None:
    """Draw the line. Status and time are one element, as each element is one more message to every open page.

    A script in the browser counts the seconds (`timer_suffix`).
    """
    line = st.container(
        key=f"line-{job.id}{timer_suffix(job, paused)}",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap="xxsmall",
    )
    with line:
        st.markdown(status_text(client, job, paused=paused), width="content")
        st.caption(f"{_person(client, job)}{clock_time(job.created_at)}", width="content")


def status_word(client: Client, job: Job) -> str:
    """Return one word for the job's status, for places with room for one word only."""
    return "Overdue" if client.progress.is_overdue(job) else client.jobs.word(job)


def status_text(client: Client, job: Job, *, paused: bool) -> str:
    """Return the job's status and its time, as Markdown."""
    overdue = _badge("Overdue") if client.progress.is_overdue(job) else ""
    return f"{_badge(client.jobs.word(job))} {overdue} :small[:gray[{_time_text(client, job, paused)}]]"


def _badge(text: str) -> str:
    colour, icon = BADGES.get(text, _OTHER_BADGE)
    return f":{colour}-badge[:material/{icon}: {text}]"


def _person(client: Client, job: Job) -> str:
    """Return the name of the job's person; empty if the list shows only the visitor's jobs and this is one."""
    label = "" if client.only_mine and job.person == client.person else client.people.label(job.person)
    return f"{escape(label, 30)} · " if label else ""


def _time_text(client: Client, job: Job, paused: bool) -> str:
    """Return how long the job has taken so far or took; while it is open also the model's usual time, if known."""
    started_at = _started_at(job)
    match job.state:
        case State.OPEN if paused:
            return "paused: the key was rejected"
        case State.OPEN:
            usual = job_texts.usual_time(client, job.mode, job.model)
            words = f" · {usual}" if usual else ""
            so_far = " so far" if client.progress.is_overdue(job) else ""
            return f"{duration((client.clock() - started_at).total_seconds())}{so_far}{words}"
        case State.FINISHED:
            took = duration(((job.finished_at or started_at) - started_at).total_seconds())
            return took if job.succeeded else f"after {took}"
        case State.UNCONFIRMED:
            return f"for {duration((client.clock() - started_at).total_seconds())}"
        case State.QUEUED:
            ahead = client.queue.ahead_of(job)
            return f"{ahead} ahead of it" if ahead else "next in line"
    ended_at = job.answered_at or job.finished_at
    created = clock_time(job.created_at)  # shown at the right end of this line
    return f"at {at}" if ended_at and (at := clock_time(ended_at)) != created else ""


def _started_at(job: Job) -> datetime:
    return (job.tasks[0].accepted_at if job.tasks else None) or job.sent_at or job.created_at


def timer_suffix(job: Job, paused: bool) -> str:
    """Return the end of a container's key that tells the script when to count from, in ms; empty if it must not."""
    is_counting = job.state is State.UNCONFIRMED or (job.state is State.OPEN and not paused)
    return f"-since-{_started_at(job).timestamp() * 1000:.0f}" if is_counting else ""
