"""What the ledger tells about a job that got no clear answer: what else may have moved the balance meanwhile."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from studio.core.values import Job, State
from studio.ledger.database import Database
from studio.ledger.job_queries import ENDED_BADLY, NOT_FINISHED, OPEN, is_of, select_jobs
from studio.ledger.tables import jobs, tasks

REFUND_TAKES = timedelta(minutes=1)  # from a failure that is seen here to credits that are back, at most
UNCLEAR_COUNTS = timedelta(minutes=30)  # so long a job without a clear answer may be at work at the API


class EvidenceLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def sent_between(self, job: Job, start: datetime, end: datetime) -> list[Job]:
        """Other jobs of the same account that were on their way to the API at some moment of a span of time."""
        gone = sa.func.coalesce(jobs.c.answered_at, jobs.c.sent_at)
        return select_jobs(self._database, _others(job) & (jobs.c.sent_at <= end) & (gone >= start))

    def refunds_between(self, job: Job, start: datetime, end: datetime) -> list[Job]:
        """Other jobs of the same account whose credits may have come back in a span of time.

        A task may fail at the API long before this studio hears of it. So those count that were accepted before the
        end of the span and are open still, or ended without a result, however late that was seen here.
        """
        known = (tasks.c.accepted_at <= end) | (jobs.c.model == "")  # one that was adopted is older than that says
        tasks_of = sa.select(tasks.c.job).join(jobs, jobs.c.id == tasks.c.job)
        still_open = tasks_of.where((tasks.c.account == job.account) & OPEN & known)
        in_vain = is_of(tasks.c.account, job.account) & ENDED_BADLY & (tasks.c.finished_at >= start - REFUND_TAKES)
        of_late = (jobs.c.sent_at > start - UNCLEAR_COUNTS) & (jobs.c.sent_at <= end)
        unclear = jobs.c.state.in_([State.UNCONFIRMED, State.DISMISSED]) & NOT_FINISHED & of_late
        unclear &= jobs.c.account == job.account
        returned = (still_open, tasks_of.where(in_vain & known), sa.select(jobs.c.id).where(unclear))
        return select_jobs(self._database, _others(job) & jobs.c.id.in_(sa.union_all(*returned)))


def _others(job: Job) -> sa.ColumnElement[bool]:
    return is_of(jobs.c.account, job.account) & (jobs.c.id != job.id)
