"""Jobs, their tasks and outputs. Only `move`, `accept` and `report` change a state, by the state table."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.calls import Call
from studio.core.errors import LedgerError
from studio.core.job_states import may_move
from studio.core.values import BUSY, Job, Kind, Output, State, Status
from studio.ledger import acceptance, calls, reports, spending_limits
from studio.ledger.changed_jobs import job_of_output, mark_changed
from studio.ledger.database import Database
from studio.ledger.job_queries import OPEN, UNSAVED, in_state, is_of, select_jobs
from studio.ledger.mapping import row_of
from studio.ledger.reports import TaskAnswer
from studio.ledger.tables import jobs, outputs, tasks
from studio.ledger.upsert import insert_if_new


class JobLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: Job, *, is_limited: bool = False) -> Job:
        """Write a queued job and return it. For a submission that is in the ledger already, return its job instead.

        The answer to a commit can be lost. The job is then in the ledger and will be sent, so it is returned: otherwise
        people would submit it again. Errors: DraftError when it `is_limited` and would exceed a spending limit.
        """
        try:
            is_new = self._insert(job, is_limited=is_limited)
        except LedgerError:
            if found := self.of_submission(job.submission):
                return found
            raise
        return (None if is_new else self.of_submission(job.submission)) or job

    def _insert(self, job: Job, *, is_limited: bool) -> bool:
        """Insert the job unless its submission is in the ledger; return whether it was inserted."""
        with self._database.write() as connection:
            limits = spending_limits.lock(connection) if is_limited else None
            is_new = insert_if_new(connection, jobs, row_of(job, jobs), key=["submission"])
            if limits and is_new:
                spending_limits.reserve(connection, job, limits)
            mark_changed(connection, jobs.c.id == job.id if is_new else None)
        return is_new

    def of_submission(self, submission: str) -> Job | None:
        """Return the job of this submission; None if there is none."""
        return next(iter(self._select(jobs.c.submission == submission)), None)

    def get(self, job_id: str) -> Job | None:
        """Return this job; None if there is none with this ID."""
        return next(iter(self._select(jobs.c.id == job_id)), None)

    def get_many(self, job_ids: Iterable[str]) -> list[Job]:
        """Return those of these jobs that exist, oldest first."""
        return self._select(jobs.c.id.in_(list(job_ids)))

    def recent(
        self, account: str, kind: Kind, limit: int, since: datetime | None = None, person: str = ""
    ) -> list[Job]:
        """Return the newest jobs of an account and kind that are not hidden, `since` a moment, of a `person`."""
        # A job that was hidden while it was open is shown again once it has ended.
        shown = jobs.c.hidden_at.is_(None) | (jobs.c.finished_at > jobs.c.hidden_at)
        mine = (jobs.c.account == account) & (jobs.c.kind == kind) & shown
        if since:
            mine &= jobs.c.created_at >= since
        mine &= jobs.c.removed_at.is_(None) & jobs.c.deleted_at.is_(None)
        if person:
            mine &= jobs.c.person == person
        return self._select(mine, newest_first=True, limit=limit)

    def in_state(self, account: str, state: State) -> list[Job]:
        """Return all jobs of an account in one state other than *finished*, oldest first. Errors: ValueError."""
        return self._select(in_state(account, state))

    def with_task(self, account: str, task_id: str) -> Job | None:
        """Return the job that a task ID of this account belongs to; None if unknown."""
        owned = sa.select(tasks.c.job).where((tasks.c.account == account) & (tasks.c.task_id == task_id))
        return next(iter(self._select(jobs.c.id.in_(owned))), None)

    def newest_task(self, account: str) -> str:
        """Return the ID of the newest task of this account that the API still knows; empty if there is none."""
        mine = is_of(tasks.c.account, account) & (tasks.c.status != Status.GONE)
        query = sa.select(tasks.c.task_id).where(mine).order_by(tasks.c.id.desc()).limit(1)
        with self._database.read() as connection:
            return connection.scalar(query) or ""

    def busy(self, account: str, person: str | None = None) -> int:
        """Return how many jobs of an account are queued or open: everybody's, or those of this person."""
        theirs = sa.true() if person is None else jobs.c.person == person
        return self._count(sa.select(jobs.c.id).where(in_state(account, *BUSY) & theirs))

    def made_since(self, account: str, person: str, since: datetime) -> int:
        """Return how many jobs a person created with the account after `since`."""
        theirs = (jobs.c.account == account) & (jobs.c.person == person) & (jobs.c.created_at > since)
        return self._count(sa.select(jobs.c.id).where(theirs))

    def queued_before(self, job: Job) -> int:
        """Return how many queued jobs of the same account are older than this one."""
        earlier = (jobs.c.created_at < job.created_at) | ((jobs.c.created_at == job.created_at) & (jobs.c.id < job.id))
        return self._count(sa.select(jobs.c.id).where(in_state(job.account, State.QUEUED) & earlier))

    def ended_since(self, account: str, person: str, since: datetime) -> list[Job]:
        """Return the jobs of a person that were finished or refused after `since`, oldest first."""
        ended = sa.func.coalesce(jobs.c.finished_at, jobs.c.answered_at)
        over = jobs.c.state.in_([State.FINISHED, State.REFUSED])
        theirs = is_of(jobs.c.account, account) & is_of(jobs.c.person, person)
        return self._select(theirs & over & (ended > since))

    def tasks_under_way(self, account: str, sent_after: datetime) -> int:
        """Return how many tasks may be running at the API: open ones, and those of jobs counted by `unclear`."""
        open_tasks = sa.select(tasks.c.id).where((tasks.c.account == account) & OPEN)
        return self._count(open_tasks) + self.unclear(account, sent_after)

    def unclear(self, account: str, sent_after: datetime) -> int:
        """Return how many tasks may have been started by unconfirmed jobs that were sent after `sent_after`."""
        recent = in_state(account, State.UNCONFIRMED) & (jobs.c.sent_at > sent_after)
        with self._database.read() as connection:
            return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.sum(jobs.c.count), 0)).where(recent)) or 0)

    def last_sent(self, account: str, since: datetime) -> dict[str, datetime]:
        """Return by person when their last job was sent, if that was after `since`; it decides whose turn is next."""
        # Coalesced, so that no index by person is used: that would read the jobs of all times.
        person = sa.func.coalesce(jobs.c.person, "")
        query = sa.select(person.label("person"), sa.func.max(jobs.c.sent_at).label("sent_at"))
        query = query.where((jobs.c.account == account) & (jobs.c.sent_at > since)).group_by(person)
        with self._database.read() as connection:
            return {row.person: row.sent_at for row in connection.execute(query)}

    def move(self, job_id: str, start: State, end: State, **changes: Any) -> bool:
        """Move a job from one state to another if it is still in the first; return whether it was.

        Errors: ValueError when the state table has no such transition; LedgerError when the disk is full and the job is
        about to be sent.
        """
        if not may_move(start, end):
            raise ValueError(f"the state table has no way from {start} to {end}")
        if end is State.UNCONFIRMED:  # it is about to be sent, and its answer must be recorded
            self._database.check_room()
        there = (jobs.c.id == job_id) & (jobs.c.state == start)
        with self._database.write() as connection:
            has_moved = connection.execute(jobs.update().where(there).values(state=end, **changes)).rowcount == 1
            mark_changed(connection, jobs.c.id == job_id)
        return has_moved

    def accept(self, job: Job, batch_id: str, task_ids: Sequence[str], at: datetime, **changes: Any) -> bool:
        """Write the tasks of an accepted job and open it, in one transaction; return whether any task was new.

        Its reply and its callbacks may each name some of the tasks, in any order. A task that another job submitted
        stays with that job. A task that somebody adopted moves to this job with its outputs, and the adopted job is
        deleted if it has no task left.
        """
        with self._database.write() as connection:
            return acceptance.accept(connection, job.id, batch_id, task_ids, at, **changes)

    def set_balance_after(self, job_id: str, balance_after: float, spent: float | None, at: datetime) -> None:
        """Write the balance after the POST; `spent` becomes an unknown cost, unless a part of it may be refunded."""
        is_spent = jobs.c.state.in_([State.OPEN, State.FINISHED]) & ~reports.may_be_refunded(jobs.c.id)
        cost = sa.case((is_spent & jobs.c.cost.is_(None), spent), else_=jobs.c.cost)
        self.change(job_id, balance_after=balance_after, measured_at=at, cost=cost)

    def change(self, job_id: str, **changes: Any) -> None:
        """Change columns of a job other than its state."""
        with self._database.write() as connection:
            connection.execute(jobs.update().where(jobs.c.id == job_id).values(**changes))
            mark_changed(connection, jobs.c.id == job_id)

    def report(self, job_id: str, answers: Sequence[TaskAnswer], at: datetime, made: list[Call] | None = None) -> bool:
        """Write what the API answered about tasks of a job, and its end if all have ended; return whether it has.

        All is one transaction. The calls that were `made` for it are written in it, and removed from their list.
        """
        with self._database.write(of_calls=bool(made)) as connection:
            has_ended = reports.report(connection, job_id, answers, at)
            calls.record(connection, made or ())
        if made:
            made.clear()
        return has_ended

    def change_output(self, output_id: int, **changes: Any) -> bool:
        """Change columns of an output; return whether it still exists, as its job may have been removed."""
        with self._database.write() as connection:
            changed = connection.execute(outputs.update().where(outputs.c.id == output_id).values(**changes)).rowcount
            mark_changed(connection, jobs.c.id.in_(job_of_output(output_id)))
        return bool(changed)

    def unsaved(self, account: str) -> list[tuple[Job, Output]]:
        """Return the outputs of an account that are not in the archive, each with its job."""
        waiting = sa.select(tasks.c.job).where(tasks.c.id.in_(sa.select(outputs.c.task).where(UNSAVED)))
        found = self._select(is_of(jobs.c.account, account) & jobs.c.id.in_(waiting))
        return [(job, output) for job in found for output in job.unsaved]

    def _count(self, query: sa.Select[Any]) -> int:
        with self._database.read() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0)

    def _select(
        self, which: sa.ColumnElement[bool], *, newest_first: bool = False, limit: int | None = None
    ) -> list[Job]:
        return select_jobs(self._database, which, newest_first=newest_first, limit=limit)
