"""Tables of what people note about outputs: marks, tags and collections. Their rows end with the output's row."""

import sqlalchemy as sa

from studio.ledger.tables.types import Moment, Words, metadata, text_column


def _output_column() -> sa.Column[int]:
    """Return the column of the output that a row is about, as a part of the primary key."""
    return sa.Column("output", sa.Integer, sa.ForeignKey("outputs.id", ondelete="CASCADE"), primary_key=True)


# What one person thinks of an output; a rating of 0 is none.
marks = sa.Table(
    "marks",
    metadata,
    sa.Column("person", Words, primary_key=True),
    _output_column(),
    sa.Column("favourite", sa.Boolean, nullable=False),
    sa.Column("rating", sa.Integer, nullable=False),
    sa.Index(None, "output"),
)

# Tags are compared by `key`, without case, and shown as `text`; `person` is who added the tag.
tags = sa.Table(
    "tags",
    metadata,
    _output_column(),
    sa.Column("key", Words, primary_key=True),
    text_column("text"),
    text_column("person"),
    sa.Index(None, "key", "output"),
)

collections = sa.Table(
    "collections",
    metadata,
    sa.Column("id", Words, primary_key=True),
    text_column("account"),
    text_column("person"),
    text_column("name"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("deleted_at", Moment),
    sa.Index(None, "account", "created_at"),
)

collection_outputs = sa.Table(
    "collection_outputs",
    metadata,
    sa.Column("collection", Words, primary_key=True),
    _output_column(),
    sa.Index(None, "output"),
)
