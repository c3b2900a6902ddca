"""What people note about outputs, and what they delete; an index by which the gallery reads jobs, the newest first."""

import sqlalchemy as sa
from alembic import op

from studio.ledger.tables import Moment

revision = "0015"
down_revision = "0014"

_DELETED, _THERE = sa.text("deleted_at IS NOT NULL"), sa.text("removed_at IS NULL")
_NOT_SAVED = sa.text("saved_at IS NULL")


def upgrade() -> None:
    for table in ("jobs", "outputs"):
        op.add_column(table, sa.Column("deleted_at", Moment()))
        op.add_column(table, sa.Column("deleted_by", sa.Text(), server_default="", nullable=False))
    of_outputs = ["task", "position", "deleted_at", "kind", "width", "height", "seconds", "key"]
    op.create_index("ix_outputs_gallery", "outputs", of_outputs)
    op.drop_index("ix_outputs_task", "outputs")  # the new one begins with the same column
    op.create_index("ix_outputs_deleted", "outputs", ["deleted_at"], sqlite_where=_DELETED, postgresql_where=_DELETED)
    # A file that is removed some time after its output was deleted leaves an empty key, as one that is to be saved has.
    op.create_index("ix_outputs_unsaved", "outputs", ["task"], sqlite_where=_NOT_SAVED, postgresql_where=_NOT_SAVED)
    listed = ["account", "created_at", "id", "model", "mode", "person"]
    op.create_index("ix_jobs_gallery", "jobs", listed, sqlite_where=_THERE, postgresql_where=_THERE)
    op.create_table(
        "marks",
        sa.Column("person", sa.Text(), primary_key=True),
        _output(),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
    )
    op.create_table("tags", _output(), sa.Column("key", sa.Text(), primary_key=True), _text("text"), _text("person"))
    op.create_table(
        "collections",
        sa.Column("id", sa.Text(), primary_key=True),
        *map(_text, ("account", "person", "name")),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment()),
    )
    op.create_table("collection_outputs", sa.Column("collection", sa.Text(), primary_key=True), _output())
    indexes = {"marks": ["output"], "tags": ["key", "output"], "collections": ["account", "created_at"]}
    for table, columns in {**indexes, "collection_outputs": ["output"]}.items():
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _output() -> sa.Column[int]:
    return sa.Column("output", sa.Integer(), sa.ForeignKey("outputs.id", ondelete="CASCADE"), primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)
