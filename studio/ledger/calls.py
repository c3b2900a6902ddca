"""The call history in the ledger: every HTTP request to the API, one row each."""

import logging

import sqlalchemy as sa

from studio.calls import Call
from studio.errors import LedgerError
from studio.ledger import rows
from studio.ledger.database import Database
from studio.ledger.tables import calls, jobs, tasks

log = logging.getLogger(__name__)


class CallLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, call: Call) -> None:
        """Write a call down. A ledger that fails here must not lose the answer to the call, so it is only logged."""
        try:
            with self._database.write() as connection:
                connection.execute(calls.insert().values(rows.call_row(call)))
        except LedgerError as error:
            log.error("call %s %s %s was not recorded: %s", call.id, call.method, call.path, error)

    def get(self, account: str, call_id: str) -> Call | None:
        with self._database.read() as connection:
            query = sa.select(calls).where((calls.c.account == account) & (calls.c.id == call_id))
            row = connection.execute(query).mappings().first()
        return rows.call_value(row) if row else None

    def page(self, account: str, search: str, *, number: int, size: int) -> list[Call]:
        """One page, newest first, numbered from 1; `search` is an exact id of a request, task, batch or job."""
        query = sa.select(calls).where(_matches(account, search)).order_by(calls.c.at.desc(), calls.c.id)
        with self._database.read() as connection:
            found = connection.execute(query.limit(size).offset((number - 1) * size)).mappings()
            return [rows.call_value(row) for row in found]

    def count(self, account: str, search: str) -> int:
        query = sa.select(sa.func.count()).select_from(calls).where(_matches(account, search))
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)


def _matches(account: str, search: str) -> sa.ColumnElement[bool]:
    mine = calls.c.account == account
    if not search:
        return mine
    ids = (calls.c.id, calls.c.vendor_id, calls.c.task_id, calls.c.batch_id, calls.c.job)
    # A task of a batch is in no call of its own: its job's calls are what tells about it.
    by_task = sa.select(tasks.c.job).where((tasks.c.account == account) & (tasks.c.task_id == search))
    by_batch = sa.select(jobs.c.id).where((jobs.c.account == account) & (jobs.c.batch_id == search))
    return mine & sa.or_(*(column == search for column in ids), calls.c.job.in_(by_task.union(by_batch)))
