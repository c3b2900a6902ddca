"""Maps values to rows: the columns of a table are named like the fields of its value, and their types convert."""

from collections.abc import Iterable
from dataclasses import fields
from itertools import takewhile
from typing import Any

import sqlalchemy as sa


def columns_of(value: type, columns: Iterable[sa.ColumnElement[Any]]) -> list[sa.ColumnElement[Any]]:
    """The columns in the order of a dataclass's fields, so that `value(*row)` reads a row.

    Up to the first field that has no column.
    """
    named: dict[str, Any] = {getattr(column, "name", ""): column for column in columns}
    return [named[field.name] for field in takewhile(lambda field: field.name in named, fields(value))]


def row_of(value: Any, table: sa.Table) -> dict[str, Any]:
    """A dataclass's fields that the table has columns for, to be inserted."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name in table.c}
