"""Column types that store times and texts in the same way on both databases, and functions that make columns."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

SEARCH = "search_"  # the prefix of tables, columns and indexes for the search that only one database has


class Moment(TypeDecorator[datetime]):
    """An aware time, stored in UTC. SQLite has no time zones, so it is stored there without one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Any text, with NUL and lone surrogates replaced: PostgreSQL stores no NUL, no database a lone surrogate."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return re.sub("[\0\ud800-\udfff]", "\ufffd", value) if value else value


class Choice(TypeDecorator[StrEnum]):
    """A member of an enum, stored as its text. Errors: ValueError when a row has another text."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Any) -> StrEnum | None:
        return None if value is None else self.members(value)


class JsonObject(TypeDecorator[Mapping[str, Any]]):
    """A mapping of any type, stored as JSON; a dict when it is read."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Any) -> dict[str, Any] | None:
        return None if value is None else dict(value)


class JsonTexts(TypeDecorator[tuple[str, ...]]):
    """Several texts in their order, stored as JSON; a tuple when they are read, empty for a row without any."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Any) -> list[str] | None:
        return None if value is None else list(value)

    def process_result_value(self, value: list[str] | None, dialect: Any) -> tuple[str, ...]:
        return tuple(value or ())


metadata = sa.MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)


def text_column(name: str, **more: Any) -> sa.Column[str]:
    """Return a text column that is never null; empty by default."""
    return sa.Column(name, Words, nullable=False, default="", server_default="", **more)


def choice_column(name: str, members: type[StrEnum]) -> sa.Column[StrEnum]:
    """Return a column for members of an enum that is never null."""
    return sa.Column(name, Choice(members), nullable=False, server_default="")


def beginnings(name: str) -> sa.Index:
    """Return an index for searches by the beginning of a text, in any locale of PostgreSQL; SQLite's always do that."""
    return sa.Index(None, name, postgresql_ops={name: "text_pattern_ops"})
