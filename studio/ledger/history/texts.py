"""Splits a search into texts, and finds the prompts, reasons and errors that contain all of them."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import product
from typing import Any

import sqlalchemy as sa

from studio.ledger.tables import words

MAX_LENGTH = 200
MAX_TEXTS = 40  # of one search
NEWEST_TEXTS = 20_000
_MIN_INDEXED = 3  # characters: SQLite's index does not find shorter texts
_QUOTES = "\"'“”„‘’«»"
_BETWEEN = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]+")
_Select = sa.Select[Any]
_OTHER_NUMBER = (  # a word and its singular, or its plural if that does not contain it
    (re.compile(r"([a-z]+[^aeiou])ies", re.IGNORECASE), r"\1y"),
    (re.compile(r"([a-z]+[^aeiou\W])y", re.IGNORECASE), r"\1ies"),
    (re.compile(r"([a-z]+(?:ss|x|z|ch|sh))es", re.IGNORECASE), r"\1"),
    (re.compile(r"([a-z]{2,}[^su\W])s", re.IGNORECASE), r"\1"),
)


def split(search: str) -> list[str]:
    """Return the texts of a search, without quotes and duplicates."""
    composed = unicodedata.normalize("NFC", search[:MAX_LENGTH])
    parts = (part.strip(_QUOTES) for part in _BETWEEN.split(composed))
    return list(dict.fromkeys(filter(None, parts)))[:MAX_TEXTS]


def singular_and_plural(text: str) -> list[str]:
    """Return an English word, and its singular or a plural that does not contain it: bears, bear; city, cities."""
    for written, other in _OTHER_NUMBER:
        if text.isascii() and (found := written.fullmatch(text)):
            return [text, found.expand(other)]
    return [text]


def newest(
    query: _Select, searched: Sequence[str | Sequence[str]], most: int, dialect: str
) -> _Select | sa.CompoundSelect[Any]:
    """Restrict a query about `words` to the newest `most` rows that contain each searched text, or one of its forms."""
    build = _newest_of_postgresql if dialect == "postgresql" else _newest_of_sqlite
    return build(query, [[text] if isinstance(text, str) else text for text in searched], most)


def _newest_of_sqlite(query: _Select, searched: Sequence[Sequence[str]], most: int) -> _Select:
    """Find texts of three characters and more by the index; search shorter ones in the rows found so, or in all rows.

    Chinese, Japanese and Korean have words of two characters: these take about 50 ms with the texts of a million calls.
    """
    long = [texts for texts in searched if min(map(len, texts)) >= _MIN_INDEXED]
    short = [sa.or_(*(_is_in(words.c.text, text) for text in texts)) for texts in searched if texts not in long]
    query = query.where(*short).order_by(words.c.id.desc()).limit(most)
    if not long:
        return query
    indexed = [" OR ".join(_quoted(form) for text in texts for form in _forms(text)) for texts in long]
    index = sa.table("search_words", sa.column("rowid"))
    asks = sa.literal_column("search_words").op("MATCH")(" AND ".join(f"({forms})" for forms in indexed))
    query = query.join_from(index, words, words.c.id == index.c.rowid).where(asks)
    return query.order_by(None).order_by(index.c.rowid.desc())


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""'))


def _forms(text: str) -> list[str]:
    """Return the text with composed accents (NFC) and with separate ones (NFD), as some systems write them."""
    return list(dict.fromkeys([text, unicodedata.normalize("NFD", text)]))


def _is_in(column: sa.Column[str], text: str) -> sa.ColumnElement[bool]:
    """Whether a column contains this short text in upper or lower case: SQLite ignores the case of ASCII only."""
    letters = ({letter, letter.lower(), letter.upper()} for letter in text)
    cases = sorted({text} if text.isascii() else {"".join(form) for form in product(*letters)})
    forms = dict.fromkeys(form for case in cases for form in _forms(case))
    return sa.or_(*(column.contains(form, autoescape=True) for form in forms))


def _newest_of_postgresql(query: _Select, searched: Sequence[Sequence[str]], most: int) -> sa.CompoundSelect[Any]:
    """Search the newest texts first, which are enough for a frequent word, then the others.

    The database lowers the case of the search, as it did for the stored texts: Python does it differently.

    The order is `id + 0`, not `id`: else PostgreSQL would read the index of IDs, and every text, for a rare word.
    """
    text: sa.ColumnElement[str] = sa.literal_column("words.search_text", sa.Text)
    escaped = ([re.sub("[/%_]", r"/\g<0>", form) for part in parts for form in _forms(part)] for parts in searched)
    is_in = (sa.or_(*(text.contains(sa.func.lower(form), escape="/") for form in forms)) for forms in escaped)
    query = query.where(*is_in)
    query = query.order_by((words.c.id + 0).desc()).limit(most)
    edge = sa.select(sa.func.max(words.c.id) - NEWEST_TEXTS).correlate(None).scalar_subquery()
    return sa.union_all(query.where(words.c.id > edge), query.where(words.c.id <= edge)).limit(most)
