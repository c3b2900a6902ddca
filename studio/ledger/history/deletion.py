"""Deletes old bodies, old rows and the rows of one person from the history, a piece at a time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.calls import Call
from studio.core.values import Job
from studio.ledger.database import Database
from studio.ledger.job_queries import select_jobs
from studio.ledger.mapping import columns_of
from studio.ledger.spending import NOT_ENDED
from studio.ledger.tables import accounts, callbacks, calls, jobs

PIECE = 200  # rows
_FROM_THE_FIRST: sa.ColumnElement[bool] = sa.true()
_NO_BODIES = {"request_body": "", "response_body": ""}
_CALL = columns_of(Call, calls.c)


class DeletionLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def bodies_before(self, moment: datetime) -> int:
        """Empty the bodies of one piece of calls and callbacks from before a moment; return how many."""
        has_body = sa.text("(request_body <> '' OR response_body <> '')")
        old = sa.select(calls.c.id).where((calls.c.at < moment) & has_body).order_by(calls.c.at).limit(PIECE)
        received = sa.select(callbacks.c.id).where((callbacks.c.at < moment) & sa.text("callbacks.body <> ''"))
        received = received.order_by(callbacks.c.at).limit(PIECE)
        with self._database.write() as connection:
            done = connection.execute(calls.update().where(calls.c.id.in_(old)).values(**_NO_BODIES)).rowcount
            done += connection.execute(callbacks.update().where(callbacks.c.id.in_(received)).values(body="")).rowcount
        return int(done)

    def rows_before(self, moment: datetime) -> int:
        """Delete one piece of calls and callbacks from before a moment; return how many."""
        done = 0
        with self._database.write(of_calls=True) as connection:
            known = connection.scalars(sa.select(accounts.c.id)).all()
            for table in (calls, callbacks):
                for account in (*known, ""):
                    if done < PIECE:
                        old = (table.c.account == account) & (table.c.at < moment)
                        done += _delete(connection, table, old, PIECE - done)
        return done

    def drop_of(self, account: str, person: str) -> int:
        """Delete one piece of a person's calls; return how many.

        Calls of jobs that have not ended stay: they show what happened to these.
        """
        not_ended = sa.select(jobs.c.id).where(NOT_ENDED)
        with self._database.write(of_calls=True) as connection:
            return _delete(connection, calls, _of(account, person) & calls.c.job.not_in(not_ended), PIECE)

    def jobs_of(self, account: str, person: str) -> Iterator[Job]:
        """Yield all jobs of one person, oldest first, read in pieces; no connection is held between them."""
        mine, last = (jobs.c.account == account) & (jobs.c.person == person), _FROM_THE_FIRST
        while True:
            found = select_jobs(self._database, mine & last, limit=PIECE)
            yield from found
            if len(found) < PIECE:
                return
            last = _is_after(jobs.c.created_at, found[-1].created_at, jobs.c.id, found[-1].id)

    def calls_of(self, account: str, person: str) -> Iterator[Call]:
        """Yield all calls of one person, with their bodies, like `jobs_of`."""
        last = _FROM_THE_FIRST
        while True:
            query = sa.select(*_CALL).where(_of(account, person), last).order_by(calls.c.at, calls.c.id).limit(PIECE)
            with self._database.read() as connection:
                found = [Call(*row) for row in connection.execute(query)]
            yield from found
            if len(found) < PIECE:
                return
            last = _is_after(calls.c.at, found[-1].at, calls.c.id, found[-1].id)


def _is_after(moment: sa.Column[datetime], at: datetime, key: sa.Column[str], last: str) -> sa.ColumnElement[bool]:
    """Whether a row comes after the last one that was read, also where several have the same time."""
    return sa.tuple_(moment, key) > sa.tuple_(at, last)


def _of(account: str, person: str) -> sa.ColumnElement[bool]:
    return (calls.c.account == account) & (calls.c.person == person)


def _delete(connection: sa.Connection, table: sa.Table, which: Any, most: int) -> int:
    some = sa.select(table.c.id).where(which).order_by(table.c.at).limit(most)
    return int(connection.execute(table.delete().where(table.c.id.in_(some))).rowcount)
