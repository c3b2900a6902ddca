"""The sweep finds the bodies of callbacks that are left as it finds those of calls: by an index of these alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_SAID = sa.text("body <> ''")


def upgrade() -> None:
    op.create_index("ix_callbacks_with_body", "callbacks", ["at"], sqlite_where=_SAID, postgresql_where=_SAID)
