"""The text on the card of an unconfirmed job: when it was sent, what the answer was, and what the balance shows."""

from collections.abc import Sequence

from components.parts.local_time import clock_time
from components.parts.markdown import counted
from studio.client import Client
from studio.core.evidence import Evidence, Verdict
from studio.core.number_texts import credits
from studio.core.values import Job

MOST_NAMED = 3
# A refusal's reason ends with its code. Users report that 6001 creates no task (docs/weryai-api.md 14, T2).
_CODE_WITHOUT_TASK = "(6001)"


def explanation(client: Client, job: Job) -> str:
    """Return all that is known about the submission, as sentences of plain text."""
    evidence = client.jobs.evidence(job)
    webhook = "If WeryAI accepted the job, its webhook will update this card." if client.calls.has_webhook() else ""
    sentences = (
        _sent(job),
        _reason(job),
        _balance(evidence),
        _others(evidence),
        webhook,
        "Check before you send the job again.",
    )
    return " ".join(filter(None, sentences))


def _sent(job: Job) -> str:
    return f"Sent at {clock_time(job.sent_at, '%H:%M:%S')}." if job.sent_at else ""


def _reason(job: Job) -> str:
    if not job.reason:
        return "The answer is unknown."
    others = " Others report that 6001 made no task for them." if job.reason.endswith(_CODE_WITHOUT_TASK) else ""
    return f"{job.reason.rstrip('. ')}.{others}"


def _balance(evidence: Evidence) -> str:
    fall = evidence.fell_by
    if fall is None:
        return "The balance change is unknown."
    before, after = credits(evidence.before or 0), credits(evidence.after or 0)
    if fall > 0:
        moved = f"{_when(evidence)} fell from {before} to {after}"
    elif fall < 0:
        moved = f"{_when(evidence)} rose from {before} to {after}"
    else:
        moved = f"{_when(evidence)} stayed at {after}"
    match evidence.verdict:
        case Verdict.PROBABLY:
            return f"{moved}, {_more_than(evidence)}so the job was probably accepted."
        case Verdict.PROBABLY_NOT:
            return f"{moved}, {_as_much_as(evidence)}so the job was probably not accepted."
    return f"{moved}, which doesn't show whether the job was accepted."


def _when(evidence: Evidence) -> str:
    return "While the studio was stopped, the balance" if evidence.is_late else "The balance"


def _more_than(evidence: Evidence) -> str:
    return "more than the other jobs cost, " if evidence.sent else "and nothing else was sent here, "


def _as_much_as(evidence: Evidence) -> str:
    return "no more than the other jobs cost, " if evidence.sent else ""


def _others(evidence: Evidence) -> str:
    """Return the jobs that may also have changed the balance, named by the first words of their prompts."""
    sent = _listed(evidence.sent, "Also sent in the meantime")
    refunds = [job for job in evidence.refunds if job not in evidence.sent]
    failed = [job for job in refunds if not _may_be_running(job)]
    running = [job for job in refunds if _may_be_running(job)]
    sentences = (
        sent,
        _listed(failed, "Jobs that failed in the meantime, which may have returned credits"),
        _listed(running, "Jobs that may have failed in the meantime, which returns credits"),
    )
    return " ".join(filter(None, sentences))


def _may_be_running(job: Job) -> bool:
    return not job.tasks or any(task.status.is_open for task in job.tasks)


def _listed(jobs: Sequence[Job], what: str) -> str:
    if not jobs:
        return ""
    names = [f"“{_first_words(job)}”{_cost(job)}" for job in jobs[:MOST_NAMED]]
    more = [counted(len(jobs) - MOST_NAMED, "other job")] if len(jobs) > MOST_NAMED else []
    return f"{what}: {', '.join([*names, *more])}."


def _first_words(job: Job) -> str:
    line = " ".join(job.prompt.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


def _cost(job: Job) -> str:
    return f" ({credits(job.cost)} credits)" if job.cost is not None else ""
