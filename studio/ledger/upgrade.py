"""Upgrades a database to the newest schema of the ledger in one transaction; refuses other applications' databases."""

import threading
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util.exc import CommandError

from studio.core.errors import LedgerError
from studio.ledger import tables, trigram_index
from studio.ledger.pg_lock import UPGRADE, key

MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = "alembic_version"
_OURS = {"submission", "batch_id"}  # columns of `jobs` that have been there since the first ledger
_alembic = threading.Lock()  # Alembic keeps its current context in a module


def upgrade(connection: sa.Connection) -> None:
    """Create or upgrade the ledger in the transaction of this connection; a second upgrade waits for the first.

    Errors: LedgerError when the database belongs to another application or is newer than this studio; SQLAlchemyError.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(*key(UPGRADE))))
    _refuse_foreign(connection)
    try:
        with _alembic:
            command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise LedgerError(
            f"The ledger is from a newer version of the studio: {error}.",
            hint="Update the studio, or open another ledger.",
        ) from None
    trigram_index.ensure_index(connection)  # it may be possible now where it was not before
    # A read-only ledger fails here, at the start, and not after the first job has been paid for.
    connection.execute(tables.settings.delete().where(sa.false()))


def revision(connection: sa.Connection) -> str:
    """Return the number of the newest migration that the ledger has."""
    return str(MigrationContext.configure(connection).get_current_revision())


def _refuse_foreign(connection: sa.Connection) -> None:
    """Raise LedgerError for a database that is no ledger and has tables with our names or, for a file, any table."""
    found = sa.inspect(connection)
    there = set(found.get_table_names())
    if {_VERSION, "jobs"} <= there and {column["name"] for column in found.get_columns("jobs")} >= _OURS:
        return
    in_a_file = connection.dialect.name == "sqlite"
    if taken := there if in_a_file else there & {_VERSION, *tables.metadata.tables}:
        raise LedgerError(
            f"The ledger cannot be opened: this database belongs to another application, with a table {min(taken)}.",
            hint="Name another file in DATABASE_URL." if in_a_file else "Give the studio its own database.",
        )


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration, with the connection to use."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
