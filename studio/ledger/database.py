"""Opens the ledger: the engine, SQLite's settings, the migrations, and one way to a transaction."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from studio.errors import LedgerError
from studio.ledger import tables


class Database:
    """A ledger that is open. Safe to share between threads; close it at the end."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection to read with. Errors: LedgerError."""
        with _explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: all of it or nothing. Errors: LedgerError."""
        with _explained(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def setting(self, name: str, make: Callable[[], str] = lambda: secrets.token_hex(32)) -> str:
        """A value kept in the ledger, made the first time it is asked for; all servers then see the same one."""
        column = tables.settings.c
        find = sa.select(column.value).where(column.name == name)
        with self.read() as connection:
            found = connection.scalar(find)
        if found is not None:
            return str(found)
        try:
            with self.write() as connection:
                connection.execute(tables.settings.insert().values(name=name, value=make()))
        except LedgerError:
            pass  # another server was first
        with self.read() as connection:
            return str(connection.execute(find).scalar_one())

    def close(self) -> None:
        self._engine.dispose()


def open_database(url: str) -> Database:
    """Open the ledger at an SQLAlchemy URL, made or migrated to the newest form first.

    Errors: LedgerError when it cannot be opened, is not ours, or is newer than this studio.
    """
    try:
        engine = _engine(url)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            _migrate(connection)
    except CommandError as error:
        raise LedgerError(
            f"The ledger is from a newer studio: {error}", hint="Update the studio, or open another ledger."
        ) from None
    except ValueError:  # its text may hold a part of the password
        raise LedgerError("The ledger cannot be opened: DATABASE_URL is not a database's address.") from None
    except (SQLAlchemyError, OSError, ImportError) as error:
        raise LedgerError(f"The ledger cannot be opened: {_first_line(error)}") from None
    return Database(engine)


def _engine(url: str) -> sa.Engine:
    address = sa.make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))  # as hosts write it
    if address.get_backend_name() != "sqlite":
        return sa.create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=5)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, connect_args={"timeout": 15}, pool_size=10, max_overflow=10)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads and then writes would otherwise fail with "locked" when another wrote in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _migrate(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise LedgerError(f"The ledger could not be used: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__
