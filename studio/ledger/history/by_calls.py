"""Conditions on calls, and on jobs by the calls that they had."""

from enum import Enum, auto
from typing import Any

import sqlalchemy as sa

from studio.core.query import Query
from studio.ledger.job_queries import beside_indexes, has_one
from studio.ledger.tables import POLL, STATUS, calls, jobs, tallies

FAILED = sa.text("calls.error_kind <> ''")  # in the very words of the index of failed calls, as is the next one
NO_POLL = sa.text(f"NOT ({POLL.format('calls.')})")
NO_POLL_ANYHOW = ~sa.and_(sa.text(POLL.format("calls.")), calls.c.id != "")  # in other words than those of its index
_POLLS, NO_POLLS = (sa.text(f"{no} ({POLL.format('tallies.')})") for no in ("", "NOT"))
_WENT_WELL = (tallies.c.error_kind == "", NO_POLLS)
OF_THE_CALL = ("method", "endpoint", "code", "error_kind")
MOST_FOLLOWED = 5_000  # calls: where there are more, all jobs are gone through sooner


class Strategy(Enum):
    """In which order the database finds the jobs that had such calls."""

    NEWEST_FIRST = auto()  # goes through the newest jobs until there are enough
    BY_CALLS = auto()  # finds the calls, which are few, then their jobs
    EACH = auto()  # finds the jobs by the other conditions, which leave few, and looks at the calls of each


def about_the_call(wanted: Query) -> list[Any]:
    """The conditions on calls. If only failed calls can meet them, the index of failed calls is used."""
    return [*of_the_call(calls, wanted), *([FAILED] if _has_failed(wanted) else [])]


def of_the_call(table: sa.Table, wanted: Query) -> list[Any]:
    """The conditions on calls, or on the tallies that count them."""
    asked = {name: getattr(wanted, name) for name in OF_THE_CALL}
    conditions = [table.c[name].in_(chosen) for name, chosen in asked.items() if chosen]
    return [*conditions, *([table.c.http_status.in_(wanted.statuses)] if wanted.http_status else [])]


def choose_strategy(connection: sa.Connection, wanted: Query, else_: Strategy = Strategy.NEWEST_FIRST) -> Strategy:
    """The fastest way to find all jobs that had such calls.

    Nearly every job had a poll that succeeded, so that such polls are no way to find jobs.
    """
    about = of_the_call(tallies, wanted)
    if wanted.since or wanted.search or not about:
        return else_
    numbers = sa.select(sa.func.sum(tallies.c.number), sa.func.max(sa.case((_POLLS, 1), else_=0)))
    many, has_polls = connection.execute(numbers.where(tallies.c.account == wanted.account, *about)).one()
    if not many:  # the tallies end that at once
        return Strategy.NEWEST_FIRST
    return else_ if has_polls or many > MOST_FOLLOWED else Strategy.BY_CALLS


def had_such_calls(wanted: Query, strategy: Strategy) -> list[sa.ColumnElement[bool]]:
    """The condition on jobs that at least one of their calls meets the conditions on calls."""
    about = about_the_call(wanted)
    if not about:
        return []
    if strategy is Strategy.EACH:
        return [_had_one(about)]
    return [_is_of_one(wanted, about) if strategy is Strategy.BY_CALLS else _is_among_theirs(wanted, about)]


def _is_of_one(wanted: Query, about: list[Any]) -> sa.ColumnElement[bool]:
    """Calls that are no polls are looked at only if the tallies have any that succeeded."""
    such = sa.select(calls.c.job).where(*about)
    others = sa.case((_there_are(wanted, *_WENT_WELL), wanted.account))
    no_polls = such.where(calls.c.account == others, NO_POLL)
    return jobs.c.id.in_(such.where(calls.c.account == wanted.account, FAILED).union_all(no_polls))


def _is_among_theirs(wanted: Query, about: list[Any]) -> sa.ColumnElement[bool]:
    """Few calls failed, and few are no polls, so these are looked at first.

    The tallies tell whether there are any such calls. Nearly every job has polls that succeeded: if these are wanted
    and the tallies have some, the calls of each job are looked at.
    """
    such = sa.select(calls.c.job).where(calls.c.account == wanted.account, *about)
    failed, no_polls = is_among(jobs.c.id, such.where(FAILED)), is_among(jobs.c.id, such.where(NO_POLL))
    if _has_failed(wanted):
        return failed
    others = (_there_are(wanted, *_WENT_WELL), no_polls)
    polls = [] if _is_no_poll(wanted) else [(_there_are(wanted, _POLLS), _had_one(about))]
    return sa.case(*polls, others, else_=failed)


def _had_one(about: list[Any]) -> sa.ColumnElement[bool]:
    return has_one(sa.select(calls.c.id).where(calls.c.job == jobs.c.id, *about).correlate(jobs))


def _there_are(wanted: Query, *which: Any) -> sa.ColumnElement[bool]:
    mine = (tallies.c.account == wanted.account, *of_the_call(tallies, wanted), *which)
    return sa.exists().where(*mine).select_from(tallies).correlate(None)


def is_among(column: sa.Column[str], such: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Whether a column is among these, looked up row by row: a join could return nearly all rows, to be sorted."""
    return beside_indexes(column).in_(such.correlate(None))


def _has_failed(wanted: Query) -> bool:
    """Every call with such a status or error has failed. (Codes tell nothing: successful calls have many.)"""
    return min(wanted.statuses, default=0) >= 400 or bool(wanted.error_kind and all(wanted.error_kind))


def _is_no_poll(wanted: Query) -> bool:
    no_get = bool(wanted.method) and "GET" not in wanted.method
    return no_get or (bool(wanted.endpoint) and not any(path.endswith(STATUS) for path in wanted.endpoint))
