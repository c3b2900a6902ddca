"""A small random ledger, and what the history has to find, count and sum up in it, worked out in plain Python."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from studio.core.calls import Call
from studio.core.error_groups import TASK_FAILED
from studio.core.query import STATES, Outcome, Query
from studio.core.values import Job, State, Status, Task
from studio.ledger.ledger import Ledger
from studio.ledger.mapping import row_of
from studio.ledger.tables import calls, jobs, tasks
from tests.examples import JOB, WHEN

BAD = {Status.FAILED, Status.GONE}
PROMPTS = ("Blaue Hügel", "a hill at 50%", "Lantern 東京の夜", 'say "hello"', "", "under_score a*b")
REASONS = ("moderated", "", "Too long: 50% of it")
ERRORS = {"": "", "ServerError": "The hill server is down", "OutOfCreditsError": "Insufficient balance"}
CODES = ("", "0", "1011", "500", "1002")  # one that went well has one, too
STATUS = "/v1/generation/{}/status"
_ENDED = {State.FINISHED, State.REFUSED, State.CANCELLED, State.DISMISSED}


@dataclass
class Model:
    """Everything that the ledger holds."""

    jobs: dict[str, Job] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def wanted_calls(self, wanted: Query) -> list[Call]:
        found = [call for call in self.calls if self._is_wanted_call(call, wanted)]
        return sorted(found, key=lambda call: (call.at, call.id), reverse=True)

    def wanted_jobs(self, wanted: Query) -> list[Job]:
        found = [job for job in self.jobs.values() if self._is_wanted_job(job, wanted)]
        return sorted(found, key=lambda job: (job.created_at, job.id), reverse=True)

    def _is_wanted_call(self, call: Call, wanted: Query) -> bool:
        job = self.jobs.get(call.job)
        if not _alike(call, call.at, wanted) or not _about(call, wanted):
            return False
        if wanted.mode and not (job and job.mode in wanted.mode):
            return False
        if wanted.without_polls and call.method == "GET" and call.endpoint.endswith("/status") and not call.error_kind:
            return False
        if wanted.search and not self._finds_call(call, job, wanted.search):
            return False
        if wanted.failure and not (job and _failed_so(job, wanted.failure)):
            return False
        took = not wanted.slower or call.duration_ms > wanted.slower * 1000
        return took and (not wanted.outcome or call_outcome(call) in wanted.outcome)

    def _is_wanted_job(self, job: Job, wanted: Query) -> bool:
        ours = [call for call in self.calls if call.job == job.id]
        about = any((wanted.method, wanted.endpoint, wanted.http_status, wanted.code, wanted.error_kind))
        return (
            _alike(job, job.created_at, wanted)
            and (not wanted.mode or job.mode in wanted.mode)
            and (not about or any(_about(call, wanted) for call in ours))
            and (not wanted.failure or _failed_so(job, wanted.failure))
            and _ended_and_took(job, wanted)
            and (not wanted.search or self._finds_job(job, ours, wanted.search))
        )

    def _finds_call(self, call: Call, job: Job | None, text: str) -> bool:
        ids = [call.id, call.vendor_id, call.task_id, call.batch_id, call.job]
        by_job = job is not None and (_by_tasks(job, text) or _says(_words(job), text))
        return _begins(ids, text) or _says(call.error, text) or by_job

    def _finds_job(self, job: Job, ours: list[Call], text: str) -> bool:
        ids = [job.id, *(one for call in ours for one in (call.id, call.vendor_id, call.task_id))]
        said = [_words(job), *(call.error for call in ours)]
        return _begins(ids, text) or _by_tasks(job, text) or any(_says(one, text) for one in said)


def _alike(line: Any, moment: datetime, wanted: Query) -> bool:
    return (
        line.account == wanted.account
        and (not wanted.since or moment >= wanted.since)
        and (not wanted.until or moment < wanted.until)
        and (not wanted.listed or line.person == wanted.listed)
        and (not wanted.model or line.model in wanted.model)
        and (not wanted.person or line.person in wanted.person)
    )


def _about(call: Call, wanted: Query) -> bool:
    for name in ("method", "endpoint", "code", "error_kind"):
        chosen = getattr(wanted, name)
        if chosen and getattr(call, name) not in chosen:
            return False
    return not wanted.http_status or str(call.http_status) in wanted.http_status


def call_outcome(call: Call) -> Outcome:
    if not call.error_kind:
        return Outcome.SUCCEEDED
    return Outcome.UNANSWERED if call.http_status is None else Outcome.FAILED


def job_outcome(job: Job) -> Outcome:
    if job.state is not State.FINISHED:
        return next(outcome for outcome, states in STATES.items() if job.state in states)
    return Outcome.FAILED if any(task.status in BAD for task in job.tasks) else Outcome.SUCCEEDED


def seconds(job: Job) -> float | None:
    """Of a finished job alone: a refusal is no work, and neither is a wait that somebody gave up."""
    end = job.finished_at if job.state is State.FINISHED else None
    return (end - (job.sent_at or job.created_at)).total_seconds() if end else None


def _ended_and_took(job: Job, wanted: Query) -> bool:
    took = not wanted.slower or (seconds(job) or 0) > wanted.slower
    return took and (not wanted.outcome or job_outcome(job) in wanted.outcome)


def _failed_so(job: Job, chosen: tuple[str, ...]) -> bool:
    unclear = job.state in (State.REFUSED, State.UNCONFIRMED) and job.error_kind in chosen
    return unclear or any(task.status in BAD and f"{TASK_FAILED}: {task.reason[:160]}" in chosen for task in job.tasks)


def wasted(job: Job) -> float:
    bad = [task for task in job.tasks if task.status in BAD]
    told = [task.cost for task in bad if task.cost is not None]
    if not bad or job.state is not State.FINISHED:
        return 0.0
    return sum(told) if told else (job.cost or 0.0) if len(bad) == len(job.tasks) else 0.0


def _words(job: Job) -> str:
    return " ".join([job.prompt, job.reason, *(task.reason for task in job.tasks)])


def _begins(ids: list[str], text: str) -> bool:
    return len(text) >= 4 and len(text.split()) == 1 and any(one.startswith(text) for one in ids)


def _by_tasks(job: Job, text: str) -> bool:
    return _begins([job.batch_id, *(task.task_id for task in job.tasks)], text)


def _says(said: str, text: str) -> bool:
    parts = [part for part in (part.strip("\"'") for part in text.split()) if part]
    return bool(parts) and all(part.lower() in said.lower() for part in parts)


def filled(ledger: Ledger, seed: int) -> Model:
    """Of two accounts and three people, over ten days, much of it on the borders of hours and days."""
    chance, model = random.Random(seed), Model()
    for number in range(36):
        job = _job(chance, number)
        model.jobs[job.id] = job
    model.calls = [_call(chance, number, [*model.jobs.values()]) for number in range(140)]
    with ledger.database.write(of_calls=True) as connection:
        for job in model.jobs.values():
            connection.execute(jobs.insert(), row_of(job, jobs))
            for position, task in enumerate(job.tasks):
                facts = {name: getattr(task, name) for name in ("task_id", "status", "reason", "cost", "finished_at")}
                connection.execute(
                    tasks.insert(), {**facts, "job": job.id, "account": job.account, "position": position}
                )
        for call in model.calls:
            connection.execute(calls.insert(), row_of(call, calls) | {"endpoint": call.endpoint})
    return model


def _moment(chance: random.Random) -> datetime:
    day = WHEN.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=chance.randrange(10))
    edge = day + timedelta(hours=chance.choice((0, 0, 1, 9, 10, 23)))
    return edge + timedelta(microseconds=chance.choice((-1, 0, 0, 1, 999_999, 1_500_000_000)))


def _job(chance: random.Random, number: int) -> Job:
    state, at = chance.choice([*State, State.FINISHED, State.FINISHED]), _moment(chance)
    sent = None if state in (State.QUEUED, State.CANCELLED) else at + timedelta(seconds=chance.choice((0, 0.5, 3)))
    ended = (
        (sent or at) + timedelta(seconds=chance.choice((0.25, 1, 42, 4000)) + number / 100) if state in _ENDED else None
    )
    job = replace(JOB, id=f"job_{number}", submission=f"s:{number}", account=chance.choice("aaab"))
    job = replace(job, person=chance.choice(("", "max", "mia")), model=chance.choice(("", "M0", "M1")), state=state)
    unclear = state in (State.REFUSED, State.UNCONFIRMED)
    job = replace(job, created_at=at, sent_at=sent, finished_at=ended, prompt=chance.choice(PROMPTS))
    job = replace(
        job, mode=chance.choice(("text_to_image", "text_to_video")), cost=chance.choice((None, 0.0, 4.5, 9.0))
    )
    job = replace(
        job, error_kind=chance.choice([*ERRORS]) if unclear else "", batch_id=chance.choice(("", f"bat_{number}"))
    )
    made = tuple(_task(chance, f"task_{number}{letter}", state, ended) for letter in "xyz"[: chance.randrange(4)])
    return replace(job, tasks=made if state in (State.FINISHED, State.OPEN, State.UNCONFIRMED) else ())


def _task(chance: random.Random, task_id: str, state: State, ended: datetime | None) -> Task:
    done = [Status.SUCCEEDED, Status.FAILED, Status.GONE]
    status = chance.choice(done if state is State.FINISHED else [*done, Status.WAITING, Status.PROCESSING])
    reason = chance.choice(REASONS) if status in BAD else ""
    return Task(0, "", task_id, 0, status, reason=reason, cost=chance.choice((None, 0.0, 2.25)), finished_at=ended)


def _call(chance: random.Random, number: int, known: list[Job]) -> Call:
    job = chance.choice([None, *known])
    kind = chance.choice(["", "", *ERRORS])
    status = chance.choice((None, 200, 402, 500)) if kind else 200
    task = chance.choice(job.tasks).task_id if job and job.tasks else ""
    method, path = chance.choice((("GET", STATUS.format(task)), ("POST", "/v1/t2i"), ("POST", STATUS.format(task))))
    account, person = (job.account, job.person) if job else (chance.choice("ab"), chance.choice(("", "max")))
    took = chance.choice((40, 500, 501, 900, 1000))
    call = Call(
        f"req_{number:03}", account, _moment(chance), method, f"https://x{path}", path, took, http_status=status
    )
    call = replace(call, job=job.id if job else "", person=person, error_kind=kind, error=ERRORS[kind], task_id=task)
    names_model = job is not None and chance.random() < 0.6
    call = replace(call, model=job.model if job and names_model else "", code=chance.choice(CODES))
    return replace(call, vendor_id=chance.choice(("", f"ven_{number}")))
