"""Callbacks (calls that WeryAI made to us) in the ledger, and their outcomes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.calls import Callback
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of, row_of
from studio.ledger.tables import callbacks

MOST_A_JOB = 50  # a job of four images needs four; more could fill the disk
MOST_AT_ONCE = 100
MOST_LEFT_OUT = 10_000  # parameters of a statement are limited
_CALLBACK = columns_of(Callback, callbacks.c)


class CallbackLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, call: Callback) -> None:
        """Write down that a call came, unless there are very many about its job."""
        mine = callbacks.c.job == call.job
        there = sa.select(sa.func.count()).select_from(callbacks).where(mine)
        with self._database.write() as connection:
            if (connection.scalar(there) or 0) >= MOST_A_JOB:
                oldest = sa.select(sa.func.min(callbacks.c.at)).where(mine).scalar_subquery()
                connection.execute(callbacks.delete().where(mine & (callbacks.c.at == oldest)))
            connection.execute(callbacks.insert().values(row_of(call, callbacks)))

    def change(self, callback_id: str, **changes: Any) -> None:
        """Write down the outcome of a callback."""
        with self._database.write() as connection:
            connection.execute(callbacks.update().where(callbacks.c.id == callback_id).values(**changes))

    def waiting(self, since: datetime) -> list[str]:
        """The accounts of unsettled callbacks; "" is that of callbacks whose job was not looked up yet."""
        query = sa.select(callbacks.c.account).where(_unsettled(since)).distinct()
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def unsettled(self, since: datetime, accounts: Collection[str], but_not: Collection[str] = ()) -> list[Callback]:
        """Unsettled callbacks since a moment about these accounts, oldest first."""
        wanted = callbacks.c.account.in_(accounts) & callbacks.c.id.not_in(list(but_not)[:MOST_LEFT_OUT])
        query = sa.select(*_CALLBACK).where(_unsettled(since) & wanted).order_by(callbacks.c.at).limit(MOST_AT_ONCE)
        with self._database.read() as connection:
            return [Callback(*row) for row in connection.execute(query)]

    def newest(self, account: str) -> Callback | None:
        """The last call about a job of this account, or one that somebody made as a test."""
        ours = callbacks.c.account.in_([account, ""])
        query = sa.select(*_CALLBACK).where(ours).order_by(callbacks.c.at.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return Callback(*row) if row else None


def _unsettled(since: datetime) -> sa.ColumnElement[bool]:
    return callbacks.c.settled_at.is_(None) & (callbacks.c.at > since)
