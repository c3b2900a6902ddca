"""Queries that read jobs with their tasks and outputs, and conditions on jobs that several modules use."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from studio.core.values import Job, Output, State, Status, Task
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of
from studio.ledger.tables import OF_A_CALL, calls, jobs, outputs, tasks

NOT_FINISHED = sa.text("jobs.state <> 'finished'")  # the exact text of a partial index's condition, as are the next two
OPEN = sa.text("tasks.status IN ('waiting', 'processing')")
CALL_COLUMNS = (calls.c.at, *(calls.c[name] for name in OF_A_CALL))  # the fields of `CallLine`
UNSAVED = sa.text("outputs.saved_at IS NULL")  # likewise; False for a file that was saved, deleted, and then removed
ENDED_BADLY = sa.text("tasks.status IN ('failed', 'gone')")
# Without the tasks of a job and the outputs of a task, which are the last fields of these.
_JOB, _TASK, _OUTPUT = columns_of(Job, jobs.c), columns_of(Task, tasks.c), columns_of(Output, outputs.c)


class _Unindexed(FunctionElement[str]):
    """A column for which SQLite uses no index: a plus before it prevents that. PostgreSQL plans well without it."""

    inherit_cache = True


@compiles(_Unindexed)
def _compile_column(column: _Unindexed, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(column.clauses, **more)


@compiles(_Unindexed, "sqlite")
def _compile_for_sqlite(column: _Unindexed, compiler: SQLCompiler, **more: Any) -> str:
    return f"+{_compile_column(column, compiler, **more)}"


def is_of(column: sa.Column[str], text: str) -> sa.ColumnElement[bool]:
    """Whether a column has this value, without an index: other conditions are more selective than the account."""
    return unindexed(column) == text


def unindexed(column: sa.Column[str]) -> sa.ColumnElement[str]:
    """Return the column for conditions that must not use its index."""
    return _Unindexed(column)


def has_one(subquery: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Whether a correlated subquery has a row. (For EXISTS, PostgreSQL may read the rows of all at once.)"""
    return subquery.limit(1).scalar_subquery().is_not(None)


def in_state(account: str, *states: State) -> sa.ColumnElement[bool]:
    """Whether a job is of this account and in one of these states. Errors: ValueError for the state *finished*."""
    if State.FINISHED in states:
        raise ValueError("finished jobs are many, and are read by other conditions")
    return (jobs.c.account == account) & jobs.c.state.in_(states) & NOT_FINISHED


def known_costs(which: sa.ColumnElement[bool], *more: sa.Column[Any]) -> sa.Select[Any]:
    """Return a query for the credits per task, and `more` columns, of finished jobs with a known cost.

    The newest are first. Jobs with a failed task are left out, as their cost may contain refunds.
    """
    whole = ~sa.exists().where((tasks.c.job == jobs.c.id) & (tasks.c.status != Status.SUCCEEDED))
    known = which & whole & (jobs.c.state == State.FINISHED) & (jobs.c.cost > 0)
    return sa.select(jobs.c.cost / jobs.c.count, *more).where(known).order_by(jobs.c.created_at.desc())


def select_jobs(
    database: Database, which: sa.ColumnElement[bool], *, newest_first: bool = False, limit: int | None = None
) -> list[Job]:
    """Return the jobs that meet a condition, with tasks and outputs, oldest first by default."""
    order = [column.desc() if newest_first else column for column in (jobs.c.created_at, jobs.c.id)]
    with database.read() as connection:
        found = connection.execute(sa.select(*_JOB).where(which).order_by(*order).limit(limit)).all()
        owned = _tasks(connection, [row.id for row in found]) if found else {}
    return [Job(*(*row, tuple(owned[row.id]))) for row in found]


def _tasks(connection: sa.Connection, job_ids: Sequence[str]) -> dict[str, list[Task]]:
    """Return the tasks of these jobs, with their outputs, by job ID."""
    outputs_of: defaultdict[int, list[Output]] = defaultdict(list)
    query = sa.select(*_OUTPUT).join(tasks, tasks.c.id == outputs.c.task).where(tasks.c.job.in_(job_ids))
    for row in connection.execute(query.order_by(outputs.c.position)):
        outputs_of[row.task].append(Output(*row))
    tasks_of: defaultdict[str, list[Task]] = defaultdict(list)
    query = sa.select(*_TASK).where(tasks.c.job.in_(job_ids)).order_by(tasks.c.position)
    for row in connection.execute(query):
        tasks_of[row.job].append(Task(*(*row, tuple(outputs_of[row.id]))))
    return tasks_of


def slice_of(moment: sa.ColumnElement[datetime], dialect: str, *, by_hour: bool) -> sa.ColumnElement[str]:
    """Return the hour or the day (UTC) of a moment as text: 2026-11-22 10, or 2026-11-22."""
    key = slice_key(moment, dialect, by_hour=by_hour)
    form = "'YYYY-MM-DD HH24'" if by_hour else "'YYYY-MM-DD'"
    return sa.func.to_char(key, sa.literal_column(form)) if dialect == "postgresql" else key


def slice_key(moment: sa.ColumnElement[datetime], dialect: str, *, by_hour: bool) -> sa.ColumnElement[Any]:
    """Return an expression to group moments by hour or day: PostgreSQL groups times faster than texts.

    It consists of literals: PostgreSQL takes expressions with two parameters as different, even if these are equal.
    """
    if dialect == "postgresql":
        in_utc: sa.ColumnElement[datetime] = sa.func.timezone(sa.literal_column("'UTC'"), moment)
        return sa.func.date_trunc(sa.literal_column("'hour'" if by_hour else "'day'"), in_utc)
    return sa.func.substr(
        sa.cast(moment, sa.Text), sa.literal_column("1"), sa.literal_column("13" if by_hour else "10")
    )
