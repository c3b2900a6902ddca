"""Open tasks → status → outputs. Follows every open task of an account, once, however many people watch.

A task becomes failed, gone or done by the API's word alone; our clock never decides that. Asking is free, so every
fault here only means asking again later.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from studio import timing
from studio.account import Account
from studio.errors import AuthenticationError, ConnectionFailed, NotFoundError, RateLimitError, StudioError
from studio.habits import Habits
from studio.ledger.ledger import Ledger
from studio.purse import Purse
from studio.values import Clock, Job, State, Status, Task, now
from studio.weryai.client import WeryAI
from studio.weryai.wire import Report
from studio.worker import Worker

log = logging.getLogger(__name__)

LONGEST_WAIT = 5.0
MANY = 20  # questions at once
ASKING_WAIT = 0.5
LONGEST_GAP = timedelta(seconds=1.1 * timing.RARELY)
GONE_AFTER = timedelta(minutes=10)  # of nothing but "not known", in three answers at least


@dataclass
class Tracker:
    account: Account
    api: WeryAI
    ledger: Ledger
    on_output: Callable[[], None]
    clock: Clock = now
    chance: Random = field(default_factory=Random)
    _next: dict[str, datetime] = field(default_factory=dict)
    _failures: Counter[str] = field(default_factory=Counter)
    _unknown: dict[str, list[datetime]] = field(default_factory=dict)
    _singly: set[str] = field(default_factory=set)
    _wanted: set[str] = field(default_factory=set)
    _has_output: bool = False
    paused_until: datetime | None = None

    def __post_init__(self) -> None:
        self._purse = Purse(self.account, self.api, self.ledger, self.clock)
        self.habits = Habits(self.account.id, self.ledger)
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="status")
        self._asking: dict[str, Future[None]] = {}
        self.worker = Worker(f"tracker {self.account.label}", self.step)

    def stop(self) -> None:
        self.worker.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def ask_now(self, job_id: str) -> None:
        """Ask about this job at the next step, whatever its turn; once more, if an answer is on its way already."""
        self._wanted.add(job_id)
        self._next[job_id] = self.clock()
        self.worker.wake()

    def step(self) -> float:
        """Ask about every job that is due; one slow answer holds up no other. Returns the seconds until the next."""
        self._asking = {job_id: asked for job_id, asked in self._asking.items() if not asked.done()}
        if self.ledger.accounts.standing(self.account.id).rejected:
            return LONGEST_WAIT
        jobs = self.ledger.jobs.in_state(self.account.id, State.OPEN)
        self._forget_all_but(jobs)
        at = self.clock()
        if pause := timing.seconds_until(self.paused_until, at):
            return min(LONGEST_WAIT, pause)
        for job in jobs:
            if job.id not in self._asking and self._due(job) <= at:
                self._asking[job.id] = self._pool.submit(self.follow, job)
        self._let_them_be_fetched()
        waits = [(self._due(job) - at).total_seconds() for job in jobs if job.id not in self._asking]
        return max(0.1, min([*waits, ASKING_WAIT if self._asking else LONGEST_WAIT]))

    def _let_them_be_fetched(self) -> None:
        """After a restart many are asked about at once: what became of all is told before the first file is fetched."""
        if self._has_output and sum(not asked.done() for asked in self._asking.values()) <= MANY:
            self._has_output = False
            self.on_output()

    def finish(self) -> None:
        """Wait for the answers that are under way."""
        futures.wait(self._asking.values())

    def follow(self, job: Job) -> None:
        """Ask about one job's open tasks, and write down what is new."""
        self._wanted.discard(job.id)
        still_open = {task.id for task in job.tasks if task.status.is_open}
        try:
            for task, report in self._ask(job):
                self._write_down(task, report)
                if not report.status.is_open:
                    still_open.discard(task.id)
            self._failures.pop(job.id, None)
            if still_open or not self._finish(job.id):
                self._plan(job, self._pause(job))
        except RateLimitError as error:
            self.slow_down(error)
        except StudioError as error:
            if isinstance(error, AuthenticationError):
                self._try_key()
            log.info("job %s: not answered (%s)", job.id, error)
            self._plan_after_failure(job)
        except Exception:  # a defect with this one answer must not make a loop of it
            log.exception("job %s", job.id)
            self._plan_after_failure(job)

    def _try_key(self) -> None:
        """A refused task says little about the key; a refused balance, which writes the rejection down, says all."""
        with suppress(AuthenticationError):
            self._purse.look()

    def _plan_after_failure(self, job: Job) -> None:
        self._failures[job.id] += 1
        self._plan(job, timing.backoff(self._failures[job.id], self.chance))

    def _plan(self, job: Job, seconds: float) -> None:
        pause = min(seconds, ASKING_WAIT) if job.id in self._wanted else seconds
        self._next[job.id] = self.clock() + timedelta(seconds=pause)

    def expected(self, job: Job, enough: int = timing.ENOUGH) -> timing.Usual:
        """How long this job's model usually takes, for this account."""
        defaults = timing.SANDBOX_DEFAULTS if self.account.is_local else timing.DEFAULTS
        return timing.usual(self.habits.seconds(job.mode, job.model), defaults[job.kind], enough)

    def is_overdue(self, job: Job) -> bool:
        """An open task takes far longer than usual."""
        if job.state is not State.OPEN or not job.tasks[0].accepted_at:
            return False
        age = (self.clock() - job.tasks[0].accepted_at).total_seconds()
        return timing.is_overdue(age, self.expected(job, timing.ENOUGH_TO_SHOW))

    def slow_down(self, error: RateLimitError) -> None:
        """Ask nothing for a while, as the API wants it."""
        self.paused_until = self.clock() + timedelta(seconds=error.retry_after or timing.backoff(3, self.chance))

    def _ask(self, job: Job) -> Iterable[tuple[Task, Report]]:
        """Reports of the open tasks: one call serves a batch; singly when the batch answer was refused or odd."""
        tasks = [task for task in job.tasks if task.status.is_open]
        if job.batch_id and len(tasks) > 1 and job.id not in self._singly:
            reports = self._ask_batch(job)
            if all(task.task_id in reports for task in tasks):
                return [(task, reports[task.task_id]) for task in tasks]
            self._singly.add(job.id)
        return self._ask_singly(job, tasks)

    def _ask_batch(self, job: Job) -> dict[str, Report]:
        try:
            return {report.task_id: report for report in self.api.batch(job.batch_id, job=job.id)}
        except (AuthenticationError, RateLimitError):
            raise
        except StudioError as error:
            if isinstance(error, ConnectionFailed) and not error.may_have_acted:
                raise  # nobody there: nothing odd about the batch
            log.info("job %s: batch answer refused or odd (%s), its tasks are asked about singly", job.id, error)
            return {}

    def _ask_singly(self, job: Job, tasks: Iterable[Task]) -> Iterable[tuple[Task, Report]]:
        for task in tasks:
            try:
                yield task, self.api.task(task.task_id, job=job.id)
                self._unknown.pop(task.task_id, None)
            except NotFoundError as error:
                if self._is_gone(task):
                    yield task, Report(task.task_id, Status.GONE, reason=error.message)

    def _is_gone(self, task: Task) -> bool:
        answers = self._unknown.setdefault(task.task_id, [])
        answers.append(self.clock())
        gaps = (min(later - sooner, LONGEST_GAP) for sooner, later in pairwise(answers))  # a clock may jump ahead
        return len(answers) >= 3 and sum(gaps, timedelta()) >= GONE_AFTER

    def _write_down(self, task: Task, report: Report) -> None:
        at = self.clock()
        self.ledger.jobs.report(
            task,
            [(result.kind, result.url) for result in report.results] if report.status is Status.SUCCEEDED else [],
            status=report.status,
            reason=report.reason if not report.status.is_open else "",
            cost=report.cost,
            asked_at=at,
            finished_at=None if report.status.is_open else at,
        )
        if report.status is Status.SUCCEEDED:
            self._correct_kind(task, report)
            self.habits.forget()
            self._has_output = True
            self._let_them_be_fetched()

    def _correct_kind(self, task: Task, report: Report) -> None:
        """Of an adopted task, which has no model here, nobody knows what it makes until it is made."""
        job, kind = self.ledger.jobs.get(task.job), report.results[0].kind
        if job and not job.model and job.kind is not kind:
            self.ledger.jobs.change(job.id, kind=kind, mode=f"text_to_{kind}")

    def _finish(self, job_id: str) -> bool:
        """Close a job whose tasks have all ended; says whether it did."""
        if has_ended := self.ledger.jobs.finish(job_id, self.clock()):
            self.habits.forget()
        return has_ended

    def _due(self, job: Job) -> datetime:
        """When to ask about a job: as planned; the first time by its model's habits; at once after a restart."""
        if job.id not in self._next:
            accepted = job.tasks[0].accepted_at or job.created_at
            asked = any(task.asked_at for task in job.tasks)
            first = timing.pause(0.0, self.expected(job), self.chance)
            self._next[job.id] = self.clock() if asked else accepted + timedelta(seconds=first)
        if self._next[job.id] - self.clock() > timing.LONGEST_PAUSE:  # a clock was set back
            self._next[job.id] = self.clock()
        return self._next[job.id]

    def _pause(self, job: Job) -> float:
        accepted = job.tasks[0].accepted_at or job.created_at
        age = (self.clock() - accepted).total_seconds()
        return timing.pause(max(age, 0.0), self.expected(job), self.chance)

    def _forget_all_but(self, jobs: list[Job]) -> None:
        job_ids = {job.id for job in jobs}
        for memory in (self._next, self._failures):
            for gone in set(memory) - job_ids:
                memory.pop(gone, None)
        for gone in set(self._unknown) - {task.task_id for job in jobs for task in job.tasks}:
            self._unknown.pop(gone, None)
        self._singly &= job_ids
        self._wanted &= job_ids
