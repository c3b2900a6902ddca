"""The calls that WeryAI made to us, and when the balance after a submission was asked for."""

import sqlalchemy as sa
from alembic import op

from studio.ledger.tables import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("measured_at", Moment(), nullable=True))
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_callbacks_job"), "callbacks", ["job"])
    op.create_index(op.f("ix_callbacks_account_at"), "callbacks", ["account", "at"])
    op.create_index(op.f("ix_callbacks_settled_at_at"), "callbacks", ["settled_at", "at"])
