"""What the tables are made of: types that keep times and words alike on every database, and kinds of columns."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

SEARCH = "search_"  # with this begin the names of what only one kind of database has, to search by


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC: SQLite knows no time zones, so it is stored there without one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Any text: PostgreSQL takes no NUL, and neither database half a surrogate pair, but the API may send them."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return re.sub("[\0\ud800-\udfff]", "\ufffd", value) if value else value


class Choice(TypeDecorator[StrEnum]):
    """A member of an enum, kept as its text. Errors: ValueError when a row has another text."""

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
    """A mapping of any type, kept as JSON; a dict when it is read."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Any) -> dict[str, Any] | None:
        return None if value is None else dict(value)


metadata = sa.MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)


def text_column(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, Words, nullable=False, default="", server_default="", **more)


def choice_column(name: str, members: type[StrEnum]) -> sa.Column[StrEnum]:
    return sa.Column(name, Choice(members), nullable=False, server_default="")


def beginnings(name: str) -> sa.Index:
    """An index by which PostgreSQL also finds what begins with something, whatever its language; SQLite always does."""
    return sa.Index(None, name, postgresql_ops={name: "text_pattern_ops"})
