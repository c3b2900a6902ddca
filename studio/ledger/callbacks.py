"""Callbacks (calls that WeryAI made to us) in the ledger, and their outcomes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.calls import Callback
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of, row_of
from studio.ledger.tables import callbacks

MAX_PER_JOB = 50  # a job of four images needs four; more could fill the disk
MAX_AT_ONCE = 100
MAX_EXCLUDED = 10_000  # IDs; the number of a statement's parameters is limited
_CALLBACK = columns_of(Callback, callbacks.c)


class CallbackLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, call: Callback) -> None:
        """Write a received callback; with `MAX_PER_JOB` of its job in the ledger, it replaces the oldest of them."""
        mine = callbacks.c.job == call.job
        number = sa.select(sa.func.count()).select_from(callbacks).where(mine)
        with self._database.write() as connection:
            if (connection.scalar(number) or 0) >= MAX_PER_JOB:
                oldest = sa.select(sa.func.min(callbacks.c.at)).where(mine).scalar_subquery()
                connection.execute(callbacks.delete().where(mine & (callbacks.c.at == oldest)))
            connection.execute(callbacks.insert().values(row_of(call, callbacks)))

    def change(self, callback_id: str, **changes: Any) -> None:
        """Write the outcome of a callback."""
        with self._database.write() as connection:
            connection.execute(callbacks.update().where(callbacks.c.id == callback_id).values(**changes))

    def waiting(self, since: datetime) -> list[str]:
        """Return the accounts of unsettled callbacks; "" stands for callbacks whose job was not looked up yet."""
        query = sa.select(callbacks.c.account).where(_unsettled(since)).distinct()
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def unsettled(self, since: datetime, accounts: Collection[str], exclude: Collection[str] = ()) -> list[Callback]:
        """Return unsettled callbacks since a moment of these accounts, without the IDs to `exclude`, oldest first."""
        which = callbacks.c.account.in_(accounts) & callbacks.c.id.not_in(list(exclude)[:MAX_EXCLUDED])
        query = sa.select(*_CALLBACK).where(_unsettled(since) & which).order_by(callbacks.c.at).limit(MAX_AT_ONCE)
        with self._database.read() as connection:
            return [Callback(*row) for row in connection.execute(query)]

    def newest(self, account: str) -> Callback | None:
        """Return the newest callback about a job of this account, or one that somebody sent as a test."""
        ours = callbacks.c.account.in_([account, ""])
        query = sa.select(*_CALLBACK).where(ours).order_by(callbacks.c.at.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return Callback(*row) if row else None


def _unsettled(since: datetime) -> sa.ColumnElement[bool]:
    return callbacks.c.settled_at.is_(None) & (callbacks.c.at > since)
