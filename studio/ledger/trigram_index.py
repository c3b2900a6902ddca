"""The trigram index of PostgreSQL for parts of words. It needs an extension that not every database user may add."""

import logging

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)
_INDEX = "search_words_text"
_SLOW = (
    "Searching prompts and errors will be slow: there is no index for it (%s). "
    "An admin of this PostgreSQL database can run %s; then restart the studio."
)
_PLACE = (
    "SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace "
    "WHERE extname = 'pg_trgm'"
)


def ensure_index(connection: sa.Connection) -> None:
    """Create the index if it is missing; if that fails, log what an admin of the database has to do."""
    if connection.dialect.name != "postgresql" or _has_index(connection):
        return
    try:
        with connection.begin_nested():
            _create(connection)
    except DBAPIError as error:
        why = str(error.orig).partition("\n")[0]
        log.warning(_SLOW, why, _remedy(connection))


def _remedy(connection: sa.Connection) -> str:
    place = connection.exec_driver_sql(_PLACE).scalar()
    user = connection.exec_driver_sql("SELECT quote_ident(current_user)").scalar()
    return f"GRANT USAGE ON SCHEMA {place} TO {user}" if place else "CREATE EXTENSION pg_trgm"


def _has_index(connection: sa.Connection) -> bool:
    return bool(connection.scalar(sa.select(sa.func.to_regclass(_INDEX).is_not(None))))


def _create(connection: sa.Connection) -> None:
    place = connection.exec_driver_sql(_PLACE).scalar()
    if place is None:
        connection.exec_driver_sql("CREATE EXTENSION pg_trgm")
        place = connection.exec_driver_sql(_PLACE).scalar_one()
    connection.exec_driver_sql(f"CREATE INDEX {_INDEX} ON words USING gin (search_text {place}.gin_trgm_ops)")
