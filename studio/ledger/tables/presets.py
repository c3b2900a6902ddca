"""The table of presets: inputs of a form under a name, with an owner."""

import sqlalchemy as sa

from studio.core.values import Kind
from studio.ledger.tables.types import JsonObject, JsonTexts, Moment, Words, choice_column, metadata, text_column

presets = sa.Table(
    "presets",
    metadata,
    sa.Column("id", Words, primary_key=True),
    text_column("account"),
    text_column("person"),
    choice_column("kind", Kind),
    text_column("name"),
    text_column("mode"),
    text_column("model"),
    sa.Column("inputs", JsonObject, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("deleted_at", Moment),
    sa.Column("models", JsonTexts),
    sa.Index(None, "account", "kind"),
)
