"""Ledgers of earlier versions."""

from typing import Any

import sqlalchemy as sa
from alembic import command

from studio.ledger import upgrade
from studio.ledger.engine import engine


def execute(url: str, *statements: str) -> None:
    """Say something to a database in its own words."""
    with (made := engine(url)).begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    made.dispose()


def rows(url: str, table: str) -> list[Any]:
    with (made := engine(url)).connect() as connection:
        found = connection.execute(sa.text(f"SELECT * FROM {table}")).all()
    made.dispose()
    return list(found)


FIRST: dict[str, dict[str, Any]] = {
    "settings": {"name": "signing_key", "value": "abc"},
    "accounts": {"id": "a"},
    "jobs": {"id": "job_1", "submission": "s", "account": "a", "kind": "image", "state": "open", "inputs": "{}"}
    | {"count": 1, "created_at": "2026-11-22 10:00:00"},
    "tasks": {"id": 1, "job": "job_1", "account": "a", "task_id": "t1", "position": 0, "status": "succeeded"},
    "outputs": {"id": 1, "task": 1, "position": 0, "kind": "image", "url": "https://x/1.png"}
    | dict.fromkeys(("size", "width", "height", "seconds", "attempts"), 0),
    "calls": {"id": "req_1", "account": "a", "at": "2026-11-22 10:00:00", "job": "job_1"}
    | {"duration_ms": 1, "attempt": 1, "request_headers": "{}", "response_headers": "{}"},
}


def _upgrade(url: str, revision: str) -> None:
    with (made := engine(url)).connect().execution_options(writes=True) as connection, connection.begin():
        command.upgrade(upgrade.alembic_config(connection), revision)
    made.dispose()


def make_first_ledger(url: str, revision: str = "0001") -> None:
    """The ledger of the first studio, with one row in each table."""
    _upgrade(url, revision)
    for table, row in FIRST.items():
        listed, values = ", ".join(row), ", ".join(repr(value) for value in row.values())
        execute(url, f"INSERT INTO {table} ({listed}) VALUES ({values})".replace(":", r"\:"))
