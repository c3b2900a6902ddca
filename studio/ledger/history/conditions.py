"""The filters of the history as conditions on calls and on jobs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.error_groups import TASK_FAILED
from studio.core.query import STATES, Outcome, Query
from studio.core.values import State, Status
from studio.ledger.history.by_calls import (
    CALL_FILTERS,
    FAILED,
    NO_POLL,
    NO_POLL_WITHOUT_INDEX,
    Strategy,
    call_conditions,
    column_conditions,
    has_matching_call,
    is_among,
)
from studio.ledger.history.search import OtherConditions, where_found
from studio.ledger.job_queries import ENDED_BADLY, NOT_FINISHED, has_one, is_of
from studio.ledger.tables import SLOW_MS, calls, jobs, tallies, tasks

SLOW = sa.text(f"calls.duration_ms > {SLOW_MS}")  # the exact text of a partial index's condition, as is the next one
WITH_MODEL = sa.text("calls.model <> ''")
_REASON_LENGTH = 160  # characters
_NARROWING = ("since", "until", "model", *CALL_FILTERS, "http_status", "outcome", "slower", "failure")


def filter_calls(query: sa.Select[Any], filters: Query, dialect: str, *, every: bool = False) -> sa.Select[Any]:
    """Restrict a query about calls to those that match. With `every`, find calls of a mode by the account's jobs."""
    others, query = of_calls(filters, every=every), query.select_from(calls)
    if filters.search:
        query = where_found(query, calls, filters, dialect, others)
    elif not every:
        on_calls = column_conditions(tallies, filters)
        mine = _account(filters, tallies, on_calls) if on_calls else _account(filters, jobs, _of_mode(filters))
        query = query.where(calls.c.account == mine)
    return query.where(*others.of_calls)


def filter_jobs(
    query: sa.Select[Any], filters: Query, dialect: str, strategy: Strategy = Strategy.NEWEST_FIRST
) -> sa.Select[Any]:
    """Restrict a query about jobs to those that match; a condition on calls is met if any call of the job meets it."""
    others, query = of_jobs(filters, dialect, strategy), query.select_from(jobs)
    if filters.search:
        query = where_found(query, jobs, filters, dialect, others)
    elif strategy is not Strategy.NEWEST_FIRST:
        query = query.where(is_of(jobs.c.account, filters.account))
    else:
        query = query.where(jobs.c.account == _account(filters, tallies, column_conditions(tallies, filters)))
    return query.where(*others.of_jobs)


def of_calls(filters: Query, *, every: bool = False) -> OtherConditions:
    """Return the conditions for calls, without the search itself."""
    conditions = [*_common(calls, calls.c.at, filters), *call_conditions(filters)]
    conditions += [*_of_failed_jobs(filters), *_outcome_and_duration(filters)]
    if filters.model and all(filters.model):
        conditions.append(WITH_MODEL)
    conditions += _without_polls(conditions) if filters.without_polls else []
    of_mode = _of_mode(filters)
    if of_mode:
        such = sa.select(jobs.c.id).where(jobs.c.account == filters.account, *of_mode)
        conditions.append(calls.c.job.in_(such) if every else is_among(calls.c.job, such))
    return OtherConditions(conditions, [*of_mode, *_has_such_calls(filters, conditions)])


def _without_polls(conditions: list[Any]) -> list[Any]:
    """Return the condition that leaves out polls, as the text of its index unless an index of fewer calls is used."""
    if any(condition is FAILED for condition in conditions):
        return []  # `without_polls` leaves out successful polls, so failed calls need no condition
    return [NO_POLL_WITHOUT_INDEX if any(condition is SLOW for condition in conditions) else NO_POLL]


def _has_such_calls(filters: Query, conditions: list[Any]) -> list[Any]:
    """Return the condition that a job found by the search has a call that matches."""
    if not filters.search or not any(getattr(filters, name) for name in _NARROWING):
        return []
    # A job's calls have its model.
    of_model = [jobs.c.model.in_(filters.model)] if filters.model and all(filters.model) else []
    return [*of_model, has_one(sa.select(calls.c.id).where(calls.c.job == jobs.c.id, *conditions).correlate(jobs))]


def of_jobs(filters: Query, dialect: str, strategy: Strategy = Strategy.NEWEST_FIRST) -> OtherConditions:
    """Return the conditions for jobs, without the search itself."""
    conditions = [*_common(jobs, jobs.c.created_at, filters), *_job_outcome_and_duration(filters, dialect)]
    found = Strategy.EACH if filters.search else strategy  # a search finds few jobs
    return OtherConditions((), [*conditions, *_of_mode(filters), *has_matching_call(filters, found)])


def _of_mode(filters: Query) -> list[sa.ColumnElement[bool]]:
    return [jobs.c.mode.in_(filters.mode)] if filters.mode else []


def _account(filters: Query, table: sa.Table, conditions: list[Any]) -> Any:
    """Return the account if a row of it meets the conditions, else null: then no index is read to its end in vain."""
    mine = sa.select(table.c.account).where(table.c.account == filters.account, *conditions).limit(1)
    return mine.correlate(None).scalar_subquery() if conditions else filters.account


def _common(table: sa.Table, moment: sa.Column[datetime], filters: Query) -> list[Any]:
    """Return the conditions that calls and jobs have in common: time, model, person."""
    conditions = [moment >= filters.since] if filters.since else []
    conditions += [moment < filters.until] if filters.until else []
    conditions += [table.c.person == filters.listed] if filters.listed else []
    chosen = {name: getattr(filters, name) for name in ("model", "person")}
    return [*conditions, *(table.c[name].in_(values) for name, values in chosen.items() if values)]


def seconds(dialect: str) -> sa.ColumnElement[Any]:
    """Return the seconds that a finished job took, from being sent to its end; null for all other jobs.

    A refused job was answered without any work, and a dismissed one may still be running.
    """
    start = sa.func.coalesce(jobs.c.sent_at, jobs.c.created_at)
    took: sa.ColumnElement[Any] = sa.extract("epoch", jobs.c.finished_at - start)
    if dialect != "postgresql":
        days = sa.func.julianday(jobs.c.finished_at) - sa.func.julianday(start)
        took = sa.func.round(days * 86400.0, 3)  # differences of days as floats are not exact
    return sa.case((jobs.c.state == State.FINISHED, took))


def ended_badly(filters: Query) -> sa.ColumnElement[bool] | sa.TextClause:
    """Whether a task failed. The condition uses the index of failed tasks, unless `since` leaves few jobs."""
    return tasks.c.status.in_([Status.FAILED, Status.GONE]) if filters.since else ENDED_BADLY


def has_failed_task() -> sa.ColumnElement[bool]:
    """Whether a job has a task that ended without a result."""
    # Not correlated, as the query around it may read tasks, too.
    return jobs.c.id.in_(sa.select(tasks.c.job).where(ENDED_BADLY).correlate(None))


def shown_reason(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Return the beginning of a reason, which is shown, and by which failures are grouped."""
    return sa.func.substr(text, 1, _REASON_LENGTH, type_=text.type)


def _outcome_and_duration(filters: Query) -> list[Any]:
    conditions: list[Any] = call_outcome(filters.outcome, calls.c.error_kind, calls.c.http_status.is_(None))
    if filters.outcome and Outcome.SUCCEEDED not in filters.outcome:
        conditions.append(FAILED)
    if filters.slower:
        conditions.append(calls.c.duration_ms > filters.slower * 1000)
        conditions += [SLOW] if filters.slower * 1000 >= SLOW_MS else []
    return conditions


def _job_outcome_and_duration(filters: Query, dialect: str) -> list[Any]:
    took = [seconds(dialect) > filters.slower] if filters.slower else []
    return [*_job_outcome(filters.outcome), *_with_failure(filters), *took]


def _of_failed_jobs(filters: Query) -> list[Any]:
    conditions = _with_failure(filters)
    such = sa.select(jobs.c.id).where(jobs.c.account == filters.account, *conditions).correlate(None)
    return [calls.c.job.in_(such)] if conditions else []


def call_outcome(
    chosen: Sequence[str], error_kind: sa.ColumnElement[str], is_unanswered: sa.ColumnElement[bool]
) -> list[sa.ColumnElement[bool]]:
    """Return the condition that a call has one of the chosen outcomes: a call has one of three, a job of more."""
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


def _with_failure(filters: Query) -> list[sa.ColumnElement[bool]]:
    """Return the condition for refused or unconfirmed jobs with this error, and jobs with a task that failed so."""
    if not filters.failure:
        return []
    of_tasks = f"{TASK_FAILED}: "
    reasons = [one.removeprefix(of_tasks) for one in filters.failure if one.startswith(of_tasks)]
    failed = sa.select(tasks.c.job).where(ENDED_BADLY, shown_reason(tasks.c.reason).in_(reasons)).correlate(None)
    unclear = jobs.c.state.in_([State.REFUSED, State.UNCONFIRMED]) & NOT_FINISHED
    return [(unclear & jobs.c.error_kind.in_(filters.failure)) | jobs.c.id.in_(failed)]
