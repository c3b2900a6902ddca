"""Texts are found by any part of their words, in every script: by groups of three characters, instead of by words."""

import sqlalchemy as sa
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
_PLACE = (
    "SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace "
    "WHERE extname = 'pg_trgm'"
)


def upgrade() -> None:
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        connection.exec_driver_sql(statement)
    if not is_sqlite:
        _index(connection)


def _index(connection: sa.Connection) -> None:
    """Where the database has no such index, and this user may not add it, texts are found without it, but slowly."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError:
        return
    place = connection.exec_driver_sql(_PLACE).scalar_one()
    connection.exec_driver_sql(f"CREATE INDEX search_words_text ON words USING gin (search_text {place}.gin_trgm_ops)")
