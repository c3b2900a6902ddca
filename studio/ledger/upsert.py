"""Inserts for which a row that is there already is no error, on both databases.

So a LedgerError always means that the database failed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_if_new(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any], *, key: Sequence[str]) -> bool:
    """Insert a row unless the table has one with this unique key; says whether it was inserted.

    A transaction that is just inserting the same key is waited for.
    """
    statement = _insert(connection, table).values(dict(row)).on_conflict_do_nothing(index_elements=key)
    return connection.execute(statement.returning(sa.literal(1))).first() is not None


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    row: Mapping[str, Any],
    changes: Mapping[str, Any] | None = None,
    where: sa.ColumnElement[bool] | None = None,
) -> None:
    """Insert a row, or change the one with the same primary key, to this row or only by these `changes`.

    It stays as it is if `where` is not true of it.
    """
    key = [column.name for column in table.primary_key]
    changed = changes or {name: value for name, value in row.items() if name not in key}
    statement = _insert(connection, table).values(dict(row))
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=dict(changed), where=where))


def _insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
