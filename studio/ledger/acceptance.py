"""Writes the tasks of an accepted job, including those that somebody adopted before the answer came."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.values import State, Status
from studio.ledger.changed_jobs import mark_changed
from studio.ledger.tables import callbacks, calls, jobs, tasks
from studio.ledger.upsert import insert_if_new

_TO_OPEN = {"state": State.OPEN, "reason": "", "hint": "", "error_kind": "", "field": "", "finished_at": None}
_TO_OPEN |= {"deleted_at": None, "deleted_by": ""}  # a card that was deleted is back when there is something new


def accept(
    connection: sa.Connection, job_id: str, batch_id: str, task_ids: Sequence[str], at: datetime, **changes: Any
) -> bool:
    """Write a job's tasks and open it; return whether any task was new to it."""
    mine = jobs.c.id == job_id
    columns = (jobs.c.id, jobs.c.account, jobs.c.model)
    job = connection.execute(sa.select(*columns).where(mine).with_for_update()).first()  # its account may have changed
    if job is None:
        return False
    mark_changed(connection, mine)
    number = connection.scalar(sa.select(sa.func.count()).select_from(tasks).where(tasks.c.job == job_id)) or 0
    assigned = 0
    for task_id in task_ids:
        assigned += _assign(connection, job, task_id, number + assigned, at)
    batch = {"batch_id": batch_id} if batch_id else {}
    if batch or assigned:
        connection.execute(jobs.update().where(mine).values(**((_TO_OPEN | changes if assigned else {}) | batch)))
    return assigned > 0


def _assign(connection: sa.Connection, job: sa.Row[Any, Any, Any], task_id: str, position: int, at: datetime) -> bool:
    """Assign a task to the job; return whether it is new to it. A task that another job submitted stays with that."""
    same = (tasks.c.account == job.account) & (tasks.c.task_id == task_id)
    columns = (jobs.c.id, jobs.c.model, tasks.c.accepted_at)
    row = {"job": job.id, "account": job.account, "task_id": task_id, "status": Status.WAITING}
    row |= {"accepted_at": at, "position": position}
    if insert_if_new(connection, tasks, row, key=["account", "task_id"]):
        return True
    owner = connection.execute(sa.select(*columns).join(tasks, tasks.c.job == jobs.c.id).where(same)).first()
    if owner is None or owner.model or not job.model:  # only adopted jobs have no model
        return False
    since = min(at, owner.accepted_at or at)
    connection.execute(tasks.update().where(same).values(job=job.id, position=position, accepted_at=since))
    _merge(connection, owner.id, job.id)
    return True


def _merge(connection: sa.Connection, adopted: str, real: str) -> None:
    """Move the calls of an adopted job to the job that its task belongs to, and delete it if it has no task left."""
    mark_changed(connection, jobs.c.id == adopted)
    for table in (calls, callbacks):
        connection.execute(table.update().where(table.c.job == adopted).values(job=real))
    left = sa.exists(sa.select(tasks.c.id).where(tasks.c.job == adopted))
    connection.execute(jobs.delete().where((jobs.c.id == adopted) & ~left))
