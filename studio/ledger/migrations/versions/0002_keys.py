"""Which account a key is of: a new key of the same WeryAI account goes on with its jobs."""

import sqlalchemy as sa
from alembic import op

from studio.ledger.tables import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "keys",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
