"""What is asked of calls themselves, and of jobs by the calls that they had."""

from typing import Any

import sqlalchemy as sa

from studio.history.wanted import Wanted
from studio.ledger.reading import beside_indexes
from studio.ledger.tables import POLL, STATUS, calls, jobs, tallies

FAILED = sa.text("calls.error_kind <> ''")  # in the very words of the index of failed calls, as is the next one
NO_POLL = sa.text(f"NOT ({POLL.format('calls.')})")
NO_POLL_ANYHOW = ~sa.and_(sa.text(POLL.format("calls.")), calls.c.id != "")  # in other words than those of its index
_POLLS, NO_POLLS = (sa.text(f"{no} ({POLL.format('tallies.')})") for no in ("", "NOT"))
OF_THE_CALL = ("method", "endpoint", "code", "error_kind")


def about_the_call(wanted: Wanted) -> list[Any]:
    """What is asked of calls; where only failed ones can be so, these have an index."""
    return [*of_the_call(calls, wanted), *([FAILED] if _has_failed(wanted) else [])]


def of_the_call(table: sa.Table, wanted: Wanted) -> list[Any]:
    """What is asked of calls, or of the tallies that they are counted in."""
    asked = {name: getattr(wanted, name) for name in OF_THE_CALL}
    conditions = [table.c[name].in_(chosen) for name, chosen in asked.items() if chosen]
    return [*conditions, *([table.c.http_status.in_(wanted.statuses)] if wanted.http_status else [])]


def had_such_calls(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Of jobs: calls that failed are few, and so are those that are no polls, so that these are looked at first.

    The tallies tell which of them can be so at all. Polls that went well nearly every job has: if the tallies know of
    any that are wanted, each job is asked.
    """
    about = about_the_call(wanted)
    if not about:
        return []
    such = sa.select(calls.c.job).where(calls.c.account == wanted.account, *about)
    failed, no_polls = is_among(jobs.c.id, such.where(FAILED)), is_among(jobs.c.id, such.where(NO_POLL))
    if _has_failed(wanted):
        return [failed]
    others = (_there_are(wanted, tallies.c.error_kind == "", NO_POLLS), no_polls)
    return [sa.case(*([] if _is_no_poll(wanted) else [_polls(wanted, about)]), others, else_=failed)]


def _polls(wanted: Wanted, about: list[Any]) -> tuple[Any, Any]:
    """If there are such polls, whether a job had one, or another call that is wanted."""
    one = sa.select(calls.c.id).where(calls.c.job == jobs.c.id, *about).limit(1).correlate(jobs)
    had_one = one.scalar_subquery().is_not(None)  # of EXISTS, PostgreSQL might look at all calls to know it of all jobs
    return _there_are(wanted, _POLLS), had_one


def _there_are(wanted: Wanted, *which: Any) -> sa.ColumnElement[bool]:
    mine = (tallies.c.account == wanted.account, *of_the_call(tallies, wanted), *which)
    return sa.exists().where(*mine).select_from(tallies).correlate(None)


def is_among(column: sa.Column[str], such: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Looked up while the newest are gone through: what there is may be nearly all, and would have to be sorted."""
    return beside_indexes(column).in_(such.correlate(None))


def _has_failed(wanted: Wanted) -> bool:
    """So has each call with such a status or error; the codes of those that went well are many."""
    return min(wanted.statuses, default=0) >= 400 or bool(wanted.error_kind and all(wanted.error_kind))


def _is_no_poll(wanted: Wanted) -> bool:
    no_get = bool(wanted.method) and "GET" not in wanted.method
    return no_get or (bool(wanted.endpoint) and not any(path.endswith(STATUS) for path in wanted.endpoint))
