"""The further models of a preset; none in those that were saved before."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("presets", sa.Column("models", sa.JSON()))
