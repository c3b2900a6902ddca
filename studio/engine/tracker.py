"""Polls the status of every open task of an account, once for all people who watch, and records the outputs.

Only the API's answer makes a task failed, gone or done, never the studio's clock. Asking is free, so after any error
the tracker just asks again later.
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
from studio.engine.balance import BalanceFetcher
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
IDLE = 60.0  # a new open job, or a key that works again, wakes the tracker
MANY_QUERIES = 20  # at once
ASKING_WAIT = 0.5
RATE_LIMITED = Backoff((16.0,), jitter=(0.8, 1.2))


@dataclass
class Tracker:
    context: Context
    on_output: Callable[[], None]  # called when there are outputs to save
    chance: Random = field(default_factory=Random)
    _has_output: bool = False
    _first_queries: list[Future[None]] | None = None  # those of the first step, about the jobs open at the start
    _is_rejected: bool = False  # whether the key was rejected at the last look
    paused_until: datetime | None = None  # as the API asked for

    def __post_init__(self) -> None:
        self._queries = StatusQueries(self.context)
        self._balance = BalanceFetcher(self.context)
        self.model_history = ModelHistory(self.context)
        self._schedule = PollSchedule(self.expected, self.context.clock, self.chance)
        self._pool = Pool(4, "status")
        self._running: dict[str, Future[None]] = {}
        self.worker = Worker(f"tracker {self.context.account.label}", self.step, self._pool.rest)

    def stop(self) -> None:
        self.worker.stop()
        self._pool.stop()

    def ask_now(self, job_id: str) -> None:
        """Ask about this job at the next step; if a query is in flight already, ask once more after it."""
        self._schedule.request_now(job_id)
        self.worker.wake()

    def step(self) -> float:
        """Ask about every job that is due, without waiting for the answers; return the seconds until the next step."""
        wait = self._query_due()
        if self._first_queries is None:
            self._first_queries = list(self._running.values())
        elif self._first_queries and not self.is_catching_up:
            self._first_queries = []
            self.model_history.invalidate()
            self.context.ledger.changes.publish(self.context.account.id)
        self._announce_outputs()
        return wait

    @property
    def is_catching_up(self) -> bool:
        """Whether the first queries, about all jobs that were open at the start, are not all answered yet."""
        return self._first_queries is None or any(not query.done() for query in self._first_queries)

    def _query_due(self) -> float:
        self._running = {job_id: query for job_id, query in self._running.items() if not query.done()}
        if len(self._running) > MANY_QUERIES:
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
        shortest = max(0.1, len(jobs) / 400)  # reading many jobs takes long
        longest = ASKING_WAIT if self._running else LONGEST_WAIT if jobs else IDLE
        return max(shortest, min([*waits, longest]))

    def _pause_seconds(self) -> float:
        """Return the seconds to ask nothing: the key was rejected, or the API wants a pause; 0 if neither."""
        if self._is_rejected:
            return IDLE
        return min(LONGEST_WAIT, polling.seconds_until(self.paused_until, self.context.clock()))

    def _read_key_state(self) -> None:
        self._is_rejected = bool(self.context.ledger.accounts.standing(self.context.account.id).rejected)

    def _announce_outputs(self) -> None:
        """Call `on_output`, but after a restart with many queries only when most are answered: status before files."""
        if self._has_output and sum(not query.done() for query in list(self._running.values())) <= MANY_QUERIES:
            self._has_output = False
            self.on_output()

    def finish(self) -> None:
        """Wait until the queries in flight are answered."""
        futures.wait(self._running.values())

    def follow(self, job: Job) -> None:
        """Ask about one job's open tasks, record the answers, and schedule the next query."""
        try:
            if self._pause_seconds():  # another query met it after this one was submitted
                return
            self._schedule.query_sent(job)
            if not self._ask_and_record(job):
                self._schedule.still_open(job)
        except RateLimitError as error:
            self.slow_down(error)
        except StudioError as error:
            if isinstance(error, AuthenticationError):
                self._check_key()
            log.info("job %s: not answered (%s)", job.id, error)
            self._schedule.query_failed(job)
        except Exception:  # a bug with one answer must not repeat in a tight loop
            log.exception("job %s", job.id)
            self._schedule.query_failed(job)

    def _ask_and_record(self, job: Job) -> bool:
        """Ask and record the answers, also those before a query that fails; return whether the job has ended."""
        answers: list[tuple[Task, Report]] = []
        with self.context.ledger.calls.collect() as made:
            try:
                for answer in self._queries.ask(job):
                    answers.append(answer)
            except Exception:
                if answers:
                    self._record(job, answers, made)
                raise
            return self._record(job, answers, made)

    def _check_key(self) -> None:
        """Check the key by its balance, which stores a rejection: a refused task does not prove that it is invalid."""
        with suppress(AuthenticationError):
            self._balance.fetch_if_available()
        self._read_key_state()

    def expected(self, job: Job, enough: int = polling.ENOUGH) -> polling.UsualDuration:
        """Return how long this job's model usually takes for this account."""
        return self.model_history.usual_duration(job.mode, job.model, enough)

    def overdue_at(self, job: Job) -> datetime | None:
        """Return when an open job takes far longer than usual from then on; None for a job that is not open."""
        since = job.tasks[0].accepted_at if job.state is State.OPEN else None
        return since and since + timedelta(seconds=polling.overdue_age(self.expected(job, polling.ENOUGH_TO_SHOW)))

    def is_overdue(self, job: Job) -> bool:
        """Whether an open job takes far longer than usual."""
        at = self.overdue_at(job)
        return at is not None and self.context.clock() > at

    def slow_down(self, error: RateLimitError) -> None:
        """Ask nothing for as long as the API says (Retry-After), else for about 16 seconds."""
        seconds = error.retry_after or RATE_LIMITED.seconds(1, self.chance)
        self.paused_until = self.context.clock() + timedelta(seconds=seconds)

    def _record(self, job: Job, answers: Sequence[tuple[Task, Report]], made: list[Call]) -> bool:
        """Write the answers and the calls that were `made` for them; return whether the job has ended."""
        rows = [_row_of(job, *answer) for answer in answers]
        has_ended = self.context.ledger.jobs.report(job.id, rows, self.context.clock(), made)
        kinds = [kind for row in rows for kind, _ in row.links]
        if (has_ended or kinds) and not self.is_catching_up:
            self.model_history.invalidate()
        if kinds:
            self._correct_kind(job, kinds[0])
            self._has_output = True
            self._announce_outputs()
        return has_ended

    def _correct_kind(self, job: Job, kind: Kind) -> None:
        """Correct the kind of an adopted job: it has no model here, so only its first output shows the kind."""
        if not job.model and job.kind is not kind:
            self.context.ledger.jobs.change(job.id, kind=kind, mode=f"text_to_{kind}")


def _row_of(job: Job, task: Task, report: Report) -> TaskAnswer:
    links = [(one.kind_for(job), one.url) for one in report.results if report.status is Status.SUCCEEDED]
    return TaskAnswer(task.id, report.status, "" if report.status.is_open else report.reason, report.cost, links)
