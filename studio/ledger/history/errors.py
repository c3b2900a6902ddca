"""Groups of failures: of calls by kind, code and model; of jobs and tasks by error or reason, and model."""

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
from studio.ledger.history.conditions import ended_badly, filter_calls, filter_jobs, shown_reason
from studio.ledger.job_queries import NOT_FINISHED, slice_of
from studio.ledger.tables import Moment, calls, jobs, tasks

MOST_GROUPS = 500
BY_HOUR_UP_TO = timedelta(days=3)
LONGEST_TREND = 60  # hours or days
MOST_EXAMPLES = 50
_SLICE: sa.ColumnClause[str] = sa.literal_column("slice_name")
_Which = tuple[str, str, str, str]  # kind, code, model, state


@dataclass(frozen=True)
class _Failures:
    """One source of failures: columns for `_Which`, columns to group by, time, example, and its rows."""

    which: tuple[Any, ...]
    grouped_by: tuple[Any, ...]
    moment: sa.Column[datetime]
    example: sa.ColumnElement[str]
    rows: Callable[[sa.Select[Any], Query, str, Strategy], sa.Select[Any]]


class ErrorLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.engine.dialect.name

    def of_calls(self, filters: Query, at: datetime, *, trends: bool = True) -> list[ErrorGroup]:
        """Return the groups of failed calls, the largest first. Without `trends`, these are empty and not queried."""
        return self._with_examples(self._groups((_CALLS,), filters, at, trends))

    def of_jobs(self, filters: Query, at: datetime, *, trends: bool = True) -> list[ErrorGroup]:
        """Return the groups of refused and unconfirmed jobs and of failed tasks, the largest first, like `of_calls`."""
        return self._groups((_REFUSED, _TASKS), filters, at, trends)

    def _groups(self, sorts: Iterable[_Failures], filters: Query, at: datetime, trends: bool) -> list[ErrorGroup]:
        found: list[ErrorGroup] = []
        with self._database.read() as connection:
            strategy = choose_strategy(connection, filters, Strategy.NEWEST_FIRST if filters.since else Strategy.EACH)
            for failures in sorts:
                groups = [ErrorGroup(*row) for row in connection.execute(self._sums(failures, filters, strategy))]
                if trends:
                    numbers = _numbers(connection.execute(self._slices(failures, filters, at, strategy)))
                    groups = [replace(group, trend=_trend(group, numbers, filters, at)) for group in groups]
                found += groups
        return sorted(found, key=lambda group: (-group.number, group.kind, group.code, group.model, group.state))

    def _sums(self, failures: _Failures, filters: Query, strategy: Strategy) -> sa.Select[Any]:
        """Return a query for each group's kind, code, model, state, number, first and last time, and an example."""
        number, moment = sa.func.count(), failures.moment
        first, last = sa.func.min(moment, type_=Moment), sa.func.max(moment, type_=Moment)
        query: sa.Select[Any] = sa.select(*failures.which, number, first, last, failures.example)
        query = failures.rows(query, filters, self._dialect, strategy).group_by(*failures.grouped_by)
        return query.order_by(number.desc()).limit(MOST_GROUPS)

    def _slices(self, failures: _Failures, filters: Query, at: datetime, strategy: Strategy) -> sa.Select[Any]:
        """Return a query for each group's kind, code, model, state, hour or day, and number, for the trends."""
        slice_name = slice_of(failures.moment, self._dialect, by_hour=by_hour(filters, at)).label(_SLICE.name)
        query: sa.Select[Any] = sa.select(*failures.which, slice_name, sa.func.count())
        query = failures.rows(query, filters, self._dialect, strategy).group_by(*failures.grouped_by, _SLICE)
        return query.where(failures.moment >= at - (LONGEST_TREND + 1) * _step(filters, at))

    def _with_examples(self, groups: list[ErrorGroup]) -> list[ErrorGroup]:
        """Replace the call IDs in `example` by error texts: no index has these, so one call of each group is read."""
        query = sa.select(calls.c.id, shown_reason(calls.c.error))
        with self._database.read() as connection:
            found = connection.execute(query.where(calls.c.id.in_([group.example for group in groups[:MOST_EXAMPLES]])))
            errors = {row[0]: row[1] for row in found}
        return [replace(group, example=errors.get(group.example, "")) for group in groups]


def by_hour(filters: Query, at: datetime) -> bool:
    """Whether the slices are hours: for a short time; else they are days."""
    return filters.since is not None and at - filters.since <= BY_HOUR_UP_TO


def _of_calls(query: sa.Select[Any], filters: Query, dialect: str, _strategy: Strategy) -> sa.Select[Any]:
    return filter_calls(query, filters, dialect).where(FAILED)


def _of_jobs(query: sa.Select[Any], filters: Query, dialect: str, strategy: Strategy) -> sa.Select[Any]:
    unclear = jobs.c.state.in_([State.REFUSED, State.UNCONFIRMED])
    return filter_jobs(query, filters, dialect, strategy).where(unclear, NOT_FINISHED)


def _of_tasks(query: sa.Select[Any], filters: Query, dialect: str, strategy: Strategy) -> sa.Select[Any]:
    query = filter_jobs(query, filters, dialect, strategy)
    return query.join(tasks, tasks.c.job == jobs.c.id).where(ended_badly(filters))


_NONE: sa.ColumnElement[str] = sa.literal("")
_KIND, _REASON = (calls.c.error_kind, calls.c.code, calls.c.model), shown_reason(tasks.c.reason)
_CALLS = _Failures((*_KIND, _NONE), _KIND, calls.c.at, sa.func.max(calls.c.id), _of_calls)
_REFUSED = _Failures(
    (jobs.c.error_kind, _NONE, jobs.c.model, jobs.c.state),
    (jobs.c.error_kind, jobs.c.model, jobs.c.state),
    jobs.c.created_at,
    sa.func.max(shown_reason(jobs.c.reason)),
    _of_jobs,
)
_TASKS = _Failures(
    (sa.literal(TASK_FAILED), _REASON, jobs.c.model, _NONE),
    (_REASON, jobs.c.model),
    jobs.c.created_at,
    sa.func.max(_REASON),
    _of_tasks,
)


def _step(filters: Query, at: datetime) -> timedelta:
    return timedelta(hours=1) if by_hour(filters, at) else timedelta(days=1)


def _numbers(found: Iterable[Any]) -> dict[_Which, dict[str, int]]:
    """Return by kind, code, model and state the number of failures in each hour or on each day."""
    numbers: defaultdict[_Which, dict[str, int]] = defaultdict(dict)
    for kind, code, model, state, slice_name, number in found:
        numbers[kind, code, model, state][slice_name] = number
    return numbers


def _trend(
    group: ErrorGroup, numbers: Mapping[_Which, dict[str, int]], filters: Query, at: datetime
) -> tuple[int, ...]:
    """Return one number for each hour or day, from the first one of the trend to the current one."""
    step, form = _step(filters, at), "%Y-%m-%d %H" if by_hour(filters, at) else "%Y-%m-%d"
    start = _beginning(max(filters.since or group.first, at - LONGEST_TREND * step), step)
    of_group = numbers.get((group.kind, group.code, group.model, group.state), {})
    return tuple(of_group.get(f"{start + step * number:{form}}", 0) for number in range((at - start) // step + 1))


def _beginning(moment: datetime, step: timedelta) -> datetime:
    """Return the beginning of a moment's hour or day (UTC)."""
    start = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return start if step < timedelta(days=1) else start.replace(hour=0)
