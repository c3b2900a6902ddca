"""The engine of a ledger: its address, its bounded pool, and how long anything may take."""

import re
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from studio.core.errors import LedgerError

POOL = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 10}
BUSY_SECONDS = 15  # so long a transaction waits for another program's
_MOMENT = 0.1

# A host that is not there, a cable that is pulled and a server that hangs must not hold up a page for ever.
_CONNECTING = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
# And a studio that is not there any more must not keep its locks. To compile a query takes longer than any of ours, and
# what a ledger lies on today seeks as fast as it reads.
_SESSION = (
    "SET default_transaction_isolation = 'read committed'; "  # what waited for a lock sees what was done meanwhile
    "SET jit = off; SET random_page_cost = 1.5; SET statement_timeout = '20s'; "
    "SET idle_in_transaction_session_timeout = '60s'; "
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
)


def engine(url: str) -> sa.Engine:
    """An engine for an SQLAlchemy URL; nothing is connected yet.

    Errors: LedgerError for what is no database's address, ValueError or SQLAlchemyError from within SQLAlchemy.
    """
    address = sa.make_url(re.sub(r"^postgres://", "postgresql://", url))  # as hosts write it
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


def let_readers_in(engine: sa.Engine) -> None:
    """Let SQLite read while it writes. It changes the file for good, so only after it is known to be ours.

    Errors: LedgerError when another program does not let go of it.
    """
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection:
        for _ in range(int(BUSY_SECONDS / _MOMENT)):  # here SQLite itself does not wait
            with suppress(sqlite3.OperationalError):
                connection.cursor().execute("PRAGMA journal_mode=WAL")
                return
            time.sleep(_MOMENT)
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
    if "@" in (address.host or ""):  # the end of a password: libpq would repeat it
        raise ValueError("an @ in the password")
    given = _unless_given(address, _CONNECTING)
    made = sa.create_engine(address, connect_args=given, pool_pre_ping=True, pool_recycle=1800, **POOL)
    sa.event.listen(made, "connect", _prepare_postgresql)
    return made


def _unless_given(address: sa.URL, defaults: dict[str, int]) -> dict[str, Any]:
    return {name: value for name, value in defaults.items() if name not in address.query}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads and then writes would otherwise fail with "locked" when another wrote in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute(_SESSION)
    connection.autocommit = False
