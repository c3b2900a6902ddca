"""What happened to a job, whether it was charged, and what to do next, in that order; one box at most."""

import streamlit as st

from components import doubt
from components.markdown import credits, duration, escape, sentence
from studio.jobs import Client
from studio.settings import WERYAI_PRICES
from studio.values import Job, State, Status, Task


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
            st.caption(_why_queued(client, job, paused))
        case State.OPEN if client.is_overdue(job):
            waits = "still has it in its queue" if client.word(job) == "Waiting" else "is still working on it"
            st.markdown(
                f"WeryAI {waits}. We keep asking every 5 minutes, and nothing is lost. "
                "Sending it again would be charged again."
            )
    ended = (task for task in job.tasks if task.status in (Status.FAILED, Status.GONE))
    for said in dict.fromkeys(_about(task, job) for task in ended):
        st.markdown(said)
    _saving(job)


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


def _about(task: Task, job: Job) -> str:
    if task.status is Status.GONE:
        return "WeryAI no longer knows this task. Send it again if you still need it."
    which = f"{_failed(job)} of {job.count} failed. " if job.count > 1 else ""
    reason = escape(task.reason).rstrip(".") or "it gave no reason"
    return f"{which}WeryAI could not make this: *{reason}*. {_charge(task)}"


def _charge(task: Task) -> str:
    if task.cost is None:
        return "Whether it was charged is not known yet."
    return f"It charged {credits(task.cost)} credits." if task.cost else "Nothing was charged. You can try again."


def _failed(job: Job) -> int:
    return sum(task.status is Status.FAILED for task in job.tasks)


def _saving(job: Job) -> None:
    problems = [output for output in job.unsaved if output.problem]
    if not problems:
        return
    given_up = "" if any(output.try_at for output in problems) else "Its link may die."
    st.caption(f"It is made, but not saved here yet. {escape(problems[0].problem)} {given_up}")
