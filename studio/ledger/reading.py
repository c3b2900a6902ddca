"""Jobs as they are read from the ledger, with their tasks and outputs."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from studio.ledger import rows
from studio.ledger.database import Database
from studio.ledger.tables import jobs, outputs, tasks
from studio.values import Job, Output, Task


def select_jobs(
    database: Database, which: sa.ColumnElement[bool], *, newest_first: bool = False, limit: int | None = None
) -> list[Job]:
    """The jobs that a condition is true of, oldest first if nothing else is said."""
    order = [column.desc() if newest_first else column for column in (jobs.c.created_at, jobs.c.id)]
    with database.read() as connection:
        found = connection.execute(sa.select(jobs).where(which).order_by(*order).limit(limit)).mappings().all()
        owned = _tasks(connection, [row["id"] for row in found]) if found else {}
    return [rows.job_value(row, owned[row["id"]]) for row in found]


def _tasks(connection: sa.Connection, job_ids: Sequence[str]) -> dict[str, list[Task]]:
    """The tasks of these jobs, with their outputs, by job."""
    made: defaultdict[int, list[Output]] = defaultdict(list)
    query = sa.select(outputs).join(tasks, tasks.c.id == outputs.c.task).where(tasks.c.job.in_(job_ids))
    for row in connection.execute(query.order_by(outputs.c.position)).mappings():
        made[row["task"]].append(rows.output_value(row))
    owned: defaultdict[str, list[Task]] = defaultdict(list)
    query = sa.select(tasks).where(tasks.c.job.in_(job_ids)).order_by(tasks.c.position)
    for row in connection.execute(query).mappings():
        owned[row["job"]].append(rows.task_value(row, made[row["id"]]))
    return owned
