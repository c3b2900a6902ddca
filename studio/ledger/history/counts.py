"""The number of lines for each choice of each filter, by one query over the newest lines."""

from collections import Counter
from typing import Any

import sqlalchemy as sa

from studio.core.query import MOST_LOOKED_AT, STATES, Counts, Outcome, Query
from studio.core.values import State
from studio.ledger.database import Database
from studio.ledger.history.conditions import filter_calls, filter_jobs, has_failed_task
from studio.ledger.tables import calls, jobs

OF_CALLS = ("mode", "model", "method", "endpoint", "http_status", "code", "outcome", "person")
OF_JOBS = ("mode", "model", "outcome", "person")
_Row = dict[str, str]


class CountLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.engine.dialect.name

    def of_calls(self, filters: Query) -> Counts:
        """Count calls by mode, model, method, endpoint, HTTP status, code, outcome and person."""
        names = ("model", "method", "endpoint", "http_status", "code", "error_kind", "person")
        columns = [calls.c[name] for name in names]
        mode = sa.select(jobs.c.mode).where(jobs.c.id == calls.c.job).correlate(calls).scalar_subquery().label("mode")
        newest = filter_calls(sa.select(*columns, mode), filters.without(*OF_CALLS), self._dialect)
        some = newest.order_by(calls.c.at.desc()).limit(MOST_LOOKED_AT).subquery()
        query = sa.select(some, sa.func.count().label("number")).group_by(*some.c)
        return self._counted(query, filters, OF_CALLS, _call)

    def of_jobs(self, filters: Query) -> Counts:
        """Count jobs by mode, model, outcome and person."""
        columns = [jobs.c[name] for name in ("mode", "model", "state", "person")]
        failed = sa.case((jobs.c.state == State.FINISHED, has_failed_task()), else_=sa.false()).label("failed")
        newest = filter_jobs(sa.select(*columns, failed), filters.without(*OF_JOBS), self._dialect)
        some = newest.order_by(jobs.c.created_at.desc()).limit(MOST_LOOKED_AT).subquery()
        query = sa.select(some, sa.func.count().label("number")).group_by(*some.c)
        return self._counted(query, filters, OF_JOBS, _job)

    def _counted(self, query: sa.Select[Any], filters: Query, names: tuple[str, ...], to_line: Any) -> Counts:
        with self._database.read() as connection:
            found = [(to_line(row), row["number"]) for row in connection.execute(query).mappings()]
        of = {name: _of_one(found, filters, name, names) for name in names}
        return Counts(of, is_partial=sum(number for _, number in found) >= MOST_LOOKED_AT)


def _of_one(found: list[tuple[_Row, int]], filters: Query, name: str, names: tuple[str, ...]) -> dict[str, int]:
    """Return the numbers of one filter's choices, with all other filters applied."""
    others = {other: set(getattr(filters, other)) for other in names if other != name and getattr(filters, other)}
    counted: Counter[str] = Counter()
    for row, number in found:
        if row[name] and all(row[other] in chosen for other, chosen in others.items()):
            counted[row[name]] += number
    return dict(counted.most_common(50))


def _call(row: sa.RowMapping) -> _Row:
    status = row["http_status"]
    failed = Outcome.UNANSWERED if status is None else Outcome.FAILED
    outcome = failed if row["error_kind"] else Outcome.SUCCEEDED
    return {**row, "http_status": "" if status is None else str(status), "outcome": outcome}


def _job(row: sa.RowMapping) -> _Row:
    ended = Outcome.FAILED if row["failed"] else Outcome.SUCCEEDED
    outcome = next((outcome for outcome, states in STATES.items() if row["state"] in states), ended)
    return {**row, "outcome": outcome}
