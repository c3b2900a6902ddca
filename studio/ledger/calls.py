"""The call history in the ledger: every HTTP request to the API, one row each."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from studio.core.calls import Call
from studio.core.errors import LedgerError
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of, row_of
from studio.ledger.tables import calls, jobs

log = logging.getLogger(__name__)
_OF_JOB = sa.select(jobs.c.person).where(jobs.c.id == sa.bindparam("of_job")).scalar_subquery()
_OWNER = sa.func.coalesce(_OF_JOB, sa.bindparam("made_for"), "")
_CALL = columns_of(Call, calls.c)
_INSERT = calls.insert().values(person=_OWNER)  # built once: every request uses it


def record(connection: sa.Connection, made: Sequence[Call]) -> None:
    """Write calls, each with the person of its job; a call without a job keeps its own person."""
    for call in made:
        row = row_of(call, calls) | {"endpoint": call.endpoint}
        connection.execute(_INSERT, row | {"made_for": row.pop("person"), "of_job": call.job})


class CallLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._collected = threading.local()

    def record(self, call: Call) -> None:
        """Write a call. An error of the ledger is only logged: it must not lose the answer to the call."""
        collected: list[Call] | None = getattr(self._collected, "calls", None)
        if collected is not None:
            collected.append(call)
        else:
            self._write([call])

    @contextmanager
    def collect(self) -> Iterator[list[Call]]:
        """Collect the calls that this thread records in a list, so that they can be written with their answers.

        Remove from the list what you have written: the rest is written at the end.
        """
        collected: list[Call] = []
        self._collected.calls = collected
        try:
            yield collected
        finally:
            self._collected.calls = None
            if collected:
                self._write(collected)

    def _write(self, made: Sequence[Call]) -> None:
        try:
            with self._database.write(of_calls=True) as connection:
                record(connection, made)
        except LedgerError as error:
            for call in made:
                log.error("call %s %s %s was not recorded: %s", call.id, call.method, call.path, error)

    def get(self, account: str, call_id: str) -> Call | None:
        """Return a call of this account, with its bodies; None if there is none with this ID."""
        with self._database.read() as connection:
            query = sa.select(*_CALL).where((calls.c.account == account) & (calls.c.id == call_id))
            row = connection.execute(query).first()
        return Call(*row) if row else None

    def get_many(self, account: str, ids: Sequence[str]) -> list[Call]:
        """Return those of these calls that exist, with their bodies, oldest first. It takes one query."""
        query = sa.select(*_CALL).where((calls.c.account == account) & calls.c.id.in_(ids))
        with self._database.read() as connection:
            return [Call(*row) for row in connection.execute(query.order_by(calls.c.at, calls.c.id))]
