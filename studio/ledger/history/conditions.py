"""What is wanted, as conditions on calls and on jobs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.error_groups import TASK_FAILED
from studio.core.query import STATES, Outcome, Query
from studio.core.values import State, Status
from studio.ledger.history.by_calls import (
    FAILED,
    NO_POLL,
    NO_POLL_ANYHOW,
    OF_THE_CALL,
    Strategy,
    about_the_call,
    had_such_calls,
    is_among,
    of_the_call,
)
from studio.ledger.history.search import OtherConditions, where_found
from studio.ledger.job_queries import ENDED_BADLY, NOT_FINISHED, has_one, is_of
from studio.ledger.tables import SLOW_MS, calls, jobs, tallies, tasks

SLOW = sa.text(f"calls.duration_ms > {SLOW_MS}")  # in the very words of the index of slow calls, as is the next one
WITH_MODEL = sa.text("calls.model <> ''")
_SAID = 160
_NARROWING = ("since", "until", "model", *OF_THE_CALL, "http_status", "outcome", "slower", "failure")


def wanted_calls(query: sa.Select[Any], wanted: Query, dialect: str, *, every: bool = False) -> sa.Select[Any]:
    """A query about calls, for those that are wanted; `every` one of a mode is found by the jobs, of their account."""
    others, query = of_calls(wanted, every=every), query.select_from(calls)
    if wanted.search:
        query = where_found(query, calls, wanted, dialect, others)
    elif not every:
        about = of_the_call(tallies, wanted)
        mine = _account(wanted, tallies, about) if about else _account(wanted, jobs, _of_mode(wanted))
        query = query.where(calls.c.account == mine)
    return query.where(*others.of_calls)


def wanted_jobs(
    query: sa.Select[Any], wanted: Query, dialect: str, strategy: Strategy = Strategy.NEWEST_FIRST
) -> sa.Select[Any]:
    """A query about jobs, for those that are wanted; a condition on calls is about any of theirs."""
    others, query = of_jobs(wanted, dialect, strategy), query.select_from(jobs)
    if wanted.search:
        query = where_found(query, jobs, wanted, dialect, others)
    elif strategy is not Strategy.NEWEST_FIRST:
        query = query.where(is_of(jobs.c.account, wanted.account))
    else:
        query = query.where(jobs.c.account == _account(wanted, tallies, of_the_call(tallies, wanted)))
    return query.where(*others.of_jobs)


def of_calls(wanted: Query, *, every: bool = False) -> OtherConditions:
    """What is wanted of calls, beside what the search finds."""
    conditions = [*_alike(calls, calls.c.at, wanted), *about_the_call(wanted)]
    conditions += [*_of_such_jobs(wanted), *_ended_and_took(wanted)]
    if wanted.model and all(wanted.model):
        conditions.append(WITH_MODEL)
    conditions += _without_polls(conditions) if wanted.without_polls else []
    of_mode = _of_mode(wanted)
    if of_mode:
        such = sa.select(jobs.c.id).where(jobs.c.account == wanted.account, *of_mode)
        conditions.append(calls.c.job.in_(such) if every else is_among(calls.c.job, such))
    return OtherConditions(conditions, [*of_mode, *_has_such_calls(wanted, conditions)])


def _without_polls(conditions: list[Any]) -> list[Any]:
    """In the words of the index of these, unless there is one of fewer calls."""
    if any(condition is FAILED for condition in conditions):
        return []  # of polls, those that went well are left out
    return [NO_POLL_ANYHOW if any(condition is SLOW for condition in conditions) else NO_POLL]


def _has_such_calls(wanted: Query, conditions: list[Any]) -> list[Any]:
    """Of the jobs that a search finds, those with a call that is wanted."""
    if not wanted.search or not any(getattr(wanted, name) for name in _NARROWING):
        return []
    of_model = [jobs.c.model.in_(wanted.model)] if wanted.model and all(wanted.model) else []  # as its calls have it
    return [*of_model, has_one(sa.select(calls.c.id).where(calls.c.job == jobs.c.id, *conditions).correlate(jobs))]


def of_jobs(wanted: Query, dialect: str, strategy: Strategy = Strategy.NEWEST_FIRST) -> OtherConditions:
    """What is wanted of jobs, beside what the search finds."""
    conditions = [*_alike(jobs, jobs.c.created_at, wanted), *_job_ended_and_took(wanted, dialect)]
    found = Strategy.EACH if wanted.search else strategy  # what is found by words or ids is few
    return OtherConditions((), [*conditions, *_of_mode(wanted), *had_such_calls(wanted, found)])


def _of_mode(wanted: Query) -> list[sa.ColumnElement[bool]]:
    return [jobs.c.mode.in_(wanted.mode)] if wanted.mode else []


def _account(wanted: Query, table: sa.Table, conditions: list[Any]) -> Any:
    """The account, if it has any such rows: else nothing is gone through, to its very end, for what is not there."""
    mine = sa.select(table.c.account).where(table.c.account == wanted.account, *conditions).limit(1)
    return mine.correlate(None).scalar_subquery() if conditions else wanted.account


def _alike(table: sa.Table, moment: sa.Column[datetime], wanted: Query) -> list[Any]:
    """What holds for calls and jobs alike: when, which models and people."""
    conditions = [moment >= wanted.since] if wanted.since else []
    conditions += [moment < wanted.until] if wanted.until else []
    conditions += [table.c.person == wanted.listed] if wanted.listed else []
    chosen = {name: getattr(wanted, name) for name in ("model", "person")}
    return [*conditions, *(table.c[name].in_(values) for name, values in chosen.items() if values)]


def seconds(dialect: str) -> sa.ColumnElement[Any]:
    """How long a finished job took, from being sent to its end; null for all others.

    A job that was refused took none: there was an answer, and no work. That a person gave up waiting is no end of work.
    """
    start = sa.func.coalesce(jobs.c.sent_at, jobs.c.created_at)
    took: sa.ColumnElement[Any] = sa.extract("epoch", jobs.c.finished_at - start)
    if dialect != "postgresql":
        days = sa.func.julianday(jobs.c.finished_at) - sa.func.julianday(start)
        took = sa.func.round(days * 86400.0, 3)  # a day in floats is not exact
    return sa.case((jobs.c.state == State.FINISHED, took))


def ended_badly(wanted: Query) -> sa.ColumnElement[bool] | sa.TextClause:
    """Of the tasks of jobs that are wanted: found by their own index, or, if only new jobs are, by the jobs."""
    return tasks.c.status.in_([Status.FAILED, Status.GONE]) if wanted.since else ENDED_BADLY


def has_failed_task() -> sa.ColumnElement[bool]:
    return jobs.c.id.in_(sa.select(tasks.c.job).where(ENDED_BADLY).correlate(None))  # a query may be about tasks itself


def said(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """What is shown of a reason, and by what failures are told apart."""
    return sa.func.substr(text, 1, _SAID, type_=text.type)


def _ended_and_took(wanted: Query) -> list[Any]:
    conditions: list[Any] = call_outcome(wanted.outcome, calls.c.error_kind, calls.c.http_status.is_(None))
    if wanted.outcome and Outcome.SUCCEEDED not in wanted.outcome:
        conditions.append(FAILED)
    if wanted.slower:
        conditions.append(calls.c.duration_ms > wanted.slower * 1000)
        conditions += [SLOW] if wanted.slower * 1000 >= SLOW_MS else []
    return conditions


def _job_ended_and_took(wanted: Query, dialect: str) -> list[Any]:
    took = [seconds(dialect) > wanted.slower] if wanted.slower else []
    return [*_job_outcome(wanted.outcome), *_failed_so(wanted), *took]


def _of_such_jobs(wanted: Query) -> list[Any]:
    conditions = _failed_so(wanted)
    such = sa.select(jobs.c.id).where(jobs.c.account == wanted.account, *conditions).correlate(None)
    return [calls.c.job.in_(such)] if conditions else []


def call_outcome(
    chosen: Sequence[str], error_kind: sa.ColumnElement[str], is_unanswered: sa.ColumnElement[bool]
) -> list[sa.ColumnElement[bool]]:
    """Each call ended in one of three ways; what a job can end in besides, no call does."""
    if not chosen:
        return []
    has_failed = error_kind != ""
    ways = {
        Outcome.SUCCEEDED: error_kind == "",
        Outcome.FAILED: has_failed & ~is_unanswered,
        Outcome.UNANSWERED: has_failed & is_unanswered,
    }
    return [sa.or_(sa.false(), *(way for outcome, way in ways.items() if outcome in chosen))]


def _job_outcome(chosen: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    if not chosen:
        return []
    finished, failed = jobs.c.state == State.FINISHED, has_failed_task()
    ways = [jobs.c.state.in_(STATES[Outcome(one)]) & NOT_FINISHED for one in chosen if one in STATES]
    ways += [finished & ~failed] if Outcome.SUCCEEDED in chosen else []
    ways += [finished & failed] if Outcome.FAILED in chosen else []
    return [sa.or_(sa.false(), *ways)]


def _failed_so(wanted: Query) -> list[sa.ColumnElement[bool]]:
    """Jobs with such an error and no clear end, and jobs with a task that failed so."""
    if not wanted.failure:
        return []
    of_tasks = f"{TASK_FAILED}: "
    reasons = [one.removeprefix(of_tasks) for one in wanted.failure if one.startswith(of_tasks)]
    failed = sa.select(tasks.c.job).where(ENDED_BADLY, said(tasks.c.reason).in_(reasons)).correlate(None)
    unclear = jobs.c.state.in_([State.REFUSED, State.UNCONFIRMED]) & NOT_FINISHED
    return [(unclear & jobs.c.error_kind.in_(wanted.failure)) | jobs.c.id.in_(failed)]
