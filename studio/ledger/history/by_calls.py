"""What is asked of calls themselves, and of jobs by the calls that they had."""

from typing import Any

import sqlalchemy as sa

from studio.history.wanted import Wanted
from studio.ledger.reading import beside_indexes
from studio.ledger.tables import POLL, STATUS, calls, jobs, tallies

FAILED = sa.text("calls.error_kind <> ''")  # in the very words of the index of failed calls, as is the next one
NO_POLL = sa.text(f"NOT ({POLL.format('calls.')})")
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

    Polls that went well nearly every job has: if the tallies know of any that are wanted, each job is asked.
    """
    about, others = about_the_call(wanted), [] if _has_failed(wanted) else [NO_POLL]
    if not about:
        return []
    such = sa.select(calls.c.job).where(calls.c.account == wanted.account, *about, *others)
    if _has_failed(wanted) or _is_no_poll(wanted):
        return [is_among(jobs.c.id, such)]
    polls = (tallies.c.account == wanted.account, *of_the_call(tallies, wanted), _POLLS)
    there_are = sa.exists().where(*polls).select_from(tallies).correlate(None)
    one = sa.select(calls.c.id).where(calls.c.job == jobs.c.id, *about).limit(1).correlate(jobs)
    had_one = one.scalar_subquery().is_not(None)  # of EXISTS, PostgreSQL might look at all calls to know it of all jobs
    return [sa.case((there_are, had_one), else_=is_among(jobs.c.id, such))]


def is_among(column: sa.Column[str], such: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Looked up while the newest are gone through: what there is may be nearly all, and would have to be sorted."""
    return beside_indexes(column).in_(such.correlate(None))


def _has_failed(wanted: Wanted) -> bool:
    """So has each call with such a status or error; the codes of those that went well are many."""
    return min(wanted.statuses, default=0) >= 400 or bool(wanted.error_kind and all(wanted.error_kind))


def _is_no_poll(wanted: Wanted) -> bool:
    no_get = bool(wanted.method) and "GET" not in wanted.method
    return no_get or (bool(wanted.endpoint) and not any(path.endswith(STATUS) for path in wanted.endpoint))
