"""How long earlier jobs of a model took, and what they cost."""

import sqlalchemy as sa

from studio.core.costs import Known
from studio.core.values import Status
from studio.ledger.database import Database
from studio.ledger.job_queries import known_costs
from studio.ledger.tables import jobs, tasks


class ModelHistoryLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def durations(self, account: str, mode: str, model: str, limit: int = 50) -> list[float]:
        """Return the seconds that the last successful tasks of a model took, from acceptance until their end was seen.

        They are sorted by their end, as only the fast ones of the tasks that were accepted last have ended.
        """
        newest = sa.select(jobs.c.id).where(_is_of(account, mode, model)).order_by(jobs.c.created_at.desc())
        newest = newest.limit(4 * limit)  # not all jobs: no index sorts tasks by their end
        ended = tasks.c.job.in_(newest) & (tasks.c.status == Status.SUCCEEDED)
        query = sa.select(tasks.c.accepted_at, tasks.c.finished_at).where(ended)
        query = query.order_by(tasks.c.finished_at.desc()).limit(limit)
        with self._database.read() as connection:
            return [(row.finished_at - row.accepted_at).total_seconds() for row in connection.execute(query)]

    def costs(self, account: str, mode: str, model: str, limit: int = 100) -> list[Known]:
        """Return what a task of the last jobs of a model whose cost is known did cost, the newest first."""
        query = known_costs(_is_of(account, mode, model), jobs.c.model, jobs.c.inputs).limit(limit)
        with self._database.read() as connection:
            return [Known.of(*row) for row in connection.execute(query)]


def _is_of(account: str, mode: str, model: str) -> sa.ColumnElement[bool]:
    return (jobs.c.account == account) & (jobs.c.mode == mode) & (jobs.c.model == model)
