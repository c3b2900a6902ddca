"""Conditions on calls, and on jobs by their calls."""

from enum import Enum, auto
from typing import Any

import sqlalchemy as sa

from studio.core.query import Query
from studio.ledger.job_queries import has_one, unindexed
from studio.ledger.tables import POLL, STATUS, calls, jobs, tallies

FAILED = sa.text("calls.error_kind <> ''")  # the exact text of a partial index's condition, as is the next one
NO_POLL = sa.text(f"NOT ({POLL.format('calls.')})")
# Not the text of that index's condition, so that another index is used.
NO_POLL_WITHOUT_INDEX = ~sa.and_(sa.text(POLL.format("calls.")), calls.c.id != "")
_POLLS, NO_POLLS = (sa.text(f"{no} ({POLL.format('tallies.')})") for no in ("", "NOT"))
_SUCCEEDED_NO_POLLS = (tallies.c.error_kind == "", NO_POLLS)
CALL_FILTERS = ("method", "endpoint", "code", "error_kind")
MAX_FOLLOWED = 5_000  # calls; with more, reading all jobs is faster


class Strategy(Enum):
    """How the database finds the jobs with matching calls."""

    NEWEST_FIRST = auto()  # reads the newest jobs until there are enough
    BY_CALLS = auto()  # finds the calls, which are few, then their jobs
    EACH = auto()  # finds the jobs by other conditions, which few meet, and reads the calls of each


def call_conditions(filters: Query) -> list[Any]:
    """Return the conditions on calls. If only failed calls can meet them, the index of failed calls is used."""
    return [*column_conditions(calls, filters), *([FAILED] if _has_failed(filters) else [])]


def column_conditions(table: sa.Table, filters: Query) -> list[Any]:
    """Return the conditions on columns that calls and tallies have in common."""
    chosen = {name: getattr(filters, name) for name in CALL_FILTERS}
    conditions = [table.c[name].in_(values) for name, values in chosen.items() if values]
    return [*conditions, *([table.c.http_status.in_(filters.statuses)] if filters.http_status else [])]


def choose_strategy(connection: sa.Connection, filters: Query, else_: Strategy = Strategy.NEWEST_FIRST) -> Strategy:
    """Return the fastest way to find all jobs with matching calls.

    Nearly every job has a poll that succeeded, so such polls do not narrow down the jobs.
    """
    on_calls = column_conditions(tallies, filters)
    if filters.since or filters.search or not on_calls:
        return else_
    numbers = sa.select(sa.func.sum(tallies.c.number), sa.func.max(sa.case((_POLLS, 1), else_=0)))
    many, has_polls = connection.execute(numbers.where(tallies.c.account == filters.account, *on_calls)).one()
    if not many:  # the condition on tallies then ends the query at once
        return Strategy.NEWEST_FIRST
    return else_ if has_polls or many > MAX_FOLLOWED else Strategy.BY_CALLS


def has_matching_call(filters: Query, strategy: Strategy) -> list[sa.ColumnElement[bool]]:
    """Return the condition that a job has a call that meets the conditions on calls; no condition if there are none."""
    conditions = call_conditions(filters)
    if not conditions:
        return []
    if strategy is Strategy.EACH:
        return [_has_one(conditions)]
    if strategy is Strategy.BY_CALLS:
        return [_has_one_by_calls(filters, conditions)]
    return [_has_one_newest_first(filters, conditions)]


def _has_one_by_calls(filters: Query, conditions: list[Any]) -> sa.ColumnElement[bool]:
    """Find jobs by their calls. Calls other than polls are read only if the tallies have any that succeeded."""
    such = sa.select(calls.c.job).where(*conditions)
    others = sa.case((_tallies_have(filters, *_SUCCEEDED_NO_POLLS), filters.account))
    no_polls = such.where(calls.c.account == others, NO_POLL)
    return jobs.c.id.in_(such.where(calls.c.account == filters.account, FAILED).union_all(no_polls))


def _has_one_newest_first(filters: Query, conditions: list[Any]) -> sa.ColumnElement[bool]:
    """Whether a job is among those of failed calls or of calls other than polls, which are few.

    The tallies show whether there are any. Nearly every job has polls that succeeded: if the filters match these and
    the tallies have some, the calls of each job are read.
    """
    such = sa.select(calls.c.job).where(calls.c.account == filters.account, *conditions)
    failed, no_polls = is_among(jobs.c.id, such.where(FAILED)), is_among(jobs.c.id, such.where(NO_POLL))
    if _has_failed(filters):
        return failed
    others = (_tallies_have(filters, *_SUCCEEDED_NO_POLLS), no_polls)
    polls = [] if _is_no_poll(filters) else [(_tallies_have(filters, _POLLS), _has_one(conditions))]
    return sa.case(*polls, others, else_=failed)


def _has_one(conditions: list[Any]) -> sa.ColumnElement[bool]:
    return has_one(sa.select(calls.c.id).where(calls.c.job == jobs.c.id, *conditions).correlate(jobs))


def _tallies_have(filters: Query, *which: Any) -> sa.ColumnElement[bool]:
    mine = (tallies.c.account == filters.account, *column_conditions(tallies, filters), *which)
    return sa.exists().where(*mine).select_from(tallies).correlate(None)


def is_among(column: sa.Column[str], values: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Whether a column is among these values, checked row by row: a join could return nearly all rows to be sorted."""
    return unindexed(column).in_(values.correlate(None))


def _has_failed(filters: Query) -> bool:
    """Whether all matching calls have failed, by status or error. (Codes do not show it: successes have many.)"""
    return min(filters.statuses, default=0) >= 400 or bool(filters.error_kind and all(filters.error_kind))


def _is_no_poll(filters: Query) -> bool:
    """Whether no poll matches, by method or endpoint."""
    no_get = bool(filters.method) and "GET" not in filters.method
    return no_get or (bool(filters.endpoint) and not any(path.endswith(STATUS) for path in filters.endpoint))
