"""Jobs as they are read from the ledger, with their tasks and outputs."""

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

NOT_FINISHED = sa.text("jobs.state <> 'finished'")  # in the very words of the index of these, as are the next two
OPEN = sa.text("tasks.status IN ('waiting', 'processing')")
LINE = (calls.c.at, *(calls.c[name] for name in OF_A_CALL))  # of a call, as a list shows it
ENDED_BADLY = sa.text("tasks.status IN ('failed', 'gone')")
# Of a job all but its tasks, of a task all but its outputs: these are the last fields.
_JOB, _TASK, _OUTPUT = columns_of(Job, jobs.c), columns_of(Task, tasks.c), columns_of(Output, outputs.c)


class _BesideIndexes(FunctionElement[str]):
    """A column, of which SQLite is told by a plus that no index is to be chosen for it; PostgreSQL counts better."""

    inherit_cache = True


@compiles(_BesideIndexes)
def _plainly(column: _BesideIndexes, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(column.clauses, **more)


@compiles(_BesideIndexes, "sqlite")
def _with_a_plus(column: _BesideIndexes, compiler: SQLCompiler, **more: Any) -> str:
    return f"+{_plainly(column, compiler, **more)}"


def is_of(column: sa.Column[str], text: str) -> sa.ColumnElement[bool]:
    """It has this value, without an index: nearly all rows are of one account, and other conditions tell more."""
    return beside_indexes(column) == text


def beside_indexes(column: sa.Column[str]) -> sa.ColumnElement[str]:
    """The column, for conditions that no row is to be found by."""
    return _BesideIndexes(column)


def has_one(of_a_row: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Whether each row has any of these; of EXISTS, PostgreSQL might look at all there are to know it of all rows."""
    return of_a_row.limit(1).scalar_subquery().is_not(None)


def in_state(account: str, *states: State) -> sa.ColumnElement[bool]:
    """Jobs of an account in states that are not finished, of which there are few. Errors: ValueError."""
    if State.FINISHED in states:
        raise ValueError("finished jobs are many, and are read by other conditions")
    return (jobs.c.account == account) & jobs.c.state.in_(states) & NOT_FINISHED


def known_costs(which: sa.ColumnElement[bool], *more: sa.Column[Any]) -> sa.Select[Any]:
    """Of these jobs that are finished and whose cost is known: the credits per task, and more; the newest first."""
    whole = ~sa.exists().where((tasks.c.job == jobs.c.id) & (tasks.c.status != Status.SUCCEEDED))  # no refunds
    known = which & whole & (jobs.c.state == State.FINISHED) & (jobs.c.cost > 0)
    return sa.select(jobs.c.cost / jobs.c.count, *more).where(known).order_by(jobs.c.created_at.desc())


def select_jobs(
    database: Database, which: sa.ColumnElement[bool], *, newest_first: bool = False, limit: int | None = None
) -> list[Job]:
    """The jobs that a condition is true of, oldest first if nothing else is said."""
    order = [column.desc() if newest_first else column for column in (jobs.c.created_at, jobs.c.id)]
    with database.read() as connection:
        found = connection.execute(sa.select(*_JOB).where(which).order_by(*order).limit(limit)).all()
        owned = _tasks(connection, [row.id for row in found]) if found else {}
    return [Job(*(*row, tuple(owned[row.id]))) for row in found]


def _tasks(connection: sa.Connection, job_ids: Sequence[str]) -> dict[str, list[Task]]:
    """The tasks of these jobs, with their outputs, by job."""
    made: defaultdict[int, list[Output]] = defaultdict(list)
    query = sa.select(*_OUTPUT).join(tasks, tasks.c.id == outputs.c.task).where(tasks.c.job.in_(job_ids))
    for row in connection.execute(query.order_by(outputs.c.position)):
        made[row.task].append(Output(*row))
    owned: defaultdict[str, list[Task]] = defaultdict(list)
    query = sa.select(*_TASK).where(tasks.c.job.in_(job_ids)).order_by(tasks.c.position)
    for row in connection.execute(query):
        owned[row.job].append(Task(*(*row, tuple(made[row.id]))))
    return owned


def slice_of(moment: sa.ColumnElement[datetime], dialect: str, *, by_hour: bool) -> sa.ColumnElement[str]:
    """The hour or the day (UTC) of a moment, as 2026-11-22 10 or 2026-11-22."""
    key = slice_key(moment, dialect, by_hour=by_hour)
    form = "'YYYY-MM-DD HH24'" if by_hour else "'YYYY-MM-DD'"
    return sa.func.to_char(key, sa.literal_column(form)) if dialect == "postgresql" else key


def slice_key(moment: sa.ColumnElement[datetime], dialect: str, *, by_hour: bool) -> sa.ColumnElement[Any]:
    """What to group by, the same for each moment of a slice: PostgreSQL is quicker with moments than with texts.

    Of literals, as two parameters would be two expressions to PostgreSQL, whatever they hold.
    """
    if dialect == "postgresql":
        in_utc: sa.ColumnElement[datetime] = sa.func.timezone(sa.literal_column("'UTC'"), moment)
        return sa.func.date_trunc(sa.literal_column("'hour'" if by_hour else "'day'"), in_utc)
    return sa.func.substr(
        sa.cast(moment, sa.Text), sa.literal_column("1"), sa.literal_column("13" if by_hour else "10")
    )
