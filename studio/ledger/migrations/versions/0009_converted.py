"""Of what format a reference was converted is of whoever gave it: two files that become the same may differ in that."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# Of a file that several gave nobody knows whose it was that had to be converted, so nothing is said of it.
_OF_ONE = (
    "UPDATE reference_names SET converted = coalesce("
    "(SELECT converted FROM reference_files WHERE reference_files.sha256 = reference_names.sha256), '') "
    "WHERE sha256 IN (SELECT sha256 FROM reference_names GROUP BY sha256 HAVING count(*) = 1)"
)


def upgrade() -> None:
    op.add_column("reference_names", sa.Column("converted", sa.Text(), server_default="", nullable=False))
    op.execute(_OF_ONE)
    with op.batch_alter_table("reference_files") as table:
        table.drop_column("converted")
