"""Jobs know what they may cost at most, for the limits of what may be spent."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("reserved", sa.Float()))
