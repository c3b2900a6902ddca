"""Tables of comparisons: their jobs in order, and what people voted for."""

import sqlalchemy as sa

from studio.ledger.tables.types import Moment, Words, metadata, text_column

comparisons = sa.Table(
    "comparisons",
    metadata,
    sa.Column("id", Words, primary_key=True),
    text_column("account"),
    text_column("person"),
    text_column("name"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("deleted_at", Moment),
    sa.Index(None, "account", "created_at"),
)

# A job with `removed_at` is no longer in the comparison; it gets its old place when it is added again.
comparison_jobs = sa.Table(
    "comparison_jobs",
    metadata,
    sa.Column("comparison", Words, primary_key=True),
    sa.Column("job", Words, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("removed_at", Moment),
)

# One vote of each person in each row.
comparison_votes = sa.Table(
    "comparison_votes",
    metadata,
    *(sa.Column(name, Words, primary_key=True) for name in ("comparison", "row", "person")),
    sa.Column("output", sa.Integer, sa.ForeignKey("outputs.id", ondelete="CASCADE"), nullable=False, index=True),
)
