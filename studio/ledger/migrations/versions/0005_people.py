"""Whose it was: the people of a studio with sign-in, the person of each call and upload, and what admins did."""

import sqlalchemy as sa
from alembic import op

from studio.ledger.tables import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ended_sign_ins",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    op.add_column("calls", sa.Column("person", sa.Text(), server_default="", nullable=False))
    op.add_column("uploads", sa.Column("person", sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_calls_account_person_at"), "calls", ["account", "person", "at"])
    op.create_index(op.f("ix_jobs_account_person_created_at"), "jobs", ["account", "person", "created_at"])
    op.add_column("jobs", sa.Column("removed_at", Moment(), nullable=True))
    op.add_column("jobs", sa.Column("unshared_at", Moment(), nullable=True))
    op.create_index(op.f("ix_jobs_account_sent_at"), "jobs", ["account", "sent_at"])
    op.create_table(
        "deeds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("verb", sa.Text(), server_default="", nullable=False),
        sa.Column("job", sa.Text(), server_default="", nullable=False),
        sa.Column("whose", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
