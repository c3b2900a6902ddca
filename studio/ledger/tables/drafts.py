"""The table of the forms' content, which is restored when a browser returns."""

import sqlalchemy as sa

from studio.ledger.tables.types import JsonObject, Moment, metadata, text_column

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("browser", sa.Text, primary_key=True),  # the fingerprint of its cookie
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("form", sa.Text, primary_key=True),
    text_column("text"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("choices", JsonObject, nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
)
