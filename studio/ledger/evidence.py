"""For a job without a clear answer: which other jobs may have changed the balance at the same time."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from studio.core.values import Job, State
from studio.ledger.database import Database
from studio.ledger.job_queries import ENDED_BADLY, NOT_FINISHED, OPEN, is_of, select_jobs
from studio.ledger.tables import jobs, tasks

REFUND_DELAY = timedelta(minutes=1)  # at most, from a failure that the studio has seen to the returned credits
MAX_UNCLEAR_TIME = timedelta(minutes=30)  # how long a job without a clear answer may be running at the API


class EvidenceLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def sent_between(self, job: Job, start: datetime, end: datetime) -> list[Job]:
        """Return other jobs of the same account whose POST was under way at some moment between `start` and `end`."""
        answered = sa.func.coalesce(jobs.c.answered_at, jobs.c.sent_at)
        return select_jobs(self._database, _others(job) & (jobs.c.sent_at <= end) & (answered >= start))

    def refunds_between(self, job: Job, start: datetime, end: datetime) -> list[Job]:
        """Return other jobs of the same account whose credits may have been returned between `start` and `end`.

        A task may fail at the API long before the studio asks about it. So this includes jobs that were accepted before
        `end` and are still open, or ended without a result, however late the studio saw that.
        """
        accepted = (tasks.c.accepted_at <= end) | (jobs.c.model == "")  # an adopted task is older than its accepted_at
        tasks_of = sa.select(tasks.c.job).join(jobs, jobs.c.id == tasks.c.job)
        still_open = tasks_of.where((tasks.c.account == job.account) & OPEN & accepted)
        failed = is_of(tasks.c.account, job.account) & ENDED_BADLY & (tasks.c.finished_at >= start - REFUND_DELAY)
        sent_recently = (jobs.c.sent_at > start - MAX_UNCLEAR_TIME) & (jobs.c.sent_at <= end)
        unclear = jobs.c.state.in_([State.UNCONFIRMED, State.DISMISSED]) & NOT_FINISHED & sent_recently
        unclear &= jobs.c.account == job.account
        returned = (still_open, tasks_of.where(failed & accepted), sa.select(jobs.c.id).where(unclear))
        return select_jobs(self._database, _others(job) & jobs.c.id.in_(sa.union_all(*returned)))


def _others(job: Job) -> sa.ColumnElement[bool]:
    return is_of(jobs.c.account, job.account) & (jobs.c.id != job.id)
