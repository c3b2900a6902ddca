"""The result that a reference was made of, as a video's last frame is."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("reference_files", sa.Column("source", sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_reference_files_source"), "reference_files", ["source"])
