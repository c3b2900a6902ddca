"""The prompt with wildcards that a job's prompt is one of; those of earlier jobs were not kept."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("template", sa.Text(), server_default="", nullable=False))
