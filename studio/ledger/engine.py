"""The SQLAlchemy engine of a ledger: its URL, its limited connection pool, and its timeouts."""

import re
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from studio.core.errors import LedgerError

POOL = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 10}
BUSY_SECONDS = 15  # how long a transaction waits for another program's
_RETRY_SECONDS = 0.1

# A missing host, a pulled cable and a server that hangs must not block a page forever.
_CONNECTING = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
# A studio that has died must not keep its locks. Compiling a query (jit) takes longer than any query of ours runs, and
# today's disks seek as fast as they read (random_page_cost).
_SESSION = (
    "SET default_transaction_isolation = 'read committed'; "  # after waiting for a lock, see what the other wrote
    "SET jit = off; SET random_page_cost = 1.5; SET statement_timeout = '20s'; "
    "SET idle_in_transaction_session_timeout = '60s'; "
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
)


def engine(url: str) -> sa.Engine:
    """Return an engine for an SQLAlchemy URL; it does not connect yet.

    Errors: LedgerError for another database or no file, ValueError or SQLAlchemyError from within SQLAlchemy.
    """
    address = sa.make_url(re.sub(r"^postgres://", "postgresql://", url))  # as hosting services write it
    match address.get_backend_name():
        case "sqlite":
            return _sqlite(address.set(drivername="sqlite"))
        case "postgresql":
            return _postgresql(address.set(drivername="postgresql+psycopg"))
        case other:
            raise LedgerError(
                f"The ledger cannot be opened: it supports SQLite and PostgreSQL, not {other}.",
                hint="Fix DATABASE_URL.",
            )


def enable_wal(engine: sa.Engine) -> None:
    """Set SQLite's WAL mode, in which reads and a write run at the same time; PostgreSQL needs none.

    It changes the file permanently: call it only for a file that is known to be a ledger. Errors: LedgerError when
    another program keeps it locked.
    """
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection:
        for _ in range(int(BUSY_SECONDS / _RETRY_SECONDS)):  # SQLite itself does not wait for this statement
            with suppress(sqlite3.OperationalError):
                connection.cursor().execute("PRAGMA journal_mode=WAL")
                return
            time.sleep(_RETRY_SECONDS)
    raise LedgerError("The ledger cannot be opened: another program is using it.")


def _sqlite(address: sa.URL) -> sa.Engine:
    if not address.database or address.database == ":memory:":
        raise LedgerError(
            "The ledger cannot be opened: DATABASE_URL names no file.", hint="Write it like sqlite:////folder/studio.db"
        )
    if not address.database.startswith("file:"):
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    made = sa.create_engine(address, connect_args=_unless_given(address, {"timeout": BUSY_SECONDS}), **POOL)
    sa.event.listen(made, "connect", _prepare_sqlite)
    sa.event.listen(made, "begin", _begin_sqlite)
    return made


def _postgresql(address: sa.URL) -> sa.Engine:
    if "@" in (address.host or ""):  # it is the end of a password, which libpq would print in an error
        raise ValueError("an @ in the password")
    given = _unless_given(address, _CONNECTING)
    made = sa.create_engine(address, connect_args=given, pool_pre_ping=True, pool_recycle=1800, **POOL)
    sa.event.listen(made, "connect", _prepare_postgresql)
    return made


def _unless_given(address: sa.URL, defaults: dict[str, int]) -> dict[str, Any]:
    return {name: value for name, value in defaults.items() if name not in address.query}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves; the driver would guess where
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads and then writes would otherwise fail with "locked" when another wrote in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute(_SESSION)
    connection.autocommit = False
