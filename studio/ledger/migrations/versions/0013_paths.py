"""Calls that are no polls are found by their path, and through them their jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_COLUMNS = ["account", "endpoint", "method", "error_kind", "job"]
_IS_POLL = "method = 'GET' AND substr(endpoint, length(endpoint) - 6) = '/status' AND error_kind = ''"
_NO_POLL = sa.text(f"NOT ({_IS_POLL})")


def upgrade() -> None:
    op.create_index("ix_calls_no_poll_by_path", "calls", _COLUMNS, sqlite_where=_NO_POLL, postgresql_where=_NO_POLL)
