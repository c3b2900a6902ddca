"""The texts of a search, and what has all of them in its own words: prompts, reasons and errors."""

import re
import unicodedata
from itertools import product
from typing import Any

import sqlalchemy as sa

from studio.ledger.tables import words

LONGEST = 200
MOST_ASKED = 40  # texts of one search
NEWEST = 20_000  # texts
_INDEXED = 3  # characters of a text that the index of SQLite knows
_QUOTES = "\"'“”„‘’«»"
_BETWEEN = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]+")
_Select = sa.Select[Any]


def asked(search: str) -> list[str]:
    """The texts that a search is about."""
    composed = unicodedata.normalize("NFC", search[:LONGEST])
    parts = (part.strip(_QUOTES) for part in _BETWEEN.split(composed))
    return list(dict.fromkeys(filter(None, parts)))[:MOST_ASKED]


def newest(query: _Select, asked: list[str], most: int, dialect: str) -> _Select | sa.CompoundSelect[Any]:
    """Of the rows of `words` that the query wants, the newest that have all these texts, at most so many."""
    of_dialect = _newest_of_postgresql if dialect == "postgresql" else _newest_of_sqlite
    return of_dialect(query, asked, most)


def _newest_of_sqlite(query: _Select, asked: list[str], most: int) -> _Select:
    """The index knows texts of three characters and more; a shorter one is looked for in what these found, or in all.

    Chinese, Japanese and Korean have words of two, which take some 50 ms in the texts of a million calls.
    """
    indexed = [" OR ".join(map(_quoted, _forms(text))) for text in asked if len(text) >= _INDEXED]
    short = (_is_in(words.c.text, text) for text in asked if len(text) < _INDEXED)
    query = query.where(*short).order_by(words.c.id.desc()).limit(most)
    if not indexed:
        return query
    index = sa.table("search_words", sa.column("rowid"))
    asks = sa.literal_column("search_words").op("MATCH")(" AND ".join(f"({forms})" for forms in indexed))
    query = query.join_from(index, words, words.c.id == index.c.rowid).where(asks)
    return query.order_by(None).order_by(index.c.rowid.desc())


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""'))


def _forms(text: str) -> list[str]:
    """As it is kept: letters with their marks in one, or, as some systems write them, apart."""
    return list(dict.fromkeys([text, unicodedata.normalize("NFD", text)]))


def _is_in(column: sa.Column[str], text: str) -> sa.ColumnElement[bool]:
    """This short text in capitals or small letters: SQLite itself knows those of ASCII alone."""
    letters = ({letter, letter.lower(), letter.upper()} for letter in text)
    cases = sorted({text} if text.isascii() else {"".join(form) for form in product(*letters)})
    forms = dict.fromkeys(form for case in cases for form in _forms(case))
    return sa.or_(*(column.contains(form, autoescape=True) for form in forms))


def _newest_of_postgresql(query: _Select, asked: list[str], most: int) -> sa.CompoundSelect[Any]:
    """First of the newest texts, which are enough for a word that is everywhere, then of the others.

    The database makes small letters of what is asked, as it did of what is kept: Python does it in other ways.

    Not in the order of the ids' index: that would be gone through, and every text looked into, for words that are rare.
    """
    text: sa.ColumnElement[str] = sa.literal_column("words.search_text", sa.Text)
    escaped = ([re.sub("[/%_]", r"/\g<0>", form) for form in _forms(part)] for part in asked)
    is_in = (sa.or_(*(text.contains(sa.func.lower(form), escape="/") for form in forms)) for forms in escaped)
    query = query.where(*is_in)
    query = query.order_by((words.c.id + 0).desc()).limit(most)
    edge = sa.select(sa.func.max(words.c.id) - NEWEST).correlate(None).scalar_subquery()
    return sa.union_all(query.where(words.c.id > edge), query.where(words.c.id <= edge)).limit(most)
