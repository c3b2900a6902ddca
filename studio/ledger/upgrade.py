"""Brings a database to the newest form of the ledger, in one transaction, and leaves somebody else's alone."""

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
_alembic = threading.Lock()  # it keeps what it works on in a module


def upgrade(connection: sa.Connection) -> None:
    """Make or upgrade the ledger within the transaction of this connection; who comes second waits for the first.

    Errors: LedgerError when the database is somebody else's or newer than this studio; SQLAlchemyError.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(*key(UPGRADE))))
    _refuse_foreign(connection)
    try:
        with _alembic:
            command.upgrade(configured(connection), "head")
    except CommandError as error:
        raise LedgerError(
            f"The ledger is from a newer version of the studio: {error}.",
            hint="Update the studio, or open another ledger.",
        ) from None
    trigram_index.ensure_index(connection)  # where it could not be added before, that may have changed
    # A ledger that can only be read shows it here, at the start, and not when the first job has been paid for.
    connection.execute(tables.settings.delete().where(sa.false()))


def revision(connection: sa.Connection) -> str:
    """The number of the newest migration that the ledger has."""
    return str(MigrationContext.configure(connection).get_current_revision())


def _refuse_foreign(connection: sa.Connection) -> None:
    """Tables of our names that we did not make, or any table in a file that is no ledger, are another application's."""
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


def configured(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings; with the connection that it is to work on."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
