"""Allows one studio for each ledger on PostgreSQL, by an advisory lock that ends with the holder's connection.

A second studio would show jobs that the first is sending as unconfirmed, so that people send them again, and measure
costs that are not its own. For a ledger in a file, `studio.ledger.file_lock` does the same.
"""

import threading
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from studio.core.errors import LedgerError

STUDIO, UPGRADE = 0x57455259, 0x5745525A  # lock numbers that other applications are unlikely to use
CHECK_AGAIN_AFTER = 5.0  # seconds


def key(purpose: int) -> tuple[int, sa.ColumnElement[Any]]:
    """Return the two numbers of an advisory lock: locks belong to a database, ledgers to a schema in it."""
    return purpose, sa.func.hashtext(sa.func.coalesce(sa.func.current_schema(), ""))


class PgLock:
    """Hold the lock from construction on. Safe to use from several threads.

    Errors: LedgerError when another studio holds it.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._thread_lock = threading.Lock()
        self._connection: sa.Connection | None = None
        self._checked_at = 0.0
        self._closed = False
        self.ensure_held()

    def ensure_held(self) -> None:
        """Check every few seconds that this studio still holds the lock; acquire it again after a lost connection.

        Errors: LedgerError when another studio holds it now; SQLAlchemyError when the server does not answer.
        """
        with self._thread_lock:
            if self._closed or (time.monotonic() - self._checked_at < CHECK_AGAIN_AFTER and self._connection):
                return  # late answers are still written after `close`, without the lock
            if not self._is_alive():
                self._disconnect()
                self._connection = self._acquire()
            self._checked_at = time.monotonic()

    def close(self) -> None:
        """Release the lock; `ensure_held` no longer acquires it."""
        with self._thread_lock:
            self._closed = True
            self._disconnect()

    def _is_alive(self) -> bool:
        if not self._connection:
            return False
        try:
            return bool(self._connection.scalar(sa.select(1)))
        except SQLAlchemyError:
            return False

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _acquire(self) -> sa.Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # outside the pool, so that closing it ends the connection and the lock
        try:
            if connection.scalar(sa.select(sa.func.pg_try_advisory_lock(*key(STUDIO)))):
                return connection
        except SQLAlchemyError:
            connection.close()
            raise
        connection.close()
        raise LedgerError(
            "Another studio is already using this ledger.",
            hint="Use that one, or give this one its own database.",
        )
