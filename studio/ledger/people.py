"""People who have signed in, and sign-ins that have ended, in the ledger."""

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
        self._cache_lock = threading.Lock()  # a list that was read before a visit must not be cached after it

    def record_visit(self, person: Person, at: datetime) -> None:
        """Write that a person has visited, with their current email address and name."""
        with self._database.write() as connection:
            upsert(connection, people, asdict(person) | {"seen_at": at})
        with self._cache_lock:
            self._by_id = None

    def forget(self, person: str) -> None:
        """Delete a person's name and email address, until they sign in again.

        Nothing is deleted while they have a job that has not ended: their address decides whether they may spend.
        """
        has_open_job = sa.exists().where(jobs.c.person == person, NOT_ENDED)
        with self._database.write() as connection:
            connection.execute(people.delete().where((people.c.id == person) & ~has_open_job))
        with self._cache_lock:
            self._by_id = None

    def by_id(self) -> dict[str, Person]:
        """Return everybody who has signed in, by ID. Cached, as only one studio works with a ledger."""
        with self._cache_lock:
            if self._by_id is None:
                with self._database.read() as connection:
                    found = connection.execute(sa.select(people.c.id, people.c.email, people.c.name)).all()
                self._by_id = {row.id: Person(*row) for row in found}
            return self._by_id

    def end_sign_in(self, sign_in: str, at: datetime | None = None) -> None:
        """End a sign-in, also for copies of its cookie. After a LedgerError, it has ended in this process only."""
        at = at or now()
        ended = self._ended_sign_ins()
        ended.add(sign_in)
        old = ended_sign_ins.c.at < at - LONGEST_SIGN_IN
        with self._database.write() as connection:
            connection.execute(ended_sign_ins.delete().where(old))
            upsert(connection, ended_sign_ins, {"fingerprint": sign_in, "at": at})

    def has_ended(self, sign_in: str) -> bool:
        """Whether the sign-in with this fingerprint has ended."""
        return sign_in in self._ended_sign_ins()

    def _ended_sign_ins(self) -> set[str]:
        """Return the fingerprints of all ended sign-ins. Cached, as each run of a page checks them."""
        if self._ended is None:
            with self._database.read() as connection:
                self._ended = set(connection.scalars(sa.select(ended_sign_ins.c.fingerprint)))
        return self._ended
