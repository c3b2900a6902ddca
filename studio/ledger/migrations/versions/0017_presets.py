"""Presets of forms: inputs under a name."""

import sqlalchemy as sa
from alembic import op

from studio.ledger.tables import Moment

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "presets",
        sa.Column("id", sa.Text(), primary_key=True),
        *map(_text, ("account", "person", "kind", "name", "mode", "model")),
        sa.Column("inputs", sa.JSON(), nullable=False),
        *(sa.Column(name, Moment(), nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("deleted_at", Moment()),
    )
    op.create_index(op.f("ix_presets_account_kind"), "presets", ["account", "kind"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)
