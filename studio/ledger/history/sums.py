"""The data of the history's charts: calls or jobs by slice of time, credits, and durations of jobs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.query import MOST_TIMED, Outcome, Query, Sums
from studio.core.values import State, Status
from studio.ledger.database import Database
from studio.ledger.history.by_calls import NO_POLLS, Strategy, choose_strategy
from studio.ledger.history.conditions import (
    call_outcome,
    filter_calls,
    filter_jobs,
    seconds,
)
from studio.ledger.history.errors import by_hour
from studio.ledger.history.parallel_queries import ParallelQueries
from studio.ledger.job_queries import ENDED_BADLY, slice_key, slice_of
from studio.ledger.tables import calls, jobs, tallies, tasks

_SLICE: sa.ColumnClause[str] = sa.literal_column("slice_name")
_TALLIED = ("model", "method", "endpoint", "code", "error_kind", "person")


@dataclass(frozen=True)
class _Slices:
    """How time is divided: by hours or days or, if not `over_time`, not at all."""

    dialect: str
    by_hour: bool
    over_time: bool

    def of(self, moment: sa.Column[datetime], *sums: Any) -> sa.Select[Any]:
        """Return a query for these sums of each slice, its name first."""
        if not self.over_time:
            return sa.select(sa.literal_column("''", sa.Text), *sums)
        name = slice_of(moment, self.dialect, by_hour=self.by_hour).label(_SLICE.name)
        key = slice_key(moment, self.dialect, by_hour=self.by_hour)
        return sa.select(name, *sums).group_by(key).order_by(_SLICE)


class SumLedger:
    def __init__(self, database: Database, parallel: ParallelQueries) -> None:
        self._database = database
        self._parallel = parallel
        self._dialect = database.engine.dialect.name

    def of(self, filters: Query, at: datetime, *, over_time: bool = True) -> Sums:
        """Return the sums of all that match, by hours or days; without `over_time` one sum each, which is faster."""
        slices = _Slices(self._dialect, by_hour=by_hour(filters, at), over_time=over_time)
        strategy = self._strategy(filters)
        others = [self._times(filters, strategy), *([] if filters.of_jobs else [self._of_calls(filters, slices)])]
        ask_others = self._parallel.start_if_slow(filters, lambda: self._rows(others))
        made, failed = self._rows([self._of_jobs(filters, slices, strategy), self._failed(filters, slices, strategy)])
        times, *of_calls = ask_others()
        lines = of_calls[0] if of_calls else _with_failed(made, failed)
        spent = tuple((slice_name, cost) for slice_name, *_, cost in made if cost)
        wasted = tuple((slice_name, cost) for slice_name, _, cost in failed)
        return Sums(lines, spent, wasted, times, is_partial=len(times) == MOST_TIMED, by_hour=slices.by_hour)

    def _strategy(self, filters: Query) -> Strategy:
        with self._database.read() as connection:
            return choose_strategy(connection, filters)

    def _rows(self, queries: Sequence[sa.Select[Any]]) -> list[tuple[Any, ...]]:
        """Return the rows of these queries, all from the same state of the ledger."""
        with self._database.read() as connection:
            return [tuple(map(tuple, connection.execute(query))) for query in queries]

    def _of_calls(self, filters: Query, slices: _Slices) -> sa.Select[Any]:
        """Return a query for each slice's number of calls, of ended calls (the same), and of failed calls."""
        other = filters.search or filters.mode or filters.slower or filters.until or filters.failure
        if not (slices.by_hour or other):
            return _tallied(filters)
        number = sa.func.count()
        query = slices.of(calls.c.at, number, number, _number_of(calls.c.error_kind != ""))
        return filter_calls(query, filters, self._dialect, every=_is_by_mode(filters))

    def _of_jobs(self, filters: Query, slices: _Slices, strategy: Strategy) -> sa.Select[Any]:
        """Return a query for each slice's number of jobs, of finished or refused ones, of refused ones, and credits."""
        refused = jobs.c.state == State.REFUSED
        ends = (_number_of(refused | (jobs.c.state == State.FINISHED)), _number_of(refused))
        spent = _none_is_zero(sa.func.sum(jobs.c.cost))
        return self._jobs(slices.of(jobs.c.created_at, sa.func.count(), *ends, spent), filters, strategy)

    def _failed(self, filters: Query, slices: _Slices, strategy: Strategy) -> sa.Select[Any]:
        """Return a query for each slice's number of jobs with failed tasks, and the credits that these wasted."""
        bad = _ended_badly()
        wasted = _none_is_zero(sa.func.sum(_wasted_by_job(bad.c.known_cost)))
        query = slices.of(jobs.c.created_at, sa.func.count(), wasted)
        query = self._filtered(query.join_from(bad, jobs, jobs.c.id == bad.c.job), filters, strategy)
        return query.where(jobs.c.state == State.FINISHED)

    def _times(self, filters: Query, strategy: Strategy) -> sa.Select[Any]:
        took = seconds(self._dialect)
        query = self._jobs(sa.select(jobs.c.model, took), filters, strategy)
        query = query.where((jobs.c.state == State.FINISHED) & jobs.c.finished_at.is_not(None))
        return query.order_by(jobs.c.created_at.desc()).limit(MOST_TIMED)

    def _jobs(self, query: sa.Select[Any], filters: Query, strategy: Strategy) -> sa.Select[Any]:
        """Restrict a query to the jobs that match; failed jobs are few, so they are found by their tasks."""
        if filters.of_jobs and filters.outcome == (Outcome.FAILED,):
            bad = _ended_badly()
            query = query.join_from(bad, jobs, jobs.c.id == bad.c.job)
        return self._filtered(query, filters, strategy)

    def _filtered(self, query: sa.Select[Any], filters: Query, strategy: Strategy) -> sa.Select[Any]:
        """Restrict a query to matching jobs. In a list of calls, outcome and duration are those of a job's calls."""
        if filters.of_jobs or not (filters.outcome or filters.slower):
            return filter_jobs(query, filters, self._dialect, strategy)
        such = filter_calls(sa.select(calls.c.job), replace(filters, search=""), self._dialect).correlate(None)
        of_any_end = replace(filters, outcome=(), slower=0.0)
        return filter_jobs(query, of_any_end, self._dialect, strategy).where(jobs.c.id.in_(such))


def _is_by_mode(filters: Query) -> bool:
    """Whether mode and person are the only filters: for any other filter an index leaves fewer calls."""
    return bool(filters.mode) and filters.without("mode", "person") == Query(filters.account, filters.listed)


def _with_failed(listed: tuple[Any, ...], failed: tuple[Any, ...]) -> tuple[Any, ...]:
    """Add the jobs with failed tasks to the numbers of refused jobs."""
    by_slice = {slice_name: number for slice_name, number, _ in failed}
    return tuple(
        (slice_name, number, ended, refused + by_slice.get(slice_name, 0))
        for slice_name, number, ended, refused, _ in listed
    )


def _number_of(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    """Return how many rows meet a condition."""
    return _none_is_zero(sa.func.sum(sa.case((condition, 1), else_=0)))


def _none_is_zero(sum_of: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sum_of, 0)


def _tallied(filters: Query) -> sa.Select[Any]:
    """Return the query by the tallies, which count whole days: the first day includes calls before `since`."""
    failed = sa.func.sum(sa.case((tallies.c.error_kind != "", tallies.c.number), else_=0))
    query: sa.Select[Any] = sa.select(*_columns(failed)).where(tallies.c.account == filters.account)
    if filters.listed:
        query = query.where(tallies.c.person == filters.listed)
    if filters.since:
        query = query.where(tallies.c.day >= f"{filters.since:%Y-%m-%d}")
    for name in _TALLIED:
        if chosen := getattr(filters, name):
            query = query.where(tallies.c[name].in_(chosen))
    if filters.http_status:
        query = query.where(tallies.c.http_status.in_(filters.statuses))
    query = query.where(*call_outcome(filters.outcome, tallies.c.error_kind, tallies.c.http_status == 0))
    if filters.without_polls:
        query = query.where(NO_POLLS)
    return query.group_by(_SLICE).order_by(_SLICE).having(sa.func.sum(tallies.c.number) > 0)


def _columns(failed: sa.ColumnElement[Any]) -> list[Any]:
    number = sa.func.sum(tallies.c.number)
    return [tallies.c.day.label("slice_name"), *(sa.cast(one, sa.Integer) for one in (number, number, failed))]


def _ended_badly() -> sa.Subquery:
    """Return jobs with failed tasks, and the known cost of these tasks: they are few, so they are read first."""
    failed = sa.select(tasks.c.job, sa.func.sum(tasks.c.cost).label("known_cost")).where(ENDED_BADLY)
    return failed.group_by(tasks.c.job).subquery("bad")


def _wasted_by_job(known_cost: sa.ColumnElement[float]) -> sa.ColumnElement[float]:
    """Return the cost of a job's failed tasks; if that is unknown and all its tasks failed, the cost of the job."""
    good = (tasks.c.job == jobs.c.id) & tasks.c.status.not_in([Status.FAILED, Status.GONE])
    return sa.func.coalesce(known_cost, sa.case((~sa.exists().where(good).correlate(jobs), jobs.c.cost)), 0.0)
