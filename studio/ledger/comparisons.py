"""Comparisons of jobs in the ledger: names, owners, jobs in order, and votes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.comparisons import Comparison, Vote
from studio.ledger.changed_jobs import mark_account_changed
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of, row_of
from studio.ledger.tables import comparison_jobs, comparison_votes, comparisons
from studio.ledger.upsert import upsert

_COMPARISON, _VOTE = columns_of(Comparison, comparisons.c), columns_of(Vote, comparison_votes.c)
_NEWEST_FIRST = (comparisons.c.created_at.desc(), comparisons.c.id.desc())


class ComparisonLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of_account(self, account: str, person: str = "", most: int | None = None) -> list[Comparison]:
        """Return the comparisons of an account, of one person if given, that are not deleted, newest first."""
        return self._select(_there(account, person), most)

    def number(self, account: str, person: str = "") -> int:
        """Return how many comparisons `of_account` has without a limit."""
        query = sa.select(sa.func.count()).select_from(comparisons).where(_there(account, person))
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def newest(self, account: str, owners: Collection[str], most: int) -> list[Comparison]:
        """Return the newest comparisons of an account, of these people if given, without their jobs."""
        query = sa.select(*_COMPARISON).where(_there(account), *([comparisons.c.person.in_(owners)] if owners else []))
        with self._database.read() as connection:
            return [Comparison(*row) for row in connection.execute(query.order_by(*_NEWEST_FIRST).limit(most))]

    def of_person(self, account: str, person: str) -> list[Comparison]:
        """Return all comparisons of a person with an account, also deleted ones, newest first."""
        return self._select(_of(account, person))

    def get(self, account: str, comparison_id: str) -> Comparison | None:
        """Return a comparison of an account, also a deleted one; None if there is none with this ID."""
        return next(iter(self._select((comparisons.c.account == account) & (comparisons.c.id == comparison_id))), None)

    def add(self, comparison: Comparison) -> None:
        """Write a new comparison with its jobs. No open page shows it yet, so no page hears of it."""
        with self._database.write() as connection:
            connection.execute(comparisons.insert().values(**row_of(comparison, comparisons)))
            _add_jobs(connection, comparison, comparison.jobs)

    def change(self, comparison: Comparison, /, **changes: Any) -> None:
        """Change columns of a comparison."""
        with self._database.write() as connection:
            _change(connection, comparison, **changes)

    def add_jobs(self, comparison: Comparison, job_ids: Iterable[str], at: datetime) -> None:
        """Add jobs at the end; those that were removed from it return to their old places."""
        with self._database.write() as connection:
            _add_jobs(connection, comparison, job_ids)
            _change(connection, comparison, updated_at=at)

    def remove_jobs(self, comparison: Comparison, job_ids: Iterable[str], at: datetime) -> None:
        """Remove jobs from a comparison, which keeps their places."""
        theirs = _is_in(comparison) & comparison_jobs.c.job.in_(list(job_ids))
        with self._database.write() as connection:
            connection.execute(comparison_jobs.update().where(theirs).values(removed_at=at))
            _change(connection, comparison, updated_at=at)

    def votes(self, comparison_id: str) -> list[Vote]:
        """Return all votes of a comparison, also those for outputs that are not in it any more."""
        return self._votes(comparison_votes.c.comparison == comparison_id)

    def votes_of(self, account: str, person: str) -> list[Vote]:
        """Return all votes of a person in comparisons of an account."""
        return self._votes(_voted(account, person))

    def vote(self, comparison: Comparison, vote: Vote) -> None:
        """Write a person's vote in a row, in place of an earlier one."""
        with self._database.write() as connection:
            upsert(connection, comparison_votes, row_of(vote, comparison_votes))
            mark_account_changed(connection, comparison.account)

    def take_back(self, comparison: Comparison, row: str, person: str) -> None:
        """Remove a person's vote in a row."""
        votes = comparison_votes.c
        mine = (votes.comparison == comparison.id) & (votes.row == row) & (votes.person == person)
        with self._database.write() as connection:
            connection.execute(comparison_votes.delete().where(mine))
            mark_account_changed(connection, comparison.account)

    def drop_deleted(self, before: datetime) -> int:
        """Remove the comparisons that were deleted before a moment; return how many. Their jobs stay."""
        return self._drop(comparisons.c.deleted_at < before)

    def drop_of(self, account: str, person: str) -> int:
        """Remove all comparisons of a person with an account, and all their votes; return how many comparisons."""
        with self._database.write() as connection:
            connection.execute(comparison_votes.delete().where(_voted(account, person)))
            mark_account_changed(connection, account)
        return self._drop(_of(account, person))

    def _select(self, which: sa.ColumnElement[bool], most: int | None = None) -> list[Comparison]:
        newest = sa.select(comparisons.c.id).where(which).order_by(*_NEWEST_FIRST).limit(most)
        chosen = comparison_jobs.c.comparison.in_(newest)
        with self._database.read() as connection:
            found = connection.execute(sa.select(*_COMPARISON).where(which).order_by(*_NEWEST_FIRST).limit(most)).all()
            jobs: defaultdict[str, list[str]] = defaultdict(list)
            there = chosen & comparison_jobs.c.removed_at.is_(None)
            for row in connection.execute(sa.select(comparison_jobs).where(there).order_by(comparison_jobs.c.position)):
                jobs[row.comparison].append(row.job)
        return [replace(Comparison(*row), jobs=tuple(jobs[row.id])) for row in found]

    def _votes(self, which: sa.ColumnElement[bool]) -> list[Vote]:
        ordered = sa.select(*_VOTE).where(which).order_by(*_VOTE)
        with self._database.read() as connection:
            return [Vote(*row) for row in connection.execute(ordered)]

    def _drop(self, which: sa.ColumnElement[bool]) -> int:
        gone = sa.select(comparisons.c.id).where(which)
        with self._database.write() as connection:
            for account in connection.scalars(sa.select(comparisons.c.account).where(which).distinct()).all():
                mark_account_changed(connection, account)
            for table in (comparison_votes, comparison_jobs):
                connection.execute(table.delete().where(table.c.comparison.in_(gone)))
            return connection.execute(comparisons.delete().where(which)).rowcount


def _add_jobs(connection: sa.Connection, comparison: Comparison, job_ids: Iterable[str]) -> None:
    last = sa.select(sa.func.max(comparison_jobs.c.position)).where(_is_in(comparison))
    first = (connection.scalar(last) or 0) + 1
    for position, job_id in enumerate(dict.fromkeys(job_ids), first):
        row = {"comparison": comparison.id, "job": job_id, "position": position, "removed_at": None}
        upsert(connection, comparison_jobs, row, {"removed_at": None})


def _change(connection: sa.Connection, comparison: Comparison, **changes: Any) -> None:
    connection.execute(comparisons.update().where(comparisons.c.id == comparison.id).values(**changes))
    mark_account_changed(connection, comparison.account)


def _is_in(comparison: Comparison) -> sa.ColumnElement[bool]:
    return comparison_jobs.c.comparison == comparison.id


def _there(account: str, person: str = "") -> sa.ColumnElement[bool]:
    there = (comparisons.c.account == account) & comparisons.c.deleted_at.is_(None)
    return there & (comparisons.c.person == person) if person else there


def _of(account: str, person: str) -> sa.ColumnElement[bool]:
    return (comparisons.c.account == account) & (comparisons.c.person == person)


def _voted(account: str, person: str) -> sa.ColumnElement[bool]:
    ours = sa.select(comparisons.c.id).where(comparisons.c.account == account)
    return (comparison_votes.c.person == person) & comparison_votes.c.comparison.in_(ours)
