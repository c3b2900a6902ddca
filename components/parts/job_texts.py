"""What forms, cards and the history say of a job: its title, how long its model takes, why it was refused."""

from components.parts.markdown import escape
from studio.client import Client
from studio.core.number_texts import credits
from studio.core.settings import WERYAI_PRICES
from studio.core.values import Job, State
from studio.weryai import modes


def title(job: Job) -> str:
    """Its prompt, as it was written; of a removed job that it was removed."""
    return job.prompt or ("Removed by an admin" if job.removed_at else "No prompt")


def usual_time(client: Client, mode: str, model: str) -> str:
    """How long this model usually takes, when there is history."""
    usual = client.models.usual_time(mode, model)
    return f"usually {round(usual.low)}–{round(usual.high)} s" if usual.known else ""


def refusal(job: Job) -> str:
    """Why WeryAI said no, that it cost nothing, and what to do; Markdown, the same on the card and at the form."""
    reason = escape(job.reason).rstrip(".") or "no reason given"
    if job.error_kind == "ContentRejectedError":
        return f"WeryAI's content check refused this: *{reason}*. You weren't charged. {to_pass_the_check(job)}"
    if job.error_kind == "OutOfCreditsError":
        balance = f": your balance is {credits(job.balance_before)}" if job.balance_before is not None else ""
        return f"Not enough credits{balance}. You weren't charged. [Buy credits]({WERYAI_PRICES}), then try again."
    return f"WeryAI refused this: *{reason}*. {escape(job.hint)}"


def to_pass_the_check(job: Job) -> str:
    """What to change before the next try; a refusal may name the field that the content check was about."""
    if job.state is State.REFUSED and job.field in ("prompt", "negative_prompt"):
        return f"Edit the {job.field.replace('_', ' ')} and try again."
    if not modes.media_of(job.mode, job.inputs):
        return "Edit the prompt and try again."
    if job.state is State.REFUSED:
        return "Change the reference files and try again."
    return "Edit the prompt or change the reference files, then try again."
