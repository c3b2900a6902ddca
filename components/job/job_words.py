"""What happened to a job, whether it was charged, and what to do next, in that order; one box at most."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.clock import clock_time
from components.job import doubt
from components.markdown import counted, credits, duration, escape, sentence, with_unit
from studio.flow.timing import seconds_until
from studio.jobs import Client
from studio.settings import WERYAI_PRICES
from studio.values import Job, Kind, Output, State, Status, Task


def title(job: Job) -> str:
    """Its prompt, as it was written; of a removed job that it was removed."""
    return job.prompt or ("Removed by an admin" if job.removed_at else "No prompt")


def show(client: Client, job: Job, *, paused: bool) -> None:
    match job.state:
        case State.UNCONFIRMED if not client.is_sending(job.id):
            st.warning(
                escape(doubt.told(client, job), 1000),
                title="WeryAI may have accepted this and charged for it",
                icon=":material/help:",
            )
        case State.REFUSED:
            st.markdown(refusal(job))
        case State.QUEUED:
            with _counting_down(client, job):
                st.caption(_why_queued(client, job, paused))
        case State.OPEN if client.is_overdue(job):
            waits = "still has it in its queue" if client.word(job) == "Waiting" else "is still working on it"
            st.markdown(
                f"WeryAI {waits}. We keep asking every 5 minutes, and nothing is lost. "
                "Sending it again would be charged again."
            )
    ended = (task for task in job.tasks if task.status in (Status.FAILED, Status.GONE))
    for said in dict.fromkeys(_about(task, job, client.costs_nothing(job)) for task in ended):
        st.markdown(said)
    if said := saving(job, client.clock()):
        st.caption(said)


def refusal(job: Job) -> str:
    """Why WeryAI said no, that it cost nothing, and what to do; Markdown, the same on the card and at the form."""
    reason = escape(job.reason).rstrip(".") or "it gave no reason"
    if job.error_kind == "ContentRejectedError":
        return (
            f"WeryAI's content check refused this, and charged nothing: *{reason}*. "
            "Take out what it objects to, then try again."
        )
    if job.error_kind == "OutOfCreditsError":
        balance = f": the balance is {credits(job.balance_before)}" if job.balance_before is not None else ""
        return f"Not enough credits{balance}. Nothing was charged. [Buy credits]({WERYAI_PRICES}), then try again."
    return f"WeryAI refused this: *{reason}*. {escape(job.hint)}"


def _why_queued(client: Client, job: Job, paused: bool) -> str:
    if paused:
        return "It waits until a key works. Nothing was charged."
    if job.error_kind == "NoRoomError" or (not job.reason and client.is_full(job)):
        return "WeryAI works on 20 tasks at most. This one starts by itself when there is room."
    pause = client.sends_again_in()
    again = f"We send this again in {duration(pause)}; nothing is lost." if pause else "It leaves in a moment."
    if job.error_kind == "RateLimitError":
        return f"WeryAI asks us to slow down. {again}"
    return f"{sentence(job.reason)} {again}".strip()


def _counting_down(client: Client, job: Job) -> DeltaGenerator:
    """A place in which the browser counts the seconds until something is sent again, if it says any."""
    pause = client.sends_again_in()
    until = f"-until-{(client.clock().timestamp() + pause) * 1000:.0f}" if pause else ""
    return st.container(key=f"why-{job.id}{until}")


def _about(task: Task, job: Job, sandbox: bool) -> str:
    if task.status is Status.GONE:
        return "WeryAI no longer knows this task. Send it again if you still need it."
    which = f"{_failed(job)} of {job.count} failed. " if job.count > 1 else ""
    reason = escape(task.reason).rstrip(".") or "it gave no reason"
    return f"{which}WeryAI could not make this: *{reason}*. {_charge(task, job, sandbox)}"


def _charge(task: Task, job: Job, sandbox: bool) -> str:
    if task.cost is None:
        return "Whether it was charged is not known yet."
    for_what = "" if job.count == 1 else f" for {'that one' if _failed(job) == 1 else 'those'}"
    charged = f"{with_unit(task.cost, sandbox=sandbox)} were" if task.cost else "Nothing was"
    return f"{charged} charged{for_what}.{'' if task.cost else ' You can try again.'}"


def _failed(job: Job) -> int:
    return sum(task.status is Status.FAILED for task in job.tasks)


def saving(job: Job, at: datetime) -> str:
    """What is made and not saved yet: why, and when it is tried again or that its link may die; Markdown."""
    troubled = [output for output in job.unsaved if output.problem]
    given_up = [output for output in troubled if output.is_given_up]
    held_up = [output for output in troubled if output.waits_for_archive]
    waiting = [output for output in troubled if output not in (*given_up, *held_up)]
    said = [_reasons(held_up)]
    if waiting:
        links = "its link" if len(waiting) == 1 else "their links"
        said.append(f"{_made(job, waiting)}, but {links} did not work yet. We try again {_soonest(waiting, at)}.")
    if given_up:
        links = "Its link" if len(given_up) == 1 else "Their links"
        said.append(f"{_made(job, given_up)}, but not saved. {_reasons(given_up)} {links} may die.")
    return " ".join(filter(None, said))


def _made(job: Job, outputs: Sequence[Output]) -> str:
    noun = "picture" if job.kind is Kind.IMAGE else "video"
    if len(job.outputs) == 1:
        return f"The {noun} is made"
    return f"{counted(len(outputs), noun)} {'is' if len(outputs) == 1 else 'are'} made"


def _reasons(outputs: Sequence[Output]) -> str:
    return " ".join(dict.fromkeys(escape(output.problem) for output in outputs))


def _soonest(outputs: Sequence[Output], at: datetime) -> str:
    moment = min(output.try_at for output in outputs if output.try_at)
    return f"at {clock_time(moment)}" if seconds_until(moment, at) else "now"
