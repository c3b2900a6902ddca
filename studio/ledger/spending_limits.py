"""Spending limits, checked by the transaction that writes a job: two jobs at once cannot exceed them."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.costs import Known, dearest
from studio.core.people import AdminAction
from studio.core.spending_limits import Scope, Span, SpendingLimits, Usage
from studio.core.values import Job, State
from studio.ledger.changed_jobs import mark_account_changed
from studio.ledger.database import Database
from studio.ledger.job_queries import known_costs
from studio.ledger.prices import prices_of
from studio.ledger.tables import admin_actions, jobs, settings
from studio.ledger.upsert import upsert

_NAME = "caps"  # the name of the setting; older ledgers have it, so it stays
_COSTS_NOTHING = (State.REFUSED, State.CANCELLED)
MOST_LOOKED_AT = 200  # the newest jobs of a mode with a known cost
_IS_ADOPTED = jobs.c.model == ""  # its task was created elsewhere, so its cost is not spent here


class SpendingLimitLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> SpendingLimits:
        """Return the current limits."""
        with self._database.read() as connection:
            return _limits(connection)

    def set(self, limits: SpendingLimits, action: AdminAction) -> None:
        """Write the limits and log the action, unless the limits are the same already."""
        row = {"name": _NAME, "value": json.dumps(asdict(limits))}
        with self._database.write() as connection:
            if lock(connection) == limits:
                return
            upsert(connection, settings, row)
            connection.execute(admin_actions.insert().values(**asdict(action)))
            mark_account_changed(connection, action.account)

    def uses(self, account: str, person: str, at: datetime) -> list[Usage]:
        """Return the limits that apply, each with its usage; limits for each person only if `person` is not empty."""
        with self._database.read() as connection:
            return _uses(connection, _limits(connection), account, person, at)


def lock(connection: sa.Connection) -> SpendingLimits:
    """Return the current limits, and lock them: other transactions that lock them wait for the end of this one.

    Call it first in a transaction: `replacement` locks this table first, too, and so no deadlock arises.
    """
    return _limits(connection, locked=True)


def reserve(connection: sa.Connection, job: Job, limits: SpendingLimits) -> None:
    """Reserve the highest likely cost of a job that this transaction has written, and check the limits.

    Errors: DraftError when the job would exceed a limit.
    """
    mine = (jobs.c.account == job.account) & (jobs.c.mode == job.mode) & ~_IS_ADOPTED
    query = known_costs(mine, jobs.c.model, jobs.c.inputs).limit(MOST_LOOKED_AT)
    known = [Known.of(*row) for row in connection.execute(query)]
    prices = prices_of(connection, job.mode, job.model)
    price = dearest(known, prices, job.model, job.inputs) or limits.price
    reserved = job.count * price
    connection.execute(jobs.update().where(jobs.c.id == job.id).values(reserved=reserved or None))
    for use in _uses(connection, limits, job.account, job.person, job.created_at):
        use.check(reserved)


def _limits(connection: sa.Connection, *, locked: bool = False) -> SpendingLimits:
    query = sa.select(settings.c.value).where(settings.c.name == _NAME)
    found = connection.scalar(query.with_for_update() if locked else query)
    return SpendingLimits(**json.loads(found)) if found else SpendingLimits()


def _uses(connection: sa.Connection, limits: SpendingLimits, account: str, person: str, at: datetime) -> list[Usage]:
    applying = [one for one in limits.limits() if person or one[0] is Scope.TEAM]
    if not applying:
        return []
    sums = [_sum(_counts_as(limits), scope, span, person, at) for scope, span, _ in applying]
    mine = (jobs.c.account == account) & (jobs.c.created_at >= Span.MONTH.start(at)) & ~_IS_ADOPTED
    used = connection.execute(sa.select(*sums).where(mine, jobs.c.state.not_in(_COSTS_NOTHING))).one()
    return [Usage(*limit, float(sum_of or 0)) for limit, sum_of in zip(applying, used, strict=True)]


def _counts_as(limits: SpendingLimits) -> sa.ColumnElement[float]:
    """Return what a job counts towards a limit: its cost, or the reserved credits if it is unknown.

    Until the job is finished, the larger of the two counts.
    """
    may_cost = sa.func.coalesce(jobs.c.reserved, jobs.c.count * limits.price)
    known = sa.func.coalesce(jobs.c.cost, may_cost)
    is_more = (jobs.c.state != State.FINISHED) & (known < may_cost)
    return sa.case((is_more, may_cost), else_=known)


def _sum(cost: sa.ColumnElement[Any], scope: Scope, span: Span, person: str, at: datetime) -> sa.ColumnElement[Any]:
    which = [jobs.c.created_at >= span.start(at)]
    which += [jobs.c.person == person] if scope is Scope.PERSON else []
    return sa.func.sum(sa.case((sa.and_(*which), cost)))
