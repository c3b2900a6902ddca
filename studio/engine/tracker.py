"""Open tasks → status → outputs. Follows every open task of an account, once, however many people watch.

A task becomes failed, gone or done by the API's word alone; our clock never decides that. Asking is free, so every
fault here only means asking again later.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent import futures
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from studio.core.calls import Call
from studio.core.errors import AuthenticationError, RateLimitError, StudioError
from studio.core.values import Job, Kind, State, Status, Task
from studio.engine import polling
from studio.engine.backoff import Backoff
from studio.engine.balance import Balance
from studio.engine.context import Context
from studio.engine.model_history import ModelHistory
from studio.engine.poll_schedule import PollSchedule
from studio.engine.pool import Pool
from studio.engine.status_queries import StatusQueries
from studio.engine.worker import Worker
from studio.ledger.reports import TaskAnswer
from studio.weryai.wire import Report

log = logging.getLogger(__name__)

LONGEST_WAIT = 5.0  # while jobs are open
IDLE = 60.0  # whoever opens a job, or finds that a key works again, wakes the tracker
MANY = 20  # questions at once
ASKING_WAIT = 0.5
RATE_LIMITED = Backoff((16.0,), jitter=(0.8, 1.2))


@dataclass
class Tracker:
    context: Context
    on_output: Callable[[], None]
    chance: Random = field(default_factory=Random)
    _has_output: bool = False
    _first_queries: list[Future[None]] | None = None  # the questions about what was open when it began
    _is_rejected: bool = False  # the key, when it was looked at last
    paused_until: datetime | None = None

    def __post_init__(self) -> None:
        self._queries = StatusQueries(self.context)
        self._balance = Balance(self.context)
        self.model_history = ModelHistory(self.context)
        self._schedule = PollSchedule(self.expected, self.context.clock, self.chance)
        self._pool = Pool(4, "status")
        self._running: dict[str, Future[None]] = {}
        self.worker = Worker(f"tracker {self.context.account.label}", self.step, self._pool.rest)

    def stop(self) -> None:
        self.worker.stop()
        self._pool.stop()

    def ask_now(self, job_id: str) -> None:
        """Ask about this job at the next step, whatever its turn; once more, if an answer is on its way already."""
        self._schedule.request_now(job_id)
        self.worker.wake()

    def step(self) -> float:
        """Ask about every job that is due; one slow answer holds up no other. Returns the seconds until the next."""
        wait = self._query_due()
        if self._first_queries is None:
            self._first_queries = list(self._running.values())
        elif self._first_queries and not self.is_catching_up:
            self._first_queries = []
            self.model_history.forget()
            self.context.ledger.changes.tell(self.context.account.id)
        self._announce_outputs()
        return wait

    @property
    def is_catching_up(self) -> bool:
        """It does not know yet what became of all that was open when it began."""
        return self._first_queries is None or any(not asked.done() for asked in self._first_queries)

    def _query_due(self) -> float:
        self._running = {job_id: asked for job_id, asked in self._running.items() if not asked.done()}
        if len(self._running) > MANY:  # that is enough to do
            return ASKING_WAIT
        self._read_key_state()
        if pause := self._pause_seconds():
            return pause
        jobs, at = self.context.ledger.jobs.in_state(self.context.account.id, State.OPEN), self.context.clock()
        self._schedule.update(jobs)
        self._queries.keep_only(jobs)
        for job in jobs:
            if job.id not in self._running and self._schedule.due_at(job) <= at:
                self._running[job.id] = self._pool.submit(self.follow, job)
        waits = [(self._schedule.due_at(job) - at).total_seconds() for job in jobs if job.id not in self._running]
        shortest = max(0.1, len(jobs) / 400)  # to read many takes long
        longest = ASKING_WAIT if self._running else LONGEST_WAIT if jobs else IDLE
        return max(shortest, min([*waits, longest]))

    def _pause_seconds(self) -> float:
        """How long to ask nothing at all: the key was rejected, or the API wants a pause."""
        if self._is_rejected:
            return IDLE
        return min(LONGEST_WAIT, polling.seconds_until(self.paused_until, self.context.clock()))

    def _read_key_state(self) -> None:
        self._is_rejected = bool(self.context.ledger.accounts.standing(self.context.account.id).rejected)

    def _announce_outputs(self) -> None:
        """After a restart many are asked about at once: what became of all is told before the first file is fetched."""
        if self._has_output and sum(not asked.done() for asked in list(self._running.values())) <= MANY:
            self._has_output = False
            self.on_output()

    def finish(self) -> None:
        """Wait for the answers that are under way."""
        futures.wait(self._running.values())

    def follow(self, job: Job) -> None:
        """Ask about one job's open tasks, and write down what is new."""
        try:
            if self._pause_seconds():  # since it was to be asked about, another question met it
                return
            self._schedule.query_sent(job)
            if not self._ask_and_write(job):
                self._schedule.still_open(job)
        except RateLimitError as error:
            self.slow_down(error)
        except StudioError as error:
            if isinstance(error, AuthenticationError):
                self._check_key()
            log.info("job %s: not answered (%s)", job.id, error)
            self._schedule.query_failed(job)
        except Exception:  # a defect with this one answer must not make a loop of it
            log.exception("job %s", job.id)
            self._schedule.query_failed(job)

    def _ask_and_write(self, job: Job) -> bool:
        """Says whether the job has ended. What was told before an answer that failed is written down too."""
        answers: list[tuple[Task, Report]] = []
        with self.context.ledger.calls.collect() as made:
            try:
                for answer in self._queries.ask(job):
                    answers.append(answer)
            except Exception:
                if answers:
                    self._write_down(job, answers, made)
                raise
            return self._write_down(job, answers, made)

    def _check_key(self) -> None:
        """A refused task says little about the key; a refused balance, which writes the rejection down, says all."""
        with suppress(AuthenticationError):
            self._balance.fetch_if_told()
        self._read_key_state()

    def expected(self, job: Job, enough: int = polling.ENOUGH) -> polling.Usual:
        """How long this job's model usually takes, for this account."""
        return self.model_history.usual(job.mode, job.model, enough)

    def overdue_at(self, job: Job) -> datetime | None:
        """The moment from which an open task takes far longer than usual."""
        since = job.tasks[0].accepted_at if job.state is State.OPEN else None
        return since and since + timedelta(seconds=polling.longest(self.expected(job, polling.ENOUGH_TO_SHOW)))

    def is_overdue(self, job: Job) -> bool:
        """An open task takes far longer than usual."""
        at = self.overdue_at(job)
        return at is not None and self.context.clock() > at

    def slow_down(self, error: RateLimitError) -> None:
        """Ask nothing for as long as the API says (Retry-After), else for a while that is the same each time."""
        seconds = error.retry_after or RATE_LIMITED.seconds(1, self.chance)
        self.paused_until = self.context.clock() + timedelta(seconds=seconds)

    def _write_down(self, job: Job, answers: Sequence[tuple[Task, Report]], made: list[Call]) -> bool:
        """Says whether the job has ended."""
        told = [_told(job, *answer) for answer in answers]
        has_ended = self.context.ledger.jobs.report(job.id, told, self.context.clock(), made)
        kinds = [kind for one in told for kind, _ in one.links]
        if (has_ended or kinds) and not self.is_catching_up:
            self.model_history.forget()
        if kinds:
            self._correct_kind(job, kinds[0])
            self._has_output = True
            self._announce_outputs()
        return has_ended

    def _correct_kind(self, job: Job, kind: Kind) -> None:
        """Of an adopted task, which has no model here, nobody knows what it makes until it is made."""
        if not job.model and job.kind is not kind:
            self.context.ledger.jobs.change(job.id, kind=kind, mode=f"text_to_{kind}")


def _told(job: Job, task: Task, report: Report) -> TaskAnswer:
    links = [(one.kind_for(job), one.url) for one in report.results if report.status is Status.SUCCEEDED]
    return TaskAnswer(task.id, report.status, "" if report.status.is_open else report.reason, report.cost, links)
