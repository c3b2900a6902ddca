"""Texts are found by any part of their words, in every script: by groups of three characters, instead of by words."""

from alembic import op

revision = "0010"
down_revision = "0009"

_SQLITE = (
    "DROP TABLE search_words",
    "CREATE VIRTUAL TABLE search_words USING fts5(text, content='words', content_rowid='id', tokenize='trigram')",
    "INSERT INTO search_words (search_words) VALUES ('rebuild')",
)
_POSTGRESQL = (
    "ALTER TABLE words DROP COLUMN search_text",
    "ALTER TABLE words ADD COLUMN search_text text GENERATED ALWAYS AS (lower(text)) STORED",
)


def upgrade() -> None:
    """The index of PostgreSQL is not made here: it needs an extension, and is added when the ledger is opened."""
    connection = op.get_bind()
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)
