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
_RECORD = calls.insert().values(person=_OWNER)  # made once: every request comes here


def record(connection: sa.Connection, made: Sequence[Call]) -> None:
    """Write calls down, each with the person of its job, or else with its own."""
    for call in made:
        row = row_of(call, calls) | {"endpoint": call.endpoint}
        connection.execute(_RECORD, row | {"made_for": row.pop("person"), "of_job": call.job})


class CallLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._held = threading.local()

    def record(self, call: Call) -> None:
        """Write a call down. A ledger that fails here must not lose the answer to the call, so it is only logged."""
        held: list[Call] | None = getattr(self._held, "calls", None)
        if held is not None:
            held.append(call)
        else:
            self._write([call])

    @contextmanager
    def held(self) -> Iterator[list[Call]]:
        """What this thread records meanwhile, to be written with what was answered; the rest is written at the end.

        Who has written them takes them out of the list.
        """
        held: list[Call] = []
        self._held.calls = held
        try:
            yield held
        finally:
            self._held.calls = None
            if held:
                self._write(held)

    def _write(self, made: Sequence[Call]) -> None:
        try:
            with self._database.write(of_calls=True) as connection:
                record(connection, made)
        except LedgerError as error:
            for call in made:
                log.error("call %s %s %s was not recorded: %s", call.id, call.method, call.path, error)

    def get(self, account: str, call_id: str) -> Call | None:
        with self._database.read() as connection:
            query = sa.select(*_CALL).where((calls.c.account == account) & (calls.c.id == call_id))
            row = connection.execute(query).first()
        return Call(*row) if row else None

    def some(self, account: str, ids: Sequence[str]) -> list[Call]:
        """These calls, whole, oldest first, with one question; without those that are not there."""
        query = sa.select(*_CALL).where((calls.c.account == account) & calls.c.id.in_(ids))
        with self._database.read() as connection:
            return [Call(*row) for row in connection.execute(query.order_by(calls.c.at, calls.c.id))]
