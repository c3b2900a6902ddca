"""Maps dataclasses to rows: columns have the fields' names as keys, and the column types convert the values."""

from collections.abc import Iterable
from dataclasses import fields
from itertools import takewhile
from typing import Any

import sqlalchemy as sa


def columns_of(value: type, columns: Iterable[sa.ColumnElement[Any]]) -> list[sa.ColumnElement[Any]]:
    """Return the columns in the order of a dataclass's fields, so that `value(*row)` reads a row.

    They end before the first field that has no column.
    """
    named: dict[str, Any] = {getattr(column, "key", ""): column for column in columns}
    return [named[field.name] for field in takewhile(lambda field: field.name in named, fields(value))]


def row_of(value: Any, table: sa.Table) -> dict[str, Any]:
    """Return the fields of a dataclass that the table has columns for, as a row to insert."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name in table.c}
