"""Texts about a job for forms, cards and the history: its title, the usual time, why it was refused."""

from components.parts.markdown import escape
from studio.client import Client
from studio.core.number_texts import credits
from studio.core.settings import WERYAI_PRICES
from studio.core.values import Job, State
from studio.weryai import modes


def title(job: Job) -> str:
    """Return the prompt of a job, or a text that says that it was removed or has no prompt."""
    return job.prompt or ("Removed by an admin" if job.removed_at else "No prompt")


def model_title(client: Client, job: Job) -> str:
    """Return the title of a job's model; empty if it is not known, as of a job that was imported."""
    return client.models.get(job.mode, job.model).title if job.model else ""


def reason(job: Job) -> str:
    """Return why a job has no result: its reason, or that of its first task that has one; empty if there is none."""
    return job.reason or next((task.reason for task in job.tasks if task.reason), "")


def usual_time(client: Client, mode: str, model: str) -> str:
    """Return how long this model usually takes; empty without enough earlier jobs."""
    usual = client.models.usual_time(mode, model)
    return f"usually {round(usual.low)}–{round(usual.high)} s" if usual.known else ""


def refusal(job: Job) -> str:
    """Return, in Markdown, why WeryAI refused a job, that it was not charged, and what to do; for card and form."""
    reason = escape(job.reason).rstrip(".") or "no reason given"
    if job.error_kind == "ContentRejectedError":
        return f"WeryAI's content check refused this: *{reason}*. You weren't charged. {content_check_advice(job)}"
    if job.error_kind == "OutOfCreditsError":
        balance = f": your balance is {credits(job.balance_before)}" if job.balance_before is not None else ""
        return f"Not enough credits{balance}. You weren't charged. [Buy credits]({WERYAI_PRICES}), then try again."
    return f"WeryAI refused this: *{reason}*. {escape(job.hint)}"


def content_check_advice(job: Job) -> str:
    """Return what to change after the content check refused a job or a task; a refusal may name the field."""
    if job.state is State.REFUSED and job.field in ("prompt", "negative_prompt"):
        return f"Edit the {job.field.replace('_', ' ')} and try again."
    if not modes.media_of(job.mode, job.inputs):
        return "Edit the prompt and try again."
    if job.state is State.REFUSED:
        return "Change the reference files and try again."
    return "Edit the prompt or change the reference files, then try again."
