"""What the API said of a job's tasks, written down in one transaction with the end of the job, if that is it.

A restart writes as many as there are open tasks, at once: the statements are made once, for what comes to them.
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
class Told:
    """An answer about one task: `task` is our row, `links` are its outputs."""

    task: int
    status: Status
    reason: str = ""
    cost: float | None = None
    links: Sequence[tuple[Kind, str]] = ()


def _telling() -> sa.Update:
    known = (tasks.c.id == sa.bindparam("told")) & tasks.c.status.in_(OPEN)
    columns = ("status", "reason", "cost", "asked_at", "finished_at")
    return tasks.update().where(known).values({name: sa.bindparam(name) for name in columns})


def _closing() -> sa.Update:
    """It cost what its tasks did, if all say so; else what the balance lost, unless some of that may come back."""
    mine = tasks.c.job == sa.bindparam("closed")
    is_working = sa.select(tasks.c.id).where(mine & tasks.c.status.in_(OPEN)).exists()
    all_told = sa.func.count(tasks.c.cost) == sa.func.count()
    cost = sa.select(sa.case((all_told, sa.func.sum(tasks.c.cost)))).where(mine).scalar_subquery()
    lost = sa.case((~gives_back(sa.bindparam("closed")), jobs.c.cost))
    ended = (jobs.c.id == sa.bindparam("closed")) & (jobs.c.state == State.OPEN) & ~is_working
    return (
        jobs.update()
        .where(ended)
        .values(state=State.FINISHED, finished_at=sa.bindparam("at"), cost=sa.func.coalesce(cost, lost))
    )


def gives_back(job: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """A task of a job ended without a result: its credits may be returned, and nobody tells whether or when."""
    return sa.exists().where((tasks.c.job == job) & ENDED_BADLY)


_TELLING, _CLOSING, _OUTPUT = _telling(), _closing(), outputs.insert()
_KNOWN = sa.select(tasks.c.id, tasks.c.status).where(tasks.c.job == sa.bindparam("of"))


def report(connection: sa.Connection, job_id: str, answers: Sequence[Told], at: datetime) -> bool:
    """Write down what is new, and close a job whose tasks have all ended; says whether it did."""
    known = {row.id: row.status for row in connection.execute(_KNOWN, {"of": job_id})}
    for told in answers:
        ended = None if told.status.is_open else at
        facts = {"status": told.status, "reason": told.reason, "cost": told.cost, "asked_at": at, "finished_at": ended}
        if connection.execute(_TELLING, {"told": told.task, **facts}).rowcount and told.links:
            connection.execute(_OUTPUT, _output_rows(told))
    is_open = any(told.status.is_open for told in answers)
    has_ended = not is_open and connection.execute(_CLOSING, {"closed": job_id, "at": at}).rowcount == 1
    is_news = has_ended or any(known.get(told.task) != told.status for told in answers)
    mark_changed(connection, jobs.c.id == job_id if is_news else None)  # that it was asked about again is shown nowhere
    return has_ended


def _output_rows(told: Told) -> list[dict[str, object]]:
    return [
        {"task": told.task, "position": position, "kind": kind, "url": url}
        for position, (kind, url) in enumerate(told.links)
    ]
