"""What people call the file of an output, as "HEVC video", and of what format a reference was converted."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("outputs", sa.Column("format", sa.Text(), server_default="", nullable=False))
    op.add_column("reference_files", sa.Column("converted", sa.Text(), server_default="", nullable=False))
