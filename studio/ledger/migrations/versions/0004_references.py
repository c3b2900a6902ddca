"""The files that people give jobs to work from, and the addresses under which WeryAI has them."""

import sqlalchemy as sa
from alembic import op

from studio.ledger.tables import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "reference_files",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("preview", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index(op.f("ix_reference_files_medium_added_at"), "reference_files", ["medium", "added_at"])
    op.create_table(
        "uploads",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("forgotten_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("account", "url"),
    )
    op.create_index(op.f("ix_uploads_account_sha256"), "uploads", ["account", "sha256"])
    op.create_index(op.f("ix_uploads_url"), "uploads", ["url"])
