"""What happened to a job, whether it was charged, and what to do next, in that order; one box at most."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.cards import unconfirmed
from components.parts import job_texts
from components.parts.local_time import clock_time
from components.parts.markdown import counted, credits_with_unit, duration, escape, sentence
from studio.client import Client
from studio.core.values import Job, Kind, Output, State, Status, Task
from studio.engine.polling import seconds_until
from studio.weryai import messages


def show(client: Client, job: Job, *, paused: bool) -> None:
    match job.state:
        case State.UNCONFIRMED if not client.queue.is_sending(job.id):
            st.warning(
                escape(unconfirmed.told(client, job), 1000),
                title="WeryAI may have accepted this and charged for it",
                icon=":material/help:",
            )
        case State.REFUSED:
            st.markdown(job_texts.refusal(job))
        case State.QUEUED:
            with _counting_down(client, job):
                st.caption(_why_queued(client, job, paused))
        case State.OPEN if client.progress.is_overdue(job):
            is_waiting = client.jobs.word(job) == "Waiting"
            what = "still has this job in its queue" if is_waiting else "is still working on this job"
            st.markdown(f"WeryAI {what}. We check every 5 minutes. Sending it again would be charged again.")
    ended = (task for task in job.tasks if task.status in (Status.FAILED, Status.GONE))
    for said in dict.fromkeys(_about(task, job, client.spending.costs_nothing(job)) for task in ended):
        st.markdown(said)
    if said := saving(job, client.clock()):
        st.caption(said)


def _why_queued(client: Client, job: Job, paused: bool) -> str:
    if paused:
        return "Waiting for a valid key. You weren't charged."
    kind, reason, hint = job.error_kind, job.reason, job.hint
    if not reason and (error := client.queue.held_up_by()):  # another job of the account met it
        kind, reason, hint = error.kind, error.message, error.hint
    if kind == "NoRoomError" or (not reason and client.queue.is_full(job)):
        return "WeryAI runs 20 tasks at a time. This job starts when one of them ends."
    pause = client.queue.retries_in()
    again = f"Retrying in {duration(pause)}." if pause else "Sending in a moment."
    said = "WeryAI asked us to slow down." if kind == "RateLimitError" else sentence(reason)
    what_to_do = sentence(hint) if kind == "NotConnected" else ""
    return " ".join(filter(None, [said, what_to_do, again]))


def _counting_down(client: Client, job: Job) -> DeltaGenerator:
    """A place in which the browser counts the seconds until something is sent again, if it says any."""
    pause = client.queue.retries_in()
    until = f"-until-{(client.clock().timestamp() + pause) * 1000:.0f}" if pause else ""
    return st.container(key=f"why-{job.id}{until}")


def _about(task: Task, job: Job, sandbox: bool) -> str:
    if task.status is Status.GONE:
        return "WeryAI no longer has this task. Send the job again if you still need it."
    which = f"{_failed(job)} of {job.count} failed. " if job.count > 1 else ""
    reason = escape(task.reason).rstrip(".") or "no reason given"
    is_content = messages.is_about_content(task.reason, (job.prompt,))
    what = "WeryAI's content check stopped this" if is_content else "WeryAI couldn't make this"
    next_step = job_texts.content_check_advice(job) if is_content else "You can try again." if task.cost == 0 else ""
    return f"{which}{what}: *{reason}*. {_charge(task, job, sandbox)} {next_step}".rstrip()


def _charge(task: Task, job: Job, sandbox: bool) -> str:
    if task.cost is None:
        return "WeryAI didn't say whether you were charged."
    for_what = "" if job.count == 1 else f" for {'that one' if _failed(job) == 1 else 'those'}"
    charged = f"{credits_with_unit(task.cost, sandbox=sandbox)} were" if task.cost else "You weren't"
    return f"{charged} charged{for_what}."


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
        said.append(f"{_made(job, waiting)}, but not saved yet. {_reasons(waiting)} Retrying {_soonest(waiting, at)}.")
    if given_up:
        links = "Its link" if len(given_up) == 1 else "Their links"
        said.append(f"{_made(job, given_up)}, but not saved. {_reasons(given_up)} {links} may expire.")
    return " ".join(filter(None, said))


def _made(job: Job, outputs: Sequence[Output]) -> str:
    noun = "image" if job.kind is Kind.IMAGE else "video"
    if len(job.outputs) == 1:
        return f"The {noun} is ready"
    return f"{counted(len(outputs), noun)} {'is' if len(outputs) == 1 else 'are'} ready"


def _reasons(outputs: Sequence[Output]) -> str:
    return " ".join(dict.fromkeys(escape(output.problem) for output in outputs))


def _soonest(outputs: Sequence[Output], at: datetime) -> str:
    moment = min(output.try_at for output in outputs if output.try_at)
    return f"at {clock_time(moment)}" if seconds_until(moment, at) else "now"
