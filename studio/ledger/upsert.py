"""Inserts for which an existing row is no error, on both databases.

So a LedgerError always means that the database failed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_if_new(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any], *, key: Sequence[str]) -> bool:
    """Insert a row unless the table has one with this unique key; return whether it was inserted.

    Waits for another transaction that is inserting the same key.
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
    """Insert a row; if its primary key exists, update that row with `changes`, or with all values of this row.

    An existing row that does not meet `where` stays as it is.
    """
    key = [column.name for column in table.primary_key]
    changed = changes or {name: value for name, value in row.items() if name not in key}
    statement = _insert(connection, table).values(dict(row))
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=dict(changed), where=where))


def insert_new(connection: sa.Connection, table: sa.Table, rows: sa.Select[Any], of: sa.Column[Any]) -> list[Any]:
    """Insert the rows of a query whose primary keys are new; return this column of each row that was written."""
    statement = _insert(connection, table).from_select(rows.selected_columns.keys(), rows)
    key = [column.name for column in table.primary_key]
    return [*connection.scalars(statement.on_conflict_do_nothing(index_elements=key).returning(of))]


def insert_from(connection: sa.Connection, table: sa.Table, rows: sa.Select[Any], changes: Mapping[str, Any]) -> int:
    """Insert the rows of a query, whose columns are called like the table's; return how many rows were written.

    A row whose primary key exists is updated with `changes`.
    """
    key = [column.name for column in table.primary_key]
    statement = _insert(connection, table).from_select(rows.selected_columns.keys(), rows)
    statement = statement.on_conflict_do_update(index_elements=key, set_=dict(changes))
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def _insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
