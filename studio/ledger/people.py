"""Who has been here, and which sign-ins are over, in the ledger."""

import threading
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from studio.core.people import Person
from studio.core.values import now
from studio.ledger.database import Database
from studio.ledger.spending import NOT_ENDED
from studio.ledger.tables import ended_sign_ins, jobs, people
from studio.ledger.upsert import upsert

LONGEST_SIGN_IN = timedelta(days=31)  # Streamlit's cookie lives for 30


class PeopleLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._ended: set[str] | None = None
        self._by_id: dict[str, Person] | None = None
        self._cache_lock = threading.Lock()  # what was read before somebody was met is not kept after it

    def record_visit(self, person: Person, at: datetime) -> None:
        """Write down who is here, under the address that they have now."""
        with self._database.write() as connection:
            upsert(connection, people, asdict(person) | {"seen_at": at})
        with self._cache_lock:
            self._by_id = None

    def forget(self, person: str) -> None:
        """Delete who somebody is, until they are met again.

        Not while a job of theirs is not at its end: whether they may spend is asked by the address that they have.
        """
        goes_on = sa.exists().where(jobs.c.person == person, NOT_ENDED)
        with self._database.write() as connection:
            connection.execute(people.delete().where((people.c.id == person) & ~goes_on))
        with self._cache_lock:
            self._by_id = None

    def by_id(self) -> dict[str, Person]:
        """Everybody who has been here, by their id; kept in memory, as one studio works with a ledger."""
        with self._cache_lock:
            if self._by_id is None:
                with self._database.read() as connection:
                    found = connection.execute(sa.select(people.c.id, people.c.email, people.c.name)).all()
                self._by_id = {row.id: Person(*row) for row in found}
            return self._by_id

    def end_sign_in(self, sign_in: str, at: datetime | None = None) -> None:
        """A person signs out: this sign-in is over wherever its cookie is. Errors: LedgerError, and it is over here."""
        at = at or now()
        ended = self._ended_sign_ins()
        ended.add(sign_in)
        old = ended_sign_ins.c.at < at - LONGEST_SIGN_IN
        with self._database.write() as connection:
            connection.execute(ended_sign_ins.delete().where(old))
            upsert(connection, ended_sign_ins, {"fingerprint": sign_in, "at": at})

    def has_ended(self, sign_in: str) -> bool:
        return sign_in in self._ended_sign_ins()

    def _ended_sign_ins(self) -> set[str]:
        """Asked at each run of a page, so kept in memory, too."""
        if self._ended is None:
            with self._database.read() as connection:
                self._ended = set(connection.scalars(sa.select(ended_sign_ins.c.fingerprint)))
        return self._ended
