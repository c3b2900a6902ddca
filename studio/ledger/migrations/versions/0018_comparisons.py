"""Comparisons of jobs, and votes for their outputs."""

import sqlalchemy as sa
from alembic import op

from studio.ledger.tables import Moment

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Text(), primary_key=True),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("account", "person", "name")),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment()),
    )
    op.create_table(
        "comparison_jobs",
        sa.Column("comparison", sa.Text(), primary_key=True),
        sa.Column("job", sa.Text(), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed_at", Moment()),
    )
    op.create_table(
        "comparison_votes",
        *(sa.Column(name, sa.Text(), primary_key=True) for name in ("comparison", "row", "person")),
        sa.Column("output", sa.Integer(), sa.ForeignKey("outputs.id", ondelete="CASCADE"), nullable=False),
    )
    indexes = {"comparisons": ["account", "created_at"], "comparison_jobs": ["job"], "comparison_votes": ["output"]}
    for table, columns in indexes.items():
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
