"""One job: its word and time, its prompt and facts, its outputs inline, what happened, and what can be done with it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from components.clock import clock_time
from components.job import job_actions, job_given, job_outputs, job_words
from components.markdown import duration, escape, with_unit
from components.remembered import Shown
from studio.flow.states import SAVING
from studio.jobs import Client
from studio.media import formats
from studio.media.media import Given
from studio.values import Job, Kind, Output, State, size_in_words

_LOOK = {
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


def show(client: Client, job: Job, given: Mapping[str, Given], *, paused: bool) -> Shown:
    """Draw the card of one job; its key keeps a playing video in place when a new card appears above.

    `given` has the references that it was made from; all is `paused` while the key is rejected.
    """
    _draw(client, job, given, paused=paused)
    return Shown(job.state, client.overdue_at(job), client.word(job) == SAVING)


def _draw(client: Client, job: Job, given: Mapping[str, Given], *, paused: bool) -> None:
    with st.container(border=True, key=f"card-{job.id}", gap="xsmall"):
        _head(client, job, paused)
        job_given.prompt(job, _facts(client, job))
        job_given.references(job, given)
        in_doubt = job.state is State.UNCONFIRMED and not client.is_sending(job.id)
        has_places = job_outputs.has_places(job) and not in_doubt
        if has_places and job.kind is Kind.VIDEO:
            _video(client, job, given, paused)
            return
        if has_places:
            job_outputs.images(job)
        job_words.show(client, job, paused=paused)
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"actions-{job.id}"):
            job_actions.show(client, job)
            job_given.sources(job, given)


def _badge(word: str) -> str:
    colour, icon = _LOOK.get(word, _PARTLY)
    return f":{colour}-badge[:material/{icon}: {word}]"


def _video(client: Client, job: Job, given: Mapping[str, Given], paused: bool) -> None:
    picture, side = st.columns([13, 5])
    with picture:
        job_outputs.videos(job)
        job_words.show(client, job, paused=paused)
    if job.state.is_busy:
        side.caption("You can close this page. The video is saved when it's done.")
    with side, st.container(gap="xsmall", key=f"actions-{job.id}"):
        job_actions.show(client, job, width="stretch")
        job_given.sources(job, given)


def _head(client: Client, job: Job, paused: bool) -> None:
    """One text for word and time: each element costs every watcher a message. Seconds that pass the browser counts."""
    line = st.container(
        key=f"line-{job.id}{_counted(job, paused)}",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap="xxsmall",
    )
    with line:
        overdue = _badge("Overdue") if client.is_overdue(job) else ""
        st.markdown(
            f"{_badge(client.word(job))} {overdue} :small[:gray[{_time(client, job, paused)}]]", width="content"
        )
        st.caption(f"{_whose(client, job)}{clock_time(job.created_at)}", width="content")


def _whose(client: Client, job: Job) -> str:
    """Whose job it is, where the list has everybody's, or an address shows somebody else's."""
    label = "" if client.only_mine and job.person == client.person else client.label(job.person)
    return f"{escape(label, 30)} · " if label else ""


def _time(client: Client, job: Job, paused: bool) -> str:
    """How long it has taken, or took; beside it how long this model usually takes, when there is history."""
    since = _since(job)
    match job.state:
        case State.OPEN if paused:
            return "paused: the key was rejected"
        case State.OPEN:
            usual = job_words.usual_time(client, job.mode, job.model)
            words = f" · {usual}" if usual else ""
            so_far = " so far" if client.is_overdue(job) else ""
            return f"{duration((client.clock() - since).total_seconds())}{so_far}{words}"
        case State.FINISHED:
            took = duration(((job.finished_at or since) - since).total_seconds())
            return took if job.succeeded else f"after {took}"
        case State.UNCONFIRMED:
            return f"for {duration((client.clock() - since).total_seconds())}"
        case State.QUEUED:
            ahead = client.ahead_of(job)
            return f"{ahead} ahead of it" if ahead else "next in line"
    ended = job.answered_at or job.finished_at
    made = clock_time(job.created_at)  # which stands on the other side of the card
    return f"at {at}" if ended and (at := clock_time(ended)) != made else ""


def _since(job: Job) -> datetime:
    return (job.tasks[0].accepted_at if job.tasks else None) or job.sent_at or job.created_at


def _counted(job: Job, paused: bool) -> str:
    """For the script that counts on: from when, in milliseconds."""
    counts = job.state is State.UNCONFIRMED or (job.state is State.OPEN and not paused)
    return f"-since-{_since(job).timestamp() * 1000:.0f}" if counts else ""


def _facts(client: Client, job: Job) -> str:
    """Model, shape, number, size and credits, as far as they are known."""
    titles = {model.key: model.title for model in client.models(job.mode)}
    shape = [str(job.inputs[name]) for name in ("aspect_ratio", "resolution") if job.inputs.get(name)]
    shape += [f"{job.inputs['quality']} quality"] if job.inputs.get("quality") else []
    length = [f"{job.inputs['duration']} s"] if job.inputs.get("duration") else []
    sound = ["sound"] if str(job.inputs.get("generate_audio", "")).lower() == "true" else []
    known = [escape(titles.get(job.model, job.model))] if job.model else []
    return " · ".join(
        [*known, *map(escape, [*shape, *length, *sound, *job_given.counts(job)]), *_made(job), *_credits(client, job)]
    )


def _made(job: Job) -> list[str]:
    saved = [output for output in job.outputs if output.is_saved]
    if not saved or job.state is not State.FINISHED:
        done = f"{len(job.succeeded)} of " if job.state is State.OPEN and job.succeeded else ""
        return [f"{done}{job.count} {job.kind}{'s' * (job.count > 1)}"]
    sizes = Counter(map(_size, saved))
    counted = [f"{number} × {size}" if number > 1 else size for size, number in sizes.items()]
    total = size_in_words(sum(output.size for output in saved))
    stored = "saved" if len(saved) == len(job.outputs) else f"{len(saved)} of {len(job.outputs)} saved"
    return [escape(", ".join(counted)), f"{total}, {stored}"]


def _size(output: Output) -> str:
    """Pixels; of a file that has none, or whose are not known, what it is."""
    return f"{output.width} × {output.height}" if output.width else formats.called(output.format, output.key)


def _credits(client: Client, job: Job) -> list[str]:
    if job.cost is not None:
        return [with_unit(job.cost, sandbox=client.costs_nothing(job))]
    usual = client.usual_cost(job.mode, job.model)
    if usual is None or job.state not in (State.QUEUED, State.UNCONFIRMED, State.OPEN):
        return []
    word = "maybe" if job.state is State.UNCONFIRMED else "usually"
    return [f"{word} {with_unit(usual[1] * job.count, sandbox=client.costs_nothing(job))}"]
