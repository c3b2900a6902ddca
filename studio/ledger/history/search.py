"""What a search finds: calls and jobs by the beginning of any id, and by parts of prompts and of errors."""

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
    said: sa.CTE | None
    most_said: int


def where_found(query: _Select, table: sa.Table, wanted: Query, dialect: str, others: OtherConditions) -> _Select:
    """Restrict a query to the calls or jobs that the search finds. Each of its queries has an index of its own."""
    matches = _matches(table, wanted, dialect, others)
    found = (_found_calls(matches, wanted, dialect) if table is calls else _found_jobs(matches)).cte("found")
    query = query.join(found, found.c.id == _key(table, dialect))
    return query.where(is_of(table.c.account, wanted.account))


def is_cut(table: sa.Table, wanted: Query, dialect: str, others: OtherConditions) -> _Select:
    """A query: has any part of the search reached its limit, so that there may be more?"""
    matches = _matches(table, wanted, dialect, others)
    limits = [(way.subquery(), MOST_MATCHES) for way in (*matches.own, *matches.jobs)]
    limits += [(matches.said, matches.most_said)] if matches.said is not None else []  # type: ignore[list-item]
    numbers = [sa.select(sa.func.count()).select_from(way).scalar_subquery() >= most for way, most in limits]
    return sa.select(sa.or_(sa.false(), *numbers))


def _key(table: sa.Table, dialect: str) -> sa.ColumnElement[Any]:
    """The key of a row: for calls their physical row id, as looking up many text ids would take longer."""
    place: sa.ColumnElement[Any] = sa.literal_column("calls.rowid" if dialect == "sqlite" else "calls.ctid")
    return place if table is calls else table.c.id


def _matches(table: sa.Table, wanted: Query, dialect: str, others: OtherConditions) -> _Matches:
    most = MOST_MATCHES_OF_CALLS if table is calls else MOST_MATCHES
    own = _calls_by_id(wanted, dialect, others) if table is calls else _jobs_by_id(wanted, dialect, others)
    return _Matches(
        [*own], [*_jobs_by_tasks(wanted, dialect, others)], _words(table, wanted, dialect, most, others), most
    )


def _found_calls(matches: _Matches, wanted: Query, dialect: str) -> sa.CompoundSelect[Any]:
    """The calls that were found, and all calls of the jobs that were found."""
    key, of_jobs = sa.select(_key(calls, dialect).label("id")), [*matches.jobs]
    ours = is_of(calls.c.account, wanted.account)
    found = [*matches.own]
    if matches.said is not None:
        found.append(key.where(calls.c.id.in_(sa.select(matches.said.c.about))))
        of_jobs.append(sa.select(matches.said.c.job).where(matches.said.c.job == matches.said.c.about))
    found += [key.where(ours & calls.c.job.in_(which)) for which in of_jobs]
    return sa.union(*found, key.select_from(calls).where(sa.false()))


def _found_jobs(matches: _Matches) -> sa.CompoundSelect[Any]:
    said = [sa.select(matches.said.c.job.label("id"))] if matches.said is not None else []
    return sa.union(*matches.own, *matches.jobs, *said, sa.select(jobs.c.id).where(sa.false()))


def _calls_by_id(wanted: Query, dialect: str, others: OtherConditions) -> Iterator[_Select]:
    key, ours = sa.select(_key(calls, dialect).label("id")), is_of(calls.c.account, wanted.account)
    for column in _columns(wanted, calls.c.id, calls.c.vendor_id, calls.c.task_id, calls.c.batch_id, calls.c.job):
        yield _few(key.where(ours & _begins(column, wanted.search, dialect), *others.of_calls))


def _jobs_by_id(wanted: Query, dialect: str, others: OtherConditions) -> Iterator[_Select]:
    """Jobs by their own id, or by an id of one of their calls."""
    ours = is_of(jobs.c.account, wanted.account)
    for column in _columns(wanted, jobs.c.id):
        yield _few(sa.select(jobs.c.id).where(ours & _begins(column, wanted.search, dialect), *others.of_jobs))
    theirs = is_of(calls.c.account, wanted.account) & (calls.c.job != "")
    for column in _columns(wanted, calls.c.id, calls.c.vendor_id, calls.c.task_id):
        mine = theirs & _begins(column, wanted.search, dialect)
        yield _few(sa.select(calls.c.job).where(mine, *_of(calls.c.job, others)))


def _jobs_by_tasks(wanted: Query, dialect: str, others: OtherConditions) -> Iterator[_Select]:
    """Jobs by the ids of their tasks and batch: no call has the id of a task that belongs to a batch."""
    for column in _columns(wanted, tasks.c.task_id):
        mine = (tasks.c.account == wanted.account) & _begins(column, wanted.search, dialect)
        yield _few(sa.select(tasks.c.job).where(mine, *_of(tasks.c.job, others)))
    for column in _columns(wanted, jobs.c.batch_id):
        mine = is_of(jobs.c.account, wanted.account) & _begins(column, wanted.search, dialect)
        yield _few(sa.select(jobs.c.id).where(mine, *others.of_jobs))


def _of(job: sa.Column[str], others: OtherConditions) -> list[Any]:
    """The other conditions on the job that a column of another table names."""
    is_wanted = sa.exists().where(jobs.c.id == job, *others.of_jobs).correlate(job.table)
    return [is_wanted] if others.of_jobs else []


def _columns(wanted: Query, *columns: sa.Column[str]) -> tuple[sa.Column[str], ...]:
    """The columns to search in; none if the text cannot be an id."""
    text = wanted.search
    return columns if len(text) >= SHORTEST_ID and len(text.split()) == 1 else ()


def _begins(column: sa.Column[str], text: str, dialect: str) -> sa.ColumnElement[bool]:
    """The column begins with this text, compared by code points, as the index is sorted."""
    if dialect == "postgresql":
        return column.op("~>=~", is_comparison=True)(text) & column.op("~<~", is_comparison=True)(text + _LAST)
    return (column >= text) & (column < text + _LAST)


def _words(table: sa.Table, wanted: Query, dialect: str, most: int, others: OtherConditions) -> sa.CTE | None:
    """The rows whose words have all these texts, the newest first; None when the search has no texts."""
    asked = texts.asked(wanted.search)
    if not asked:
        return None
    mine = words.c.account == wanted.account
    if wanted.listed:
        mine &= words.c.person == wanted.listed
    if wanted.person:
        mine &= words.c.person.in_(wanted.person)
    query = sa.select(words.c.about, words.c.job).where(mine, *_said_of(table, others))
    return texts.newest(query, asked, most, dialect).cte("said")


def _said_of(table: sa.Table, others: OtherConditions) -> list[Any]:
    """The other conditions on the job that has the words, or on the call that has them, if calls are listed."""
    if table is not calls or not others.of_calls:
        return _of(words.c.job, others)
    itself = has_one(sa.select(calls.c.id).where(calls.c.id == words.c.about, *others.of_calls).correlate(words))
    of_the_job = sa.and_(sa.true(), *_of(words.c.job, others))
    return [sa.case((words.c.job == words.c.about, of_the_job), else_=itself)]


def _few(query: _Select) -> _Select:
    """A limited number of rows, in the order of the index: very many ids may begin alike."""
    some = query.limit(MOST_MATCHES).subquery()
    return sa.select(next(iter(some.c)).label("id"))
