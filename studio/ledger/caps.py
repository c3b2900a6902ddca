"""The limits of what may be spent, kept by the transaction that writes a job down: two at once never go over."""

import json
import threading
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.ledger.database import Database
from studio.ledger.reading import known_costs
from studio.ledger.tables import deeds, jobs, settings
from studio.people.caps import Caps, Scope, Span, Use
from studio.people.spending import Deed
from studio.values import Job, State

_NAME = "caps"
_COSTS_NOTHING = (State.REFUSED, State.CANCELLED, State.DISMISSED)
_PRICES_LOOKED_AT = 200  # of a mode's newest jobs


class CapLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Caps | None = None
        self._reading = threading.Lock()  # what was read before they were set is not kept after it

    def get(self) -> Caps:
        """Kept in memory, as each page shows them and one studio has the ledger; jobs are held to what is there."""
        with self._reading:
            if self._known is None:
                with self._database.read() as connection:
                    self._known = _caps(connection)
            return self._known

    def set(self, caps: Caps, deed: Deed) -> None:
        """Write them down, and who did."""
        with self._database.write() as connection:
            row = {"name": _NAME, "value": json.dumps(asdict(caps))}
            if not connection.execute(settings.update().where(settings.c.name == _NAME).values(row)).rowcount:
                connection.execute(settings.insert().values(row))
            connection.execute(deeds.insert().values(**asdict(deed)))
        with self._reading:
            self._known = None

    def uses(self, account: str, person: str, at: datetime) -> list[Use]:
        """Each limit that holds for somebody, with what is used of it."""
        limits = _of(self.get(), person)
        if not limits:
            return []
        with self._database.read() as connection:
            return _uses(connection, self.get(), account, person, at)


def reserve(connection: sa.Connection, job: Job) -> None:
    """Of a job that this transaction wrote down, write what it may cost at most, and see that there is room for it.

    Whoever else reserves waits for the end of the transaction. Errors: DraftError when it would be over a limit.
    """
    caps = _caps(connection, locked=True)
    reserved = job.count * (_dearest(connection, job) or caps.price)
    connection.execute(jobs.update().where(jobs.c.id == job.id).values(reserved=reserved))
    for use in _uses(connection, caps, job.account, job.person, job.created_at):
        use.check(reserved)


def _caps(connection: sa.Connection, *, locked: bool = False) -> Caps:
    query = sa.select(settings.c.value).where(settings.c.name == _NAME)
    found = connection.scalar(query.with_for_update() if locked else query)
    return Caps(**json.loads(found)) if found else Caps()


def _of(caps: Caps, person: str) -> list[tuple[Scope, Span, float]]:
    """The limits that hold for somebody: those of a person only for one who is known."""
    return [one for one in caps.limits() if person or one[0] is Scope.TEAM]


def _uses(connection: sa.Connection, caps: Caps, account: str, person: str, at: datetime) -> list[Use]:
    limits = _of(caps, person)
    if not limits:
        return []
    cost = sa.func.coalesce(jobs.c.cost, jobs.c.reserved, jobs.c.count * caps.price)
    sums = [_sum(cost, scope, span, person, at) for scope, span, _ in limits]
    mine = (jobs.c.account == account) & (jobs.c.created_at >= Span.MONTH.start(at))
    query = sa.select(*sums).where(mine, jobs.c.state.not_in(_COSTS_NOTHING))
    used = connection.execute(query).one()
    return [Use(*limit, float(sum_of or 0)) for limit, sum_of in zip(limits, used, strict=True)]


def _sum(cost: sa.ColumnElement[Any], scope: Scope, span: Span, person: str, at: datetime) -> sa.ColumnElement[Any]:
    which = [jobs.c.created_at >= span.start(at)]
    which += [jobs.c.person == person] if scope is Scope.PERSON else []
    return sa.func.sum(sa.case((sa.and_(*which), cost)))


def _dearest(connection: sa.Connection, job: Job) -> float:
    """What a task of this mode cost at most, of its newest jobs of which that is known; else 0."""
    mine = (jobs.c.account == job.account) & (jobs.c.mode == job.mode)
    newest = known_costs(mine).limit(_PRICES_LOOKED_AT).subquery()
    return float(connection.scalar(sa.select(sa.func.max(newest.c.price))) or 0)
