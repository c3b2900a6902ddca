"""The calls that WeryAI made to us, in the ledger: what came, and what it led to."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.ledger import rows
from studio.ledger.database import Database
from studio.ledger.tables import callbacks
from studio.values import Callback

MOST_A_JOB = 50  # a job of four images needs four; whoever calls on and on fills no disk
MOST_AT_ONCE = 100


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
            connection.execute(callbacks.insert().values(rows.callback_row(call)))

    def change(self, callback_id: str, **changes: Any) -> None:
        """What came of a call."""
        with self._database.write() as connection:
            connection.execute(callbacks.update().where(callbacks.c.id == callback_id).values(**changes))

    def unsettled(self, since: datetime) -> list[Callback]:
        """Calls since a moment that were not looked into to the end yet, oldest first."""
        query = sa.select(callbacks).where(callbacks.c.settled_at.is_(None) & (callbacks.c.at > since))
        with self._database.read() as connection:
            found = connection.execute(query.order_by(callbacks.c.at).limit(MOST_AT_ONCE)).mappings()
            return [rows.callback_value(row) for row in found]

    def newest(self, account: str) -> Callback | None:
        """The last call about a job of this account, or one that somebody made as a test."""
        ours = callbacks.c.account.in_([account, ""])
        query = sa.select(callbacks).where(ours).order_by(callbacks.c.at.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return rows.callback_value(row) if row else None
