"""The price table that admins keep, and the index by which the last jobs of a model are found."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "prices",
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("credits", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("mode", "model", "resolution"),
    )
    op.create_index(op.f("ix_jobs_account_model_created_at"), "jobs", ["account", "model", "created_at"])
