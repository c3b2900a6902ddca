"""The prompts that a person has used, with wildcards as they were written, each once, the last used first."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from studio.core.earlier_prompts import EarlierPrompt
from studio.ledger.database import Database
from studio.ledger.history import texts
from studio.ledger.job_queries import select_jobs
from studio.ledger.tables import jobs, prompts, words

_TEXT = sa.func.coalesce(sa.func.nullif(jobs.c.template, ""), jobs.c.prompt).label("text")
READ_FIRST = 1000  # prompts; a frequent word is in enough of these
MOST_FOUND = 500  # jobs by words, beyond these


class EarlierPromptLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, account: str, person: str, limit: int, search: str = "") -> list[EarlierPrompt]:
        """Return the prompts of a person's jobs that are not deleted, the last used first.

        With a `search`, those that contain all of its words: all among the newest `READ_FIRST`, beyond these those of
        the newest `MOST_FOUND` jobs that have the words.
        """
        searched = texts.split(search)
        query = _newest(account, person, prompts.c.last_job, prompts.c.number)
        with self._database.read() as connection:
            if searched:
                keys = _matching_keys(connection, account, person, limit, searched)
                query = query.where(prompts.c.prompt_key.in_(keys))
            number = {row.last_job: row.number for row in connection.execute(query.limit(limit))}
        found = select_jobs(self._database, jobs.c.id.in_(number), newest_first=True) if number else []
        return [EarlierPrompt(job, number[job.id]) for job in found]


def _newest(account: str, person: str, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    theirs = (prompts.c.account == account) & (prompts.c.person == person)
    return sa.select(*columns).where(theirs).order_by(prompts.c.last_at.desc(), prompts.c.last_job.desc())


def _matching_keys(connection: sa.Connection, account: str, person: str, limit: int, searched: list[str]) -> set[str]:
    """Return the keys of the prompts that contain all searched texts, at least `limit` of them if there are."""
    first = _newest(account, person, prompts.c.prompt_key, _TEXT).join(jobs, jobs.c.id == prompts.c.last_job)
    rows = connection.execute(first.limit(READ_FIRST)).all()
    keys = _keys_of(rows, searched)
    if len(keys) < limit and len(rows) == READ_FIRST:
        keys |= _keys_of(connection.execute(_by_words(connection, account, person, searched)), searched)
    return keys


def _by_words(connection: sa.Connection, account: str, person: str, searched: list[str]) -> sa.Select[Any]:
    """Return a query for the keys and texts of jobs by the index of words, which has reasons of failures, too."""
    mine = (words.c.account == account) & (words.c.person == person) & (words.c.about == words.c.job)
    found = texts.newest(sa.select(words.c.job).where(mine), searched, MOST_FOUND, connection.dialect.name)
    return sa.select(jobs.c.prompt_key, _TEXT).where(jobs.c.id.in_(sa.select(found.subquery().c.job)))


def _keys_of(rows: Iterable[Any], searched: Sequence[str]) -> set[str]:
    """Return the keys of the prompts that contain all searched texts."""
    return {row.prompt_key for row in rows if _contains(row.text, searched)}


def _contains(prompt: str, searched: Sequence[str]) -> bool:
    text = unicodedata.normalize("NFC", prompt).lower()
    return all(part.lower() in text for part in searched)
