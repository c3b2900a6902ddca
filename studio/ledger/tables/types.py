"""What the tables are made of: types that keep times and words alike on every database, and kinds of columns."""

import re
from datetime import UTC, datetime
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


metadata = sa.MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)


def text_column(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, Words, nullable=False, default="", server_default="", **more)


def beginnings(name: str) -> sa.Index:
    """An index by which PostgreSQL also finds what begins with something, whatever its language; SQLite always does."""
    return sa.Index(None, name, postgresql_ops={name: "text_pattern_ops"})
