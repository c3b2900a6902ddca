"""Writes the API's answers about a job's tasks and, if all tasks have ended, the end of the job, in one transaction.

After a restart, the answers about all open tasks are written at once, so the statements are built only once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from studio.core.values import OPEN, Kind, State, Status
from studio.ledger.changed_jobs import mark_changed
from studio.ledger.job_queries import ENDED_BADLY
from studio.ledger.tables import jobs, outputs, tasks


@dataclass(frozen=True)
class TaskAnswer:
    """The API's answer about one task: `task` is the ID of its row, `links` are the kinds and URLs of its outputs."""

    task: int
    status: Status
    reason: str = ""
    cost: float | None = None
    links: Sequence[tuple[Kind, str]] = ()


def _task_update() -> sa.Update:
    """Return the statement that writes an answer about a task that is still open."""
    known = (tasks.c.id == sa.bindparam("answered")) & tasks.c.status.in_(OPEN)
    columns = ("status", "reason", "cost", "asked_at", "finished_at")
    return tasks.update().where(known).values({name: sa.bindparam(name) for name in columns})


def _job_end() -> sa.Update:
    """Return the statement that finishes a job without open tasks.

    Its cost is the sum of its tasks' costs if all are known; else what the balance lost, unless a part may be refunded.
    """
    mine = tasks.c.job == sa.bindparam("closed")
    is_working = sa.select(tasks.c.id).where(mine & tasks.c.status.in_(OPEN)).exists()
    all_known = sa.func.count(tasks.c.cost) == sa.func.count()
    cost = sa.select(sa.case((all_known, sa.func.sum(tasks.c.cost)))).where(mine).scalar_subquery()
    lost = sa.case((~may_be_refunded(sa.bindparam("closed")), jobs.c.cost))
    ended = (jobs.c.id == sa.bindparam("closed")) & (jobs.c.state == State.OPEN) & ~is_working
    return (
        jobs.update()
        .where(ended)
        .values(state=State.FINISHED, finished_at=sa.bindparam("at"), cost=sa.func.coalesce(cost, lost))
    )


def may_be_refunded(job: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a task of a job ended without a result: its credits may be returned, and the API does not say when."""
    return sa.exists().where((tasks.c.job == job) & ENDED_BADLY)


_UPDATE_TASK, _END_JOB, _INSERT_OUTPUT = _task_update(), _job_end(), outputs.insert()
_STATUSES = sa.select(tasks.c.id, tasks.c.status).where(tasks.c.job == sa.bindparam("of"))


def report(connection: sa.Connection, job_id: str, answers: Sequence[TaskAnswer], at: datetime) -> bool:
    """Write new answers, and finish the job if all its tasks have ended; return whether it was finished."""
    known = {row.id: row.status for row in connection.execute(_STATUSES, {"of": job_id})}
    for answer in answers:
        ended = None if answer.status.is_open else at
        times = {"asked_at": at, "finished_at": ended}
        values = {"status": answer.status, "reason": answer.reason, "cost": answer.cost, **times}
        if connection.execute(_UPDATE_TASK, {"answered": answer.task, **values}).rowcount and answer.links:
            connection.execute(_INSERT_OUTPUT, _output_rows(answer))
    is_open = any(answer.status.is_open for answer in answers)
    has_ended = not is_open and connection.execute(_END_JOB, {"closed": job_id, "at": at}).rowcount == 1
    is_new = has_ended or any(known.get(answer.task) != answer.status for answer in answers)
    mark_changed(connection, jobs.c.id == job_id if is_new else None)  # no page shows `asked_at`
    return has_ended


def _output_rows(answer: TaskAnswer) -> list[dict[str, object]]:
    return [
        {"task": answer.task, "position": position, "kind": kind, "url": url}
        for position, (kind, url) in enumerate(answer.links)
    ]
