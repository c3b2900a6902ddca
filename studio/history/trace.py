"""All steps of one job, in order: uploads, queue, POST, polls in one line, webhooks, downloads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from studio.core.calls import Callback
from studio.core.error_groups import in_words
from studio.core.number_texts import size_in_words
from studio.core.query import CallLine
from studio.core.reference import Upload
from studio.core.values import Job, State, Status, Task

NO_ANSWER_KEPT = "Sent at this time. The studio stopped before an answer was saved."
NO_ANSWER_YET = "Sent at this time. No answer yet."
NOT_KEPT = "Sent at this time and answered. The call itself was not saved."


class Part(StrEnum):
    UPLOAD = "Upload"
    QUEUE = "Queued"
    POST = "Submission"
    POLLS = "Polls"
    TASK = "Task"
    WEBHOOK = "Webhook"
    DOWNLOAD = "Download"
    BALANCE = "Balance"


@dataclass(frozen=True)
class Step:
    """One line of a trace. `end` is None while the step lasts; `dots` are single calls: time, and whether it failed.

    `call` is the ID of the step's call if there is exactly one.
    """

    part: Part
    text: str
    start: datetime
    end: datetime | None
    is_bad: bool = False
    call: str = ""
    dots: tuple[tuple[datetime, bool], ...] = ()


@dataclass(frozen=True)
class Trace:
    job: Job
    steps: tuple[Step, ...]
    calls: tuple[CallLine, ...]


def trace(
    job: Job,
    calls: Sequence[CallLine],
    callbacks: Sequence[Callback] = (),
    uploads: Sequence[tuple[Upload, CallLine | None]] = (),
    *,
    left_out: int = 0,
    is_sending: bool = False,
    unit: str = "credits",
) -> Trace:
    """Return the steps of a job, oldest first; `is_sending` while its POST is in flight.

    Of very many calls, `left_out` is the number of those left out in the middle.
    """
    steps = [
        *_uploads(uploads),
        *_queue(job),
        *_posts(job, calls, is_sending),
        *_polls(calls, left_out),
        *_balances(calls),
        *_tasks(job, unit),
        *(Step(Part.WEBHOOK, call.outcome or "not processed yet", call.at, call.at) for call in callbacks),
        *_downloads(job),
    ]
    order = list(Part)
    return Trace(job, tuple(sorted(steps, key=lambda step: (step.start, order.index(step.part)))), tuple(calls))


def polls_in_words(polls: Sequence[CallLine], left_out: int = 0) -> str:
    """Return polls as text: 31 polls, 2 errors, 94 s."""
    errors = sum(bool(poll.error_kind) for poll in polls)
    seconds = round((polls[-1].end - polls[0].at).total_seconds())
    many = f"{len(polls)} poll{'s' * (len(polls) > 1)}"
    more = f" and {left_out:,} more not shown" if left_out else ""
    return f"{many}, {errors} error{'s' * (errors != 1)}, {seconds} s{more}"


def is_poll(call: CallLine) -> bool:
    """Whether the call asked for the status of a task or a batch."""
    return call.method == "GET" and call.endpoint.endswith("/status")


def _uploads(uploads: Sequence[tuple[Upload, CallLine | None]]) -> Iterator[Step]:
    for upload, call in uploads:
        start = call.at if call else upload.at
        yield Step(Part.UPLOAD, f"file {upload.sha256[:8]}", start, upload.at, call=call.id if call else "")


def _queue(job: Job) -> Iterator[Step]:
    left = job.sent_at or job.answered_at or job.finished_at
    if job.state is State.QUEUED or left:
        yield Step(Part.QUEUE, "waited to be sent", job.created_at, None if job.state is State.QUEUED else left)


def _posts(job: Job, calls: Sequence[CallLine], is_sending: bool) -> Iterator[Step]:
    posts = [call for call in calls if call.method == "POST"]
    for call in posts:
        yield Step(Part.POST, _answer(call), call.at, call.end, bool(call.error_kind), call.id)
    # A call is recorded when it ends: while it is in flight, or if it was cut off, only the job shows that it was sent.
    if job.sent_at and not job.is_adopted and not any(call.end >= job.sent_at for call in posts):
        text = NO_ANSWER_YET if is_sending else NOT_KEPT if _was_answered(job) else NO_ANSWER_KEPT
        yield Step(Part.POST, text, job.sent_at, None if is_sending else job.answered_at, text == NO_ANSWER_KEPT)


def _was_answered(job: Job) -> bool:
    """Whether the API answered, with an error or tasks; tasks found later have the job's own sent_at."""
    return bool(job.error_kind) or any(task.accepted_at != job.sent_at for task in job.tasks)


def _polls(calls: Sequence[CallLine], left_out: int) -> Iterator[Step]:
    if polls := [call for call in calls if is_poll(call)]:
        dots = tuple((call.at, bool(call.error_kind)) for call in polls)
        last_failed = bool(polls[-1].error_kind)
        yield Step(Part.POLLS, polls_in_words(polls, left_out), polls[0].at, polls[-1].end, last_failed, dots=dots)


def _balances(calls: Sequence[CallLine]) -> Iterator[Step]:
    for call in calls:
        if call.endpoint.endswith("/balance"):
            yield Step(Part.BALANCE, _answer(call), call.at, call.end, bool(call.error_kind), call.id)


def _tasks(job: Job, unit: str) -> Iterator[Step]:
    for task in job.tasks:
        start = task.accepted_at or job.sent_at or job.created_at
        yield Step(Part.TASK, _ended(task, unit), start, task.finished_at, task.status in (Status.FAILED, Status.GONE))


def _ended(task: Task, unit: str) -> str:
    cost = f", {task.cost:g} {unit}" if task.cost is not None else ""
    reason = f": {task.reason}" if task.reason else ""
    return f"{task.task_id} {task.status}{cost}{reason}"


def _downloads(job: Job) -> Iterator[Step]:
    for task in job.tasks:
        for output in task.outputs:
            start = task.finished_at or output.saved_at
            if output.saved_at and start:
                without = f"; no preview: {output.problem}" if output.problem else ""
                deleted = "; deleted" if output.deleted_at else ""
                text = f"{size_in_words(output.size)} saved{without}{deleted}"
                yield Step(Part.DOWNLOAD, text, min(start, output.saved_at), output.saved_at)
            elif output.problem and start:
                yield Step(Part.DOWNLOAD, output.problem, start, None, is_bad=True)


def _answer(call: CallLine) -> str:
    status = "no answer" if call.http_status is None else f"HTTP {call.http_status}"
    why = (in_words(call.error_kind), call.code) if call.error_kind else ()
    return " · ".join(filter(None, (status, *why)))
