"""What the viewer draws of a result's family: each job with its results, what it cost, and what was made from it."""

from typing import Any

from components.cards import sharing
from components.parts import file_urls, job_texts, result_links
from components.parts.local_time import clock_time
from components.parts.markdown import counted
from studio.client import Client
from studio.core.family import MOST, Relative
from studio.core.number_texts import credits
from studio.core.values import Job, Output
from studio.weryai.modes import MODES

_DELETED = "Deleted"


def of(client: Client, view: str) -> dict[str, Any] | None:
    """Return what the script of the viewer draws for the family of a result; None if it has none that is shown."""
    found = sharing.find_result(client, view)
    if not found or not is_known(client, found[1]):
        return None
    family = client.families.of(found[1])
    number, in_part = counted(len(family.jobs), "job"), ", as far as it is known" if _lacks(family.jobs) else ""
    return {
        "view": view,
        "summary": f"{number}, {_credits(client, family.cost)} in all{in_part}",
        "note": f"This family is larger: {MOST} jobs of it are shown." if family.is_cut else "",
        "jobs": [_relative(client, one) for one in family.roots],
    }


def is_known(client: Client, job: Job) -> bool:
    """Whether the family of a job can be shown: not of one that somebody else shares by a link."""
    return job.account == client.account.id


def _relative(client: Client, one: Relative) -> dict[str, Any]:
    job, may_see = one.job, client.families.may_see(one.job)
    branch = f"{_credits(client, one.cost)} in this branch" if one.children else ""
    others = f"also made from {counted(one.others, 'other result')}" if one.others else ""
    return {
        "title": " ".join(job_texts.title(job).split())[:100] if may_see else _DELETED,
        "marks": _marks(client, job) if may_see else [],
        "line": " · ".join(filter(None, (*_facts(client, job), branch, others))),
        "results": [_result(client, job, output) for output in job.outputs if may_see and _was_saved(output)],
        "jobs": [_relative(client, child) for child in one.children],
    }


def _marks(client: Client, job: Job) -> list[str]:
    """Return what became of the job, each word once."""
    marks = (_deleted(job), client.jobs.word(job))
    return [text for text in dict.fromkeys(marks) if text and text != "Succeeded"]


def _deleted(job: Job) -> str:
    gone = sum(bool(output.deleted_at) for output in job.outputs)
    if job.deleted_at or (gone and gone == len(job.outputs)):
        return _DELETED
    return f"{gone} of {len(job.outputs)} deleted" if gone else ""


def _facts(client: Client, job: Job) -> tuple[str, ...]:
    model = job_texts.model_title(client, job)
    cost = _credits(client, job.cost) if job.cost is not None else ""
    return (MODES[job.mode].title if job.mode in MODES else "", model, cost, clock_time(job.created_at, "%d %b %H:%M"))


def _was_saved(output: Output) -> bool:
    return bool(output.saved_at or output.is_saved)


def _result(client: Client, job: Job, output: Output) -> dict[str, Any]:
    """Return a result; one that is deleted opens for whoever may restore it, as everywhere."""
    is_seen = output.is_shown or (output.is_saved and client.jobs.may_change(job))
    view = result_links.view_of(job, output)
    return {
        "view": view,
        "href": result_links.address(view) if is_seen else "",
        "preview": file_urls.thumbnail(output) if is_seen else "",
        "deleted": bool(output.deleted_at),
    }


def _credits(client: Client, amount: float) -> str:
    unit = "demo credit" if client.account.is_sandbox else "credit"
    return f"1 {unit}" if amount == 1 else f"{credits(amount)} {unit}s"


def _lacks(jobs: list[Job]) -> bool:
    return any(job.cost is None for job in jobs)
