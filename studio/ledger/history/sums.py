"""What the charts of the history are made of: calls or jobs by slice of time, credits, and what jobs take."""

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
    seconds,
    wanted_calls,
    wanted_jobs,
)
from studio.ledger.history.errors import by_hour
from studio.ledger.history.parallel_queries import ParallelQueries
from studio.ledger.job_queries import ENDED_BADLY, slice_key, slice_of
from studio.ledger.tables import calls, jobs, tallies, tasks

_SLICE: sa.ColumnClause[str] = sa.literal_column("slice_name")
_TALLIED = ("model", "method", "endpoint", "code", "error_kind", "person")


@dataclass(frozen=True)
class _Slices:
    """Over time by hours or days, or all in one."""

    dialect: str
    by_hour: bool
    over_time: bool

    def of(self, moment: sa.Column[datetime], *sums: Any) -> sa.Select[Any]:
        """These sums of each slice, its name first."""
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

    def of(self, wanted: Query, at: datetime, *, over_time: bool = True) -> Sums:
        """All of it, within the conditions, by hours or days; not over time each is one sum, which is quicker."""
        slices = _Slices(self._dialect, by_hour=by_hour(wanted, at), over_time=over_time)
        strategy = self._strategy(wanted)
        others = [self._times(wanted, strategy), *([] if wanted.of_jobs else [self._of_calls(wanted, slices)])]
        ask_others = self._parallel.start_if_slow(wanted, lambda: self._rows(others))
        made, failed = self._rows([self._of_jobs(wanted, slices, strategy), self._failed(wanted, slices, strategy)])
        times, *of_calls = ask_others()
        lines = of_calls[0] if of_calls else _with_failed(made, failed)
        spent = tuple((slice_name, cost) for slice_name, *_, cost in made if cost)
        wasted = tuple((slice_name, cost) for slice_name, _, cost in failed)
        return Sums(lines, spent, wasted, times, is_partial=len(times) == MOST_TIMED, by_hour=slices.by_hour)

    def _strategy(self, wanted: Query) -> Strategy:
        with self._database.read() as connection:
            return choose_strategy(connection, wanted)

    def _rows(self, queries: Sequence[sa.Select[Any]]) -> list[tuple[Any, ...]]:
        """What these find, all as the ledger is at one moment."""
        with self._database.read() as connection:
            return [tuple(map(tuple, connection.execute(query))) for query in queries]

    def _of_calls(self, wanted: Query, slices: _Slices) -> sa.Select[Any]:
        """Of each slice: calls, of which all have ended, and those of them that failed."""
        other = wanted.search or wanted.mode or wanted.slower or wanted.until or wanted.failure
        if not (slices.by_hour or other):
            return _tallied(wanted)
        number = sa.func.count()
        query = slices.of(calls.c.at, number, number, _number_of(calls.c.error_kind != ""))
        return wanted_calls(query, wanted, self._dialect, every=_is_by_mode(wanted))

    def _of_jobs(self, wanted: Query, slices: _Slices, strategy: Strategy) -> sa.Select[Any]:
        """Of each slice: jobs, those that came to an end of their own, those of them that were refused; credits."""
        refused = jobs.c.state == State.REFUSED
        ends = (_number_of(refused | (jobs.c.state == State.FINISHED)), _number_of(refused))
        spent = _none_is_zero(sa.func.sum(jobs.c.cost))
        return self._jobs(slices.of(jobs.c.created_at, sa.func.count(), *ends, spent), wanted, strategy)

    def _failed(self, wanted: Query, slices: _Slices, strategy: Strategy) -> sa.Select[Any]:
        """Of each slice: jobs of which tasks failed, and the credits wasted by these."""
        bad = _ended_badly()
        wasted = _none_is_zero(sa.func.sum(_wasted_by_job(bad.c.told)))
        query = slices.of(jobs.c.created_at, sa.func.count(), wasted)
        query = self._wanted(query.join_from(bad, jobs, jobs.c.id == bad.c.job), wanted, strategy)
        return query.where(jobs.c.state == State.FINISHED)

    def _times(self, wanted: Query, strategy: Strategy) -> sa.Select[Any]:
        took = seconds(self._dialect)
        query = self._jobs(sa.select(jobs.c.model, took), wanted, strategy)
        query = query.where((jobs.c.state == State.FINISHED) & jobs.c.finished_at.is_not(None))
        return query.order_by(jobs.c.created_at.desc()).limit(MOST_TIMED)

    def _jobs(self, query: sa.Select[Any], wanted: Query, strategy: Strategy) -> sa.Select[Any]:
        """What is wanted of jobs; those that failed are few, and found by their tasks."""
        if wanted.of_jobs and wanted.outcome == (Outcome.FAILED,):
            bad = _ended_badly()
            query = query.join_from(bad, jobs, jobs.c.id == bad.c.job)
        return self._wanted(query, wanted, strategy)

    def _wanted(self, query: sa.Select[Any], wanted: Query, strategy: Strategy) -> sa.Select[Any]:
        """Where calls are listed that ended so, or took so long, jobs that have such calls."""
        if wanted.of_jobs or not (wanted.outcome or wanted.slower):
            return wanted_jobs(query, wanted, self._dialect, strategy)
        such = wanted_calls(sa.select(calls.c.job), replace(wanted, search=""), self._dialect).correlate(None)
        of_any_end = replace(wanted, outcome=(), slower=0.0)
        return wanted_jobs(query, of_any_end, self._dialect, strategy).where(jobs.c.id.in_(such))


def _is_by_mode(wanted: Query) -> bool:
    """Only by that: else there is an index of fewer calls."""
    return bool(wanted.mode) and wanted.without("mode", "person") == Query(wanted.account, wanted.listed)


def _with_failed(listed: tuple[Any, ...], failed: tuple[Any, ...]) -> tuple[Any, ...]:
    """To those that were refused come those of which tasks failed."""
    by_slice = {slice_name: number for slice_name, number, _ in failed}
    return tuple(
        (slice_name, number, ended, refused + by_slice.get(slice_name, 0))
        for slice_name, number, ended, refused, _ in listed
    )


def _number_of(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    """How many rows it is true of."""
    return _none_is_zero(sa.func.sum(sa.case((condition, 1), else_=0)))


def _none_is_zero(sum_of: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sum_of, 0)


def _tallied(wanted: Query) -> sa.Select[Any]:
    """Whole days: of the first one also what was before the moment."""
    failed = sa.func.sum(sa.case((tallies.c.error_kind != "", tallies.c.number), else_=0))
    query: sa.Select[Any] = sa.select(*_columns(failed)).where(tallies.c.account == wanted.account)
    if wanted.listed:
        query = query.where(tallies.c.person == wanted.listed)
    if wanted.since:
        query = query.where(tallies.c.day >= f"{wanted.since:%Y-%m-%d}")
    for name in _TALLIED:
        if chosen := getattr(wanted, name):
            query = query.where(tallies.c[name].in_(chosen))
    if wanted.http_status:
        query = query.where(tallies.c.http_status.in_(wanted.statuses))
    query = query.where(*call_outcome(wanted.outcome, tallies.c.error_kind, tallies.c.http_status == 0))
    if wanted.without_polls:
        query = query.where(NO_POLLS)
    return query.group_by(_SLICE).order_by(_SLICE).having(sa.func.sum(tallies.c.number) > 0)


def _columns(failed: sa.ColumnElement[Any]) -> list[Any]:
    number = sa.func.sum(tallies.c.number)
    return [tallies.c.day.label("slice_name"), *(sa.cast(one, sa.Integer) for one in (number, number, failed))]


def _ended_badly() -> sa.Subquery:
    """Jobs of which tasks failed, and what is `told` of the cost of these; few, so that they are looked at first."""
    told = sa.select(tasks.c.job, sa.func.sum(tasks.c.cost).label("told")).where(ENDED_BADLY)
    return told.group_by(tasks.c.job).subquery("bad")


def _wasted_by_job(told: sa.ColumnElement[float]) -> sa.ColumnElement[float]:
    """What its tasks cost that failed; where nobody said that, and all of them failed, what it cost itself."""
    good = (tasks.c.job == jobs.c.id) & tasks.c.status.not_in([Status.FAILED, Status.GONE])
    return sa.func.coalesce(told, sa.case((~sa.exists().where(good).correlate(jobs), jobs.c.cost)), 0.0)
