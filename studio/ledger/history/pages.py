"""Pages of calls and of jobs: one query each, sorted and limited in the database."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from studio.core.query import MOST_COUNTED, MOST_LOOKED_AT, CallLine, JobInFile, JobLine, Order, Query
from studio.ledger.database import Database
from studio.ledger.history import conditions, search
from studio.ledger.history.by_calls import choose_strategy
from studio.ledger.history.conditions import filter_calls, filter_jobs, seconds
from studio.ledger.job_queries import CALL_COLUMNS, ENDED_BADLY, is_of
from studio.ledger.tables import calls, jobs, outputs, tasks

_JOB = ("id", "created_at", "mode", "model", "prompt", "person", "state", "count", "cost", "sent_at", "finished_at")
_CHUNK = 1000


class PageLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.engine.dialect.name

    def calls(self, filters: Query, *, number: int, size: int, order: Order = Order.NEWEST) -> list[CallLine]:
        """Return one page of calls; pages are numbered from 1."""
        query = _newest_calls(filter_calls(sa.select(*CALL_COLUMNS), filters, self._dialect))
        if order is not Order.NEWEST:
            some = query.limit(MOST_LOOKED_AT).subquery()
            query = sa.select(some).order_by(some.c.duration_ms.desc(), some.c.at.desc(), some.c.id.desc())
        return self._calls(query.limit(size).offset((number - 1) * size))

    def calls_by_id(self, account: str, ids: Sequence[str]) -> list[CallLine]:
        """Return those of these calls that exist, in any order."""
        return self._calls(sa.select(*CALL_COLUMNS).where(is_of(calls.c.account, account) & calls.c.id.in_(ids)))

    def jobs(self, filters: Query, *, number: int, size: int, order: Order = Order.NEWEST) -> list[JobLine]:
        """Return one page of jobs, each with the sums of its calls and tasks; pages are numbered from 1."""
        first = {Order.SLOWEST: seconds(self._dialect), Order.DEAREST: jobs.c.cost}.get(order, sa.null())
        query = _newest_jobs(filter_jobs(sa.select(jobs, first.label("first")), filters, self._dialect))
        if order is not Order.NEWEST:
            some = query.limit(MOST_LOOKED_AT).subquery()
            query = sa.select(some).order_by(*_order(some))
        return self._jobs(query.limit(size).offset((number - 1) * size))

    def jobs_by_id(self, account: str, ids: Sequence[str]) -> list[JobLine]:
        """Return those of these jobs that exist, as they are now, newest first."""
        return self._jobs(
            sa.select(jobs, sa.null().label("first")).where(is_of(jobs.c.account, account) & jobs.c.id.in_(ids))
        )

    def count_calls(self, filters: Query) -> int:
        """Return how many calls match, at most one more than `MOST_COUNTED`."""
        with self._database.read() as connection:
            return _count(connection, filter_calls(sa.select(calls.c.id), filters, self._dialect))

    def count_jobs(self, filters: Query) -> int:
        """Return how many jobs match, at most one more than `MOST_COUNTED`."""
        with self._database.read() as connection:
            strategy = choose_strategy(connection, filters)
            return _count(connection, filter_jobs(sa.select(jobs.c.id), filters, self._dialect, strategy))

    def is_truncated(self, filters: Query, *, of_jobs: bool) -> bool:
        """Whether the search has reached its limit, so that there may be more matches."""
        which = conditions.of_jobs(filters, self._dialect) if of_jobs else conditions.of_calls(filters)
        with self._database.read() as connection:
            return bool(
                connection.scalar(search.is_truncated(jobs if of_jobs else calls, filters, self._dialect, which))
            )

    def every_call(self, filters: Query) -> Iterator[CallLine]:
        """Yield the calls that match, newest first, read in pieces; no connection is held between them."""
        last: CallLine | None = None
        while True:
            query = _newest_calls(filter_calls(sa.select(*CALL_COLUMNS), filters, self._dialect))
            if last:
                query = query.where(sa.tuple_(calls.c.at, calls.c.id) < sa.tuple_(last.at, last.id))
            found = self._calls(query.limit(_CHUNK))
            yield from found
            if len(found) < _CHUNK:
                return
            last = found[-1]

    def every_job(self, filters: Query) -> Iterator[JobInFile]:
        """Yield the jobs that match, like `every_call`, with two queries for each piece."""
        last: JobLine | None = None
        while True:
            query = _newest_jobs(filter_jobs(sa.select(jobs, sa.null().label("first")), filters, self._dialect))
            if last:
                query = query.where(sa.tuple_(jobs.c.created_at, jobs.c.id) < sa.tuple_(last.created_at, last.id))
            found = self._jobs(query.limit(_CHUNK))
            yield from self._with_ids(found)
            if len(found) < _CHUNK:
                return
            last = found[-1]

    def _with_ids(self, lines: list[JobLine]) -> list[JobInFile]:
        named: dict[str, tuple[str, tuple[str, ...]]] = {}
        query = sa.select(jobs.c.id, jobs.c.batch_id, tasks.c.task_id).outerjoin(tasks, tasks.c.job == jobs.c.id)
        query = query.where(jobs.c.id.in_([line.id for line in lines])).order_by(tasks.c.position)
        with self._database.read() as connection:
            for job, batch, task in connection.execute(query):
                _, before = named.get(job, ("", ()))
                named[job] = (batch, (*before, task) if task else before)
        return [JobInFile(line, *named.get(line.id, ("", ()))) for line in lines]

    def _calls(self, query: sa.Select[Any]) -> list[CallLine]:
        with self._database.read() as connection:
            return [CallLine(**row) for row in connection.execute(query).mappings()]

    def _jobs(self, page: sa.Select[Any]) -> list[JobLine]:
        with self._database.read() as connection:
            return [_job_line(row) for row in connection.execute(_with_sums(page)).mappings()]


def _count(connection: sa.Connection, query: sa.Select[Any]) -> int:
    some = query.limit(MOST_COUNTED + 1).subquery()
    return int(connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0)


def _newest_calls(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(calls.c.at.desc(), calls.c.id.desc())


def _newest_jobs(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(jobs.c.created_at.desc(), jobs.c.id.desc())


def _with_sums(page: sa.Select[Any]) -> sa.Select[Any]:
    """Add the sums of calls and tasks to a page of jobs; they are computed for the jobs of this page only."""
    found = page.subquery("page")
    count, of_job = sa.func.count(), calls.c.job == found.c.id
    bad = (tasks.c.job == found.c.id) & ENDED_BADLY
    picture = sa.select(outputs.c.preview).join(tasks, tasks.c.id == outputs.c.task)
    is_shown = (outputs.c.preview != "") & outputs.c.deleted_at.is_(None)
    picture = picture.where((tasks.c.job == found.c.id) & is_shown).order_by(outputs.c.id).limit(1)
    sums = {
        "calls": sa.select(count).select_from(calls).where(of_job),
        "errors": sa.select(count).select_from(calls).where(of_job & (calls.c.error_kind != "")),
        "failed": sa.select(count).select_from(tasks).where(bad),
        "preview": picture,
    }
    columns = [found.c[name] for name in _JOB]
    query = sa.select(*columns, *(one.scalar_subquery().label(name) for name, one in sums.items()))
    return query.order_by(*_order(found))


def _order(found: sa.Subquery) -> list[sa.ColumnElement[Any]]:
    return [found.c.first.desc().nulls_last(), found.c.created_at.desc(), found.c.id.desc()]


def _job_line(row: sa.RowMapping) -> JobLine:
    return JobLine(**{**row, "preview": row["preview"] or ""})
