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
class Also:
    """What else is wanted, of calls and of jobs: only so many are found, and these must be among what is wanted."""

    of_calls: Sequence[Any] = ()
    of_jobs: Sequence[Any] = ()


@dataclass(frozen=True)
class _Ways:
    """What a search finds, each way only so many: lines of the list itself, jobs, and what has the words."""

    own: list[_Select]
    jobs: list[_Select]
    said: sa.CTE | None
    most_said: int


def where_found(query: _Select, table: sa.Table, wanted: Query, dialect: str, also: Also) -> _Select:
    """A query about calls or jobs, for those that the search is about; each way of finding has its own index."""
    ways = _ways(table, wanted, dialect, also)
    found = (_found_calls(ways, wanted, dialect) if table is calls else _found_jobs(ways)).cte("found")
    query = query.join(found, found.c.id == _key(table, dialect))
    return query.where(is_of(table.c.account, wanted.account))


def is_cut(table: sa.Table, wanted: Query, dialect: str, also: Also) -> _Select:
    """Whether there is more than a search may find."""
    ways = _ways(table, wanted, dialect, also)
    limits = [(way.subquery(), MOST_MATCHES) for way in (*ways.own, *ways.jobs)]
    limits += [(ways.said, ways.most_said)] if ways.said is not None else []  # type: ignore[list-item]
    numbers = [sa.select(sa.func.count()).select_from(way).scalar_subquery() >= most for way, most in limits]
    return sa.select(sa.or_(sa.false(), *numbers))


def _key(table: sa.Table, dialect: str) -> sa.ColumnElement[Any]:
    """By what calls are told apart here: their place in the database, as many ids would each be looked up once more."""
    place: sa.ColumnElement[Any] = sa.literal_column("calls.rowid" if dialect == "sqlite" else "calls.ctid")
    return place if table is calls else table.c.id


def _ways(table: sa.Table, wanted: Query, dialect: str, also: Also) -> _Ways:
    most = MOST_MATCHES_OF_CALLS if table is calls else MOST_MATCHES
    own = _calls_by_id(wanted, dialect, also) if table is calls else _jobs_by_id(wanted, dialect, also)
    return _Ways([*own], [*_jobs_by_tasks(wanted, dialect, also)], _words(table, wanted, dialect, most, also), most)


def _found_calls(ways: _Ways, wanted: Query, dialect: str) -> sa.CompoundSelect[Any]:
    """Besides these themselves, all calls of the jobs."""
    key, of_jobs = sa.select(_key(calls, dialect).label("id")), [*ways.jobs]
    ours = is_of(calls.c.account, wanted.account)
    found = [*ways.own]
    if ways.said is not None:
        found.append(key.where(calls.c.id.in_(sa.select(ways.said.c.about))))
        of_jobs.append(sa.select(ways.said.c.job).where(ways.said.c.job == ways.said.c.about))
    found += [key.where(ours & calls.c.job.in_(which)) for which in of_jobs]
    return sa.union(*found, key.select_from(calls).where(sa.false()))


def _found_jobs(ways: _Ways) -> sa.CompoundSelect[Any]:
    said = [sa.select(ways.said.c.job.label("id"))] if ways.said is not None else []
    return sa.union(*ways.own, *ways.jobs, *said, sa.select(jobs.c.id).where(sa.false()))


def _calls_by_id(wanted: Query, dialect: str, also: Also) -> Iterator[_Select]:
    key, ours = sa.select(_key(calls, dialect).label("id")), is_of(calls.c.account, wanted.account)
    for column in _columns(wanted, calls.c.id, calls.c.vendor_id, calls.c.task_id, calls.c.batch_id, calls.c.job):
        yield _few(key.where(ours & _begins(column, wanted.search, dialect), *also.of_calls))


def _jobs_by_id(wanted: Query, dialect: str, also: Also) -> Iterator[_Select]:
    """Also by one of their calls."""
    ours = is_of(jobs.c.account, wanted.account)
    for column in _columns(wanted, jobs.c.id):
        yield _few(sa.select(jobs.c.id).where(ours & _begins(column, wanted.search, dialect), *also.of_jobs))
    theirs = is_of(calls.c.account, wanted.account) & (calls.c.job != "")
    for column in _columns(wanted, calls.c.id, calls.c.vendor_id, calls.c.task_id):
        mine = theirs & _begins(column, wanted.search, dialect)
        yield _few(sa.select(calls.c.job).where(mine, *_of(calls.c.job, also)))


def _jobs_by_tasks(wanted: Query, dialect: str, also: Also) -> Iterator[_Select]:
    """A task of a batch is in no call of its own: its job's calls are what tells about it."""
    for column in _columns(wanted, tasks.c.task_id):
        mine = (tasks.c.account == wanted.account) & _begins(column, wanted.search, dialect)
        yield _few(sa.select(tasks.c.job).where(mine, *_of(tasks.c.job, also)))
    for column in _columns(wanted, jobs.c.batch_id):
        mine = is_of(jobs.c.account, wanted.account) & _begins(column, wanted.search, dialect)
        yield _few(sa.select(jobs.c.id).where(mine, *also.of_jobs))


def _of(job: sa.Column[str], also: Also) -> list[Any]:
    """What else is wanted of a job that another table names: of many, so that the jobs may be looked through once."""
    is_wanted = sa.exists().where(jobs.c.id == job, *also.of_jobs).correlate(job.table)
    return [is_wanted] if also.of_jobs else []


def _columns(wanted: Query, *columns: sa.Column[str]) -> tuple[sa.Column[str], ...]:
    """The columns to look into, if it may be an id at all."""
    text = wanted.search
    return columns if len(text) >= SHORTEST_ID and len(text.split()) == 1 else ()


def _begins(column: sa.Column[str], text: str, dialect: str) -> sa.ColumnElement[bool]:
    """It begins with this text, by the order of its code points, which the index has."""
    if dialect == "postgresql":
        return column.op("~>=~", is_comparison=True)(text) & column.op("~<~", is_comparison=True)(text + _LAST)
    return (column >= text) & (column < text + _LAST)


def _words(table: sa.Table, wanted: Query, dialect: str, most: int, also: Also) -> sa.CTE | None:
    """What has all these texts somewhere in its own, the newest first; nothing when the search has none."""
    asked = texts.asked(wanted.search)
    if not asked:
        return None
    mine = words.c.account == wanted.account
    if wanted.listed:
        mine &= words.c.person == wanted.listed
    if wanted.person:
        mine &= words.c.person.in_(wanted.person)
    query = sa.select(words.c.about, words.c.job).where(mine, *_said_of(table, also))
    return texts.newest(query, asked, most, dialect).cte("said")


def _said_of(table: sa.Table, also: Also) -> list[Any]:
    """What else is wanted of the job that has the words, or of the call, if calls are listed and it has them itself."""
    if table is not calls or not also.of_calls:
        return _of(words.c.job, also)
    itself = has_one(sa.select(calls.c.id).where(calls.c.id == words.c.about, *also.of_calls).correlate(words))
    of_the_job = sa.and_(sa.true(), *_of(words.c.job, also))
    return [sa.case((words.c.job == words.c.about, of_the_job), else_=itself)]


def _few(query: _Select) -> _Select:
    """The beginning of an id may be that of very many; which of them are found is the index's choice."""
    some = query.limit(MOST_MATCHES).subquery()
    return sa.select(next(iter(some.c)).label("id"))
