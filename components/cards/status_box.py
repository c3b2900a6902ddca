"""The messages on a card: what happened to the job, whether it was charged, what to do next; one box at most."""

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
    """Draw the messages; all jobs are `paused` while the key is rejected."""
    match job.state:
        case State.UNCONFIRMED if not client.queue.is_sending(job.id):
            st.warning(
                escape(unconfirmed.explanation(client, job), 1000),
                title="WeryAI may have accepted this and charged for it",
                icon=":material/help:",
            )
        case State.REFUSED:
            st.markdown(job_texts.refusal(job))
        case State.QUEUED:
            with _countdown_container(client, job):
                st.caption(_why_queued(client, job, paused))
        case State.OPEN if client.progress.is_overdue(job):
            is_waiting = client.jobs.word(job) == "Waiting"
            status = "still has this job in its queue" if is_waiting else "is still working on this job"
            st.markdown(f"WeryAI {status}. We check every 5 minutes. Sending it again would be charged again.")
    ended = (task for task in job.tasks if task.status in (Status.FAILED, Status.GONE))
    for text in dict.fromkeys(_ended_text(task, job, client.spending.costs_nothing(job)) for task in ended):
        st.markdown(text)
    if text := saving_text(job, client.clock()):
        st.caption(text)


def _why_queued(client: Client, job: Job, paused: bool) -> str:
    if paused:
        return "Waiting for a valid key. You weren't charged."
    kind, reason, hint = job.error_kind, job.reason, job.hint
    if not reason and (error := client.queue.pause_error()):  # the error of another job of the account
        kind, reason, hint = error.kind, error.message, error.hint
    if kind == "NoRoomError" or (not reason and client.queue.is_full(job)):
        return "WeryAI runs 20 tasks at a time. This job starts when one of them ends."
    seconds = client.queue.seconds_until_retry()
    retry = f"Retrying in {duration(seconds)}." if seconds else "Sending in a moment."
    why = "WeryAI asked us to slow down." if kind == "RateLimitError" else sentence(reason)
    advice = sentence(hint) if kind == "NotConnected" else ""
    return " ".join(filter(None, [why, advice, retry]))


def _countdown_container(client: Client, job: Job) -> DeltaGenerator:
    """Return a container in which the browser counts down to the next try, if a time for it is known.

    A script reads the time, in milliseconds, from the container's key.
    """
    seconds = client.queue.seconds_until_retry()
    until = f"-until-{(client.clock().timestamp() + seconds) * 1000:.0f}" if seconds else ""
    return st.container(key=f"why-{job.id}{until}")


def _ended_text(task: Task, job: Job, sandbox: bool) -> str:
    if task.status is Status.GONE:
        return "WeryAI no longer has this task. Send the job again if you still need it."
    failed = f"{_failed_count(job)} of {job.count} failed. " if job.count > 1 else ""
    reason = escape(task.reason).rstrip(".") or "no reason given"
    is_content = messages.is_about_content(task.reason, (job.prompt,))
    outcome = "WeryAI's content check stopped this" if is_content else "WeryAI couldn't make this"
    next_step = job_texts.content_check_advice(job) if is_content else "You can try again." if task.cost == 0 else ""
    return f"{failed}{outcome}: *{reason}*. {_charge_text(task, job, sandbox)} {next_step}".rstrip()


def _charge_text(task: Task, job: Job, sandbox: bool) -> str:
    if task.cost is None:
        return "WeryAI didn't say whether you were charged."
    for_what = "" if job.count == 1 else f" for {'that one' if _failed_count(job) == 1 else 'those'}"
    amount = f"{credits_with_unit(task.cost, sandbox=sandbox)} were" if task.cost else "You weren't"
    return f"{amount} charged{for_what}."


def _failed_count(job: Job) -> int:
    return sum(task.status is Status.FAILED for task in job.tasks)


def saving_text(job: Job, at: datetime) -> str:
    """Return which results are not saved and why, and when the next try is or that the link may expire, as Markdown.

    Empty if no output has a problem.
    """
    with_problem = [output for output in job.unsaved if output.problem]
    given_up = [output for output in with_problem if output.is_given_up]
    without_archive = [output for output in with_problem if output.waits_for_archive]
    to_retry = [output for output in with_problem if output not in (*given_up, *without_archive)]
    sentences = [_reasons(without_archive)]
    if to_retry:
        when = _next_try(to_retry, at)
        sentences.append(f"{_ready_text(job, to_retry)}, but not saved yet. {_reasons(to_retry)} Retrying {when}.")
    if given_up:
        links = "Its link" if len(given_up) == 1 else "Their links"
        sentences.append(f"{_ready_text(job, given_up)}, but not saved. {_reasons(given_up)} {links} may expire.")
    return " ".join(filter(None, sentences))


def _ready_text(job: Job, outputs: Sequence[Output]) -> str:
    noun = "image" if job.kind is Kind.IMAGE else "video"
    if len(job.outputs) == 1:
        return f"The {noun} is ready"
    return f"{counted(len(outputs), noun)} {'is' if len(outputs) == 1 else 'are'} ready"


def _reasons(outputs: Sequence[Output]) -> str:
    return " ".join(dict.fromkeys(escape(output.problem) for output in outputs))


def _next_try(outputs: Sequence[Output], at: datetime) -> str:
    moment = min(output.try_at for output in outputs if output.try_at)
    return f"at {clock_time(moment)}" if seconds_until(moment, at) else "now"
