"""The search: finds calls and jobs by the beginning of any ID, and by parts of prompts and errors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from studio.core.query import MOST_MATCHES, MOST_MATCHES_OF_CALLS, Query
from studio.ledger.history import texts
from studio.ledger.job_queries import has_one, is_of
from studio.ledger.tables import calls, jobs, tasks, words

SHORTEST_ID = 4
_LAST = "\U0010ffff"
_Select = sa.Select[Any]


@dataclass(frozen=True)
class OtherConditions:
    """The other conditions on calls and on jobs. A search finds a limited number, so it applies these itself."""

    of_calls: Sequence[Any] = ()
    of_jobs: Sequence[Any] = ()


@dataclass(frozen=True)
class _Matches:
    """The queries of a search, each with a limit: rows of the list by their ids, jobs by ids, and rows by words."""

    own: list[_Select]
    jobs: list[_Select]
    by_words: sa.CTE | None
    most_by_words: int


def where_found(query: _Select, table: sa.Table, filters: Query, dialect: str, others: OtherConditions) -> _Select:
    """Restrict a query to the calls or jobs that the search finds. Each part of the search uses its own index."""
    matches = _matches(table, filters, dialect, others)
    found = (_found_calls(matches, filters, dialect) if table is calls else _found_jobs(matches)).cte("found")
    query = query.join(found, found.c.id == _key(table, dialect))
    return query.where(is_of(table.c.account, filters.account))


def is_truncated(table: sa.Table, filters: Query, dialect: str, others: OtherConditions) -> _Select:
    """Return a query for whether any part of the search has reached its limit, so that there may be more matches."""
    matches = _matches(table, filters, dialect, others)
    limits = [(way.subquery(), MOST_MATCHES) for way in (*matches.own, *matches.jobs)]
    limits += [(matches.by_words, matches.most_by_words)] if matches.by_words is not None else []  # type: ignore[list-item]
    numbers = [sa.select(sa.func.count()).select_from(way).scalar_subquery() >= most for way, most in limits]
    return sa.select(sa.or_(sa.false(), *numbers))


def _key(table: sa.Table, dialect: str) -> sa.ColumnElement[Any]:
    """Return the key of a row: for calls the physical row ID, as looking up many text IDs would take longer."""
    place: sa.ColumnElement[Any] = sa.literal_column("calls.rowid" if dialect == "sqlite" else "calls.ctid")
    return place if table is calls else table.c.id


def _matches(table: sa.Table, filters: Query, dialect: str, others: OtherConditions) -> _Matches:
    most = MOST_MATCHES_OF_CALLS if table is calls else MOST_MATCHES
    own = _calls_by_id(filters, dialect, others) if table is calls else _jobs_by_id(filters, dialect, others)
    return _Matches(
        [*own], [*_jobs_by_tasks(filters, dialect, others)], _words(table, filters, dialect, most, others), most
    )


def _found_calls(matches: _Matches, filters: Query, dialect: str) -> sa.CompoundSelect[Any]:
    """Return a query for the calls that were found, and all calls of the jobs that were found."""
    key, of_jobs = sa.select(_key(calls, dialect).label("id")), [*matches.jobs]
    ours = is_of(calls.c.account, filters.account)
    found = [*matches.own]
    if matches.by_words is not None:
        found.append(key.where(calls.c.id.in_(sa.select(matches.by_words.c.about))))
        of_jobs.append(sa.select(matches.by_words.c.job).where(matches.by_words.c.job == matches.by_words.c.about))
    found += [key.where(ours & calls.c.job.in_(which)) for which in of_jobs]
    return sa.union(*found, key.select_from(calls).where(sa.false()))


def _found_jobs(matches: _Matches) -> sa.CompoundSelect[Any]:
    by_words = [sa.select(matches.by_words.c.job.label("id"))] if matches.by_words is not None else []
    return sa.union(*matches.own, *matches.jobs, *by_words, sa.select(jobs.c.id).where(sa.false()))


def _calls_by_id(filters: Query, dialect: str, others: OtherConditions) -> Iterator[_Select]:
    key, ours = sa.select(_key(calls, dialect).label("id")), is_of(calls.c.account, filters.account)
    for column in _columns(filters, calls.c.id, calls.c.vendor_id, calls.c.task_id, calls.c.batch_id, calls.c.job):
        yield _limited(key.where(ours & _begins(column, filters.search, dialect), *others.of_calls))


def _jobs_by_id(filters: Query, dialect: str, others: OtherConditions) -> Iterator[_Select]:
    """Find jobs by their own ID, or by an ID of one of their calls."""
    ours = is_of(jobs.c.account, filters.account)
    for column in _columns(filters, jobs.c.id):
        yield _limited(sa.select(jobs.c.id).where(ours & _begins(column, filters.search, dialect), *others.of_jobs))
    theirs = is_of(calls.c.account, filters.account) & (calls.c.job != "")
    for column in _columns(filters, calls.c.id, calls.c.vendor_id, calls.c.task_id):
        mine = theirs & _begins(column, filters.search, dialect)
        yield _limited(sa.select(calls.c.job).where(mine, *_of(calls.c.job, others)))


def _jobs_by_tasks(filters: Query, dialect: str, others: OtherConditions) -> Iterator[_Select]:
    """Find jobs by the IDs of their tasks and batch: no call has the ID of a task that belongs to a batch."""
    for column in _columns(filters, tasks.c.task_id):
        mine = (tasks.c.account == filters.account) & _begins(column, filters.search, dialect)
        yield _limited(sa.select(tasks.c.job).where(mine, *_of(tasks.c.job, others)))
    for column in _columns(filters, jobs.c.batch_id):
        mine = is_of(jobs.c.account, filters.account) & _begins(column, filters.search, dialect)
        yield _limited(sa.select(jobs.c.id).where(mine, *others.of_jobs))


def _of(job: sa.Column[str], others: OtherConditions) -> list[Any]:
    """Return the other conditions on the job that a column of another table names."""
    matches = sa.exists().where(jobs.c.id == job, *others.of_jobs).correlate(job.table)
    return [matches] if others.of_jobs else []


def _columns(filters: Query, *columns: sa.Column[str]) -> tuple[sa.Column[str], ...]:
    """Return the columns to search in; none if the text cannot be an ID."""
    text = filters.search
    return columns if len(text) >= SHORTEST_ID and len(text.split()) == 1 else ()


def _begins(column: sa.Column[str], text: str, dialect: str) -> sa.ColumnElement[bool]:
    """Whether a column begins with this text, compared by code points, as the index is sorted."""
    if dialect == "postgresql":
        return column.op("~>=~", is_comparison=True)(text) & column.op("~<~", is_comparison=True)(text + _LAST)
    return (column >= text) & (column < text + _LAST)


def _words(table: sa.Table, filters: Query, dialect: str, most: int, others: OtherConditions) -> sa.CTE | None:
    """Return the newest rows whose texts contain all searched texts; None when the search has none."""
    searched = texts.split(filters.search)
    if not searched:
        return None
    mine = words.c.account == filters.account
    if filters.listed:
        mine &= words.c.person == filters.listed
    if filters.person:
        mine &= words.c.person.in_(filters.person)
    query = sa.select(words.c.about, words.c.job).where(mine, *_conditions_on_words(table, others))
    return texts.newest(query, searched, most, dialect).cte("by_words")


def _conditions_on_words(table: sa.Table, others: OtherConditions) -> list[Any]:
    """Return the other conditions on the job that a row of `words` is about or, in a list of calls, on its call."""
    if table is not calls or not others.of_calls:
        return _of(words.c.job, others)
    itself = has_one(sa.select(calls.c.id).where(calls.c.id == words.c.about, *others.of_calls).correlate(words))
    of_the_job = sa.and_(sa.true(), *_of(words.c.job, others))
    return [sa.case((words.c.job == words.c.about, of_the_job), else_=itself)]


def _limited(query: _Select) -> _Select:
    """Limit a query to `MOST_MATCHES` rows, in the order of the index: very many IDs may begin alike."""
    some = query.limit(MOST_MATCHES).subquery()
    return sa.select(next(iter(some.c)).label("id"))
