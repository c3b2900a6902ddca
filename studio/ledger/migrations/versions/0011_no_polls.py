"""Calls that are no polls have an index of their own: they are few, and what a list shows if not asked for more."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_OF_A_CALL = ["id", "model", "method", "endpoint", "http_status", "code", "error_kind", "person", "duration_ms", "job"]
_IS_POLL = "method = 'GET' AND substr(endpoint, length(endpoint) - 6) = '/status' AND error_kind = ''"
_NO_POLL = sa.text(f"NOT ({_IS_POLL})")


def upgrade() -> None:
    columns = ["account", "at", *_OF_A_CALL]
    op.create_index("ix_calls_no_poll", "calls", columns, sqlite_where=_NO_POLL, postgresql_where=_NO_POLL)
