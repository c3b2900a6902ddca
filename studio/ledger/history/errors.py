"""Failures in groups: of calls by kind, code and model, of jobs by what was said and model."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from studio.core.error_groups import TASK_FAILED, ErrorGroup
from studio.core.query import Query
from studio.core.values import State
from studio.ledger.database import Database
from studio.ledger.history.by_calls import FAILED, Strategy, choose_strategy
from studio.ledger.history.conditions import ended_badly, said, wanted_calls, wanted_jobs
from studio.ledger.job_queries import NOT_FINISHED, slice_of
from studio.ledger.tables import Moment, calls, jobs, tasks

MOST_GROUPS = 500
BY_HOUR_UP_TO = timedelta(days=3)
LONGEST_TREND = 60  # hours or days
MOST_TOLD = 50
_SLICE: sa.ColumnClause[str] = sa.literal_column("slice_name")
_Which = tuple[str, str, str, str]  # kind, code, model, state


@dataclass(frozen=True)
class _Failures:
    """One sort of failures: their kind, code, model and state, which of these they are grouped by, and which rows."""

    which: tuple[Any, ...]
    grouped_by: tuple[Any, ...]
    moment: sa.Column[datetime]
    example: sa.ColumnElement[str]
    rows: Callable[[sa.Select[Any], Query, str, Strategy], sa.Select[Any]]


class ErrorLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.engine.dialect.name

    def of_calls(self, wanted: Query, at: datetime, *, trends: bool = True) -> list[ErrorGroup]:
        """The groups of failed calls, the largest first."""
        return self._with_examples(self._groups((_CALLS,), wanted, at, trends))

    def of_jobs(self, wanted: Query, at: datetime, *, trends: bool = True) -> list[ErrorGroup]:
        """The groups of refused and unconfirmed jobs, and of tasks that failed, the largest first."""
        return self._groups((_REFUSED, _TASKS), wanted, at, trends)

    def _groups(self, sorts: Iterable[_Failures], wanted: Query, at: datetime, trends: bool) -> list[ErrorGroup]:
        found: list[ErrorGroup] = []
        with self._database.read() as connection:
            strategy = choose_strategy(connection, wanted, Strategy.NEWEST_FIRST if wanted.since else Strategy.EACH)
            for failures in sorts:
                groups = [ErrorGroup(*row) for row in connection.execute(self._sums(failures, wanted, strategy))]
                if trends:
                    numbers = _numbers(connection.execute(self._slices(failures, wanted, at, strategy)))
                    groups = [replace(group, trend=_trend(group, numbers, wanted, at)) for group in groups]
                found += groups
        return sorted(found, key=lambda group: (-group.number, group.kind, group.code, group.model, group.state))

    def _sums(self, failures: _Failures, wanted: Query, strategy: Strategy) -> sa.Select[Any]:
        """Of each group: kind, code, model, state, number, first and last moment, an example."""
        number, moment = sa.func.count(), failures.moment
        first, last = sa.func.min(moment, type_=Moment), sa.func.max(moment, type_=Moment)
        query: sa.Select[Any] = sa.select(*failures.which, number, first, last, failures.example)
        query = failures.rows(query, wanted, self._dialect, strategy).group_by(*failures.grouped_by)
        return query.order_by(number.desc()).limit(MOST_GROUPS)

    def _slices(self, failures: _Failures, wanted: Query, at: datetime, strategy: Strategy) -> sa.Select[Any]:
        """Of each group: kind, code, model, state, the hour or day, number; as far back as a trend goes."""
        slice_name = slice_of(failures.moment, self._dialect, by_hour=by_hour(wanted, at)).label(_SLICE.name)
        query: sa.Select[Any] = sa.select(*failures.which, slice_name, sa.func.count())
        query = failures.rows(query, wanted, self._dialect, strategy).group_by(*failures.grouped_by, _SLICE)
        return query.where(failures.moment >= at - (LONGEST_TREND + 1) * _step(wanted, at))

    def _with_examples(self, groups: list[ErrorGroup]) -> list[ErrorGroup]:
        """What was said: it is in no index, so it is read of one call of each group."""
        query = sa.select(calls.c.id, said(calls.c.error))
        with self._database.read() as connection:
            found = connection.execute(query.where(calls.c.id.in_([group.example for group in groups[:MOST_TOLD]])))
            errors = {row[0]: row[1] for row in found}
        return [replace(group, example=errors.get(group.example, "")) for group in groups]


def by_hour(wanted: Query, at: datetime) -> bool:
    """Slices are hours in a short time, days in a longer one."""
    return wanted.since is not None and at - wanted.since <= BY_HOUR_UP_TO


def _of_calls(query: sa.Select[Any], wanted: Query, dialect: str, _strategy: Strategy) -> sa.Select[Any]:
    return wanted_calls(query, wanted, dialect).where(FAILED)


def _of_jobs(query: sa.Select[Any], wanted: Query, dialect: str, strategy: Strategy) -> sa.Select[Any]:
    unclear = jobs.c.state.in_([State.REFUSED, State.UNCONFIRMED])
    return wanted_jobs(query, wanted, dialect, strategy).where(unclear, NOT_FINISHED)


def _of_tasks(query: sa.Select[Any], wanted: Query, dialect: str, strategy: Strategy) -> sa.Select[Any]:
    query = wanted_jobs(query, wanted, dialect, strategy)
    return query.join(tasks, tasks.c.job == jobs.c.id).where(ended_badly(wanted))


_NONE: sa.ColumnElement[str] = sa.literal("")
_KIND, _REASON = (calls.c.error_kind, calls.c.code, calls.c.model), said(tasks.c.reason)
_CALLS = _Failures((*_KIND, _NONE), _KIND, calls.c.at, sa.func.max(calls.c.id), _of_calls)
_REFUSED = _Failures(
    (jobs.c.error_kind, _NONE, jobs.c.model, jobs.c.state),
    (jobs.c.error_kind, jobs.c.model, jobs.c.state),
    jobs.c.created_at,
    sa.func.max(said(jobs.c.reason)),
    _of_jobs,
)
_TASKS = _Failures(
    (sa.literal(TASK_FAILED), _REASON, jobs.c.model, _NONE),
    (_REASON, jobs.c.model),
    jobs.c.created_at,
    sa.func.max(_REASON),
    _of_tasks,
)


def _step(wanted: Query, at: datetime) -> timedelta:
    return timedelta(hours=1) if by_hour(wanted, at) else timedelta(days=1)


def _numbers(found: Iterable[Any]) -> dict[_Which, dict[str, int]]:
    """By kind, code, model and state: how many there are in an hour or on a day."""
    numbers: defaultdict[_Which, dict[str, int]] = defaultdict(dict)
    for kind, code, model, state, slice_name, number in found:
        numbers[kind, code, model, state][slice_name] = number
    return numbers


def _trend(group: ErrorGroup, numbers: Mapping[_Which, dict[str, int]], wanted: Query, at: datetime) -> tuple[int, ...]:
    """One number for each hour or day, from that of the first moment that is looked at to that of now."""
    step, form = _step(wanted, at), "%Y-%m-%d %H" if by_hour(wanted, at) else "%Y-%m-%d"
    start = _beginning(max(wanted.since or group.first, at - LONGEST_TREND * step), step)
    of_group = numbers.get((group.kind, group.code, group.model, group.state), {})
    return tuple(of_group.get(f"{start + step * number:{form}}", 0) for number in range((at - start) // step + 1))


def _beginning(moment: datetime, step: timedelta) -> datetime:
    """Of the hour or day (UTC) that a moment is in: there the slices begin."""
    start = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return start if step < timedelta(days=1) else start.replace(hour=0)
