"""Jobs, their tasks and outputs, in the ledger. Only `move`, `accept` and `report` change a state, all by the table."""

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
from studio.ledger.job_queries import OPEN, in_state, is_of, select_jobs
from studio.ledger.mapping import row_of
from studio.ledger.reports import Told
from studio.ledger.tables import jobs, outputs, tasks
from studio.ledger.upsert import insert_if_new


class JobLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: Job, *, is_limited: bool = False) -> Job:
        """Write a queued job down. The same submission a second time is the job that is there already.

        The answer to a commit can be lost: then the job is there and will be sent, so it is returned: nobody is to
        press again. Errors: DraftError when it `is_limited`, and a limit of what may be spent has no room for it.
        """
        try:
            is_new = self._insert(job, is_limited=is_limited)
        except LedgerError:
            if found := self._select(jobs.c.submission == job.submission):
                return found[0]
            raise
        return job if is_new else self._select(jobs.c.submission == job.submission)[0]

    def _insert(self, job: Job, *, is_limited: bool) -> bool:
        """Insert the job unless its submission is there; says whether it was inserted."""
        with self._database.write() as connection:
            limits = spending_limits.lock(connection) if is_limited else None
            is_new = insert_if_new(connection, jobs, row_of(job, jobs), key=["submission"])
            if limits and is_new:
                spending_limits.reserve(connection, job, limits)
            mark_changed(connection, jobs.c.id == job.id if is_new else None)
        return is_new

    def get(self, job_id: str) -> Job | None:
        return next(iter(self._select(jobs.c.id == job_id)), None)

    def some(self, job_ids: Iterable[str]) -> list[Job]:
        return self._select(jobs.c.id.in_(list(job_ids)))

    def recent(
        self, account: str, kind: Kind, limit: int, since: datetime | None = None, person: str = ""
    ) -> list[Job]:
        """The newest jobs of an account of this kind that are not hidden, from a moment on, of one person if named."""
        shown = jobs.c.hidden_at.is_(None) | (jobs.c.finished_at > jobs.c.hidden_at)  # hidden while it was open
        mine = (jobs.c.account == account) & (jobs.c.kind == kind) & shown
        if since:
            mine &= jobs.c.created_at >= since
        mine &= jobs.c.removed_at.is_(None)
        if person:
            mine &= jobs.c.person == person
        return self._select(mine, newest_first=True, limit=limit)

    def in_state(self, account: str, state: State) -> list[Job]:
        """All jobs of an account in one state that is not finished, oldest first."""
        return self._select(in_state(account, state))

    def with_task(self, account: str, task_id: str) -> Job | None:
        """The job that a task id of this account belongs to."""
        owned = sa.select(tasks.c.job).where((tasks.c.account == account) & (tasks.c.task_id == task_id))
        return next(iter(self._select(jobs.c.id.in_(owned))), None)

    def newest_task(self, account: str) -> str:
        """The id of the task that this account was given last and that the API still knows, or nothing."""
        mine = is_of(tasks.c.account, account) & (tasks.c.status != Status.GONE)
        query = sa.select(tasks.c.task_id).where(mine).order_by(tasks.c.id.desc()).limit(1)
        with self._database.read() as connection:
            return connection.scalar(query) or ""

    def busy(self, account: str) -> int:
        """How many jobs are queued or open."""
        return self._count(sa.select(jobs.c.id).where(in_state(account, *BUSY)))

    def made_since(self, account: str, person: str, since: datetime) -> int:
        """How many jobs this person made with the account after a moment."""
        theirs = (jobs.c.account == account) & (jobs.c.person == person) & (jobs.c.created_at > since)
        return self._count(sa.select(jobs.c.id).where(theirs))

    def queued_before(self, job: Job) -> int:
        """How many queued jobs of the same account are older."""
        earlier = (jobs.c.created_at < job.created_at) | ((jobs.c.created_at == job.created_at) & (jobs.c.id < job.id))
        return self._count(sa.select(jobs.c.id).where(in_state(job.account, State.QUEUED) & earlier))

    def ended_since(self, account: str, since: datetime) -> list[Job]:
        """Jobs that were finished or refused after a moment, oldest first."""
        ended = sa.func.coalesce(jobs.c.finished_at, jobs.c.answered_at)
        over = jobs.c.state.in_([State.FINISHED, State.REFUSED])
        return self._select(is_of(jobs.c.account, account) & over & (ended > since))

    def tasks_under_way(self, account: str, sent_after: datetime) -> int:
        """Tasks that take a place at the API: the open ones, and those of jobs that may have been accepted of late."""
        open_tasks = sa.select(tasks.c.id).where((tasks.c.account == account) & OPEN)
        return self._count(open_tasks) + self.unclear(account, sent_after)

    def unclear(self, account: str, sent_after: datetime) -> int:
        """Tasks that may have been started of late by jobs without a clear answer."""
        late = in_state(account, State.UNCONFIRMED) & (jobs.c.sent_at > sent_after)
        with self._database.read() as connection:
            return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.sum(jobs.c.count), 0)).where(late)) or 0)

    def last_sent(self, account: str, since: datetime) -> dict[str, datetime]:
        """When each person's last job left, of those since a moment, for taking turns."""
        person = sa.func.coalesce(jobs.c.person, "")  # not as an index sorts them: that would be of all times
        query = sa.select(person.label("person"), sa.func.max(jobs.c.sent_at).label("sent_at"))
        query = query.where((jobs.c.account == account) & (jobs.c.sent_at > since)).group_by(person)
        with self._database.read() as connection:
            return {row.person: row.sent_at for row in connection.execute(query)}

    def move(self, job_id: str, start: State, end: State, **changes: Any) -> bool:
        """Move a job along the state table, if it still stands where the caller thinks; says whether it did."""
        if not may_move(start, end):
            raise ValueError(f"the state table has no way from {start} to {end}")
        if end is State.UNCONFIRMED:  # its answer will be worth money
            self._database.check_room()
        there = (jobs.c.id == job_id) & (jobs.c.state == start)
        with self._database.write() as connection:
            has_moved = connection.execute(jobs.update().where(there).values(state=end, **changes)).rowcount == 1
            mark_changed(connection, jobs.c.id == job_id)
        return has_moved

    def accept(self, job: Job, batch_id: str, task_ids: Sequence[str], at: datetime, **changes: Any) -> bool:
        """The API has this job: write down its tasks and open it, in one transaction; says whether any was new.

        Its reply and its callbacks may each bring some, in any order. An id that another job was sent for is left to
        that one; a task that somebody adopted meanwhile comes with its outputs, and the adopted job is no more.
        """
        with self._database.write() as connection:
            return acceptance.accept(connection, job.id, batch_id, task_ids, at, **changes)

    def measured(self, job_id: str, balance_after: float, spent: float | None, at: datetime) -> None:
        """The balance after the POST; `spent` is the cost of an accepted job that tells none, unless it shrinks."""
        is_spent = jobs.c.state.in_([State.OPEN, State.FINISHED]) & ~reports.gives_back(jobs.c.id)
        cost = sa.case((is_spent & jobs.c.cost.is_(None), spent), else_=jobs.c.cost)
        self.change(job_id, balance_after=balance_after, measured_at=at, cost=cost)

    def change(self, job_id: str, **changes: Any) -> None:
        """Write facts about a job that are not its state."""
        with self._database.write() as connection:
            connection.execute(jobs.update().where(jobs.c.id == job_id).values(**changes))
            mark_changed(connection, jobs.c.id == job_id)

    def report(self, job_id: str, answers: Sequence[Told], at: datetime, made: list[Call] | None = None) -> bool:
        """What the API said of a job's open tasks, in one transaction with the job's end; says whether it ended it.

        The calls that were `made` for it go with it, and are taken out of their list.
        """
        with self._database.write(of_calls=bool(made)) as connection:
            has_ended = reports.report(connection, job_id, answers, at)
            calls.record(connection, made or ())
        if made:
            made.clear()
        return has_ended

    def change_output(self, output_id: int, **changes: Any) -> bool:
        """Write facts about an output; says whether it is still there, as its job may have been removed."""
        with self._database.write() as connection:
            changed = connection.execute(outputs.update().where(outputs.c.id == output_id).values(**changes)).rowcount
            mark_changed(connection, jobs.c.id.in_(job_of_output(output_id)))
        return bool(changed)

    def unsaved(self, account: str) -> list[tuple[Job, Output]]:
        """Outputs that are not in the archive yet, each with its job."""
        waiting = sa.select(tasks.c.job).join(outputs, outputs.c.task == tasks.c.id).where(outputs.c.key == "")
        found = self._select(is_of(jobs.c.account, account) & jobs.c.id.in_(waiting))
        return [(job, output) for job in found for output in job.unsaved]

    def _count(self, query: sa.Select[Any]) -> int:
        with self._database.read() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0)

    def _select(
        self, which: sa.ColumnElement[bool], *, newest_first: bool = False, limit: int | None = None
    ) -> list[Job]:
        return select_jobs(self._database, which, newest_first=newest_first, limit=limit)
