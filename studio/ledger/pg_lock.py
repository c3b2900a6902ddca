"""One studio a ledger, on PostgreSQL: a lock of the server's that ends with the connection of the studio that has it.

A second studio would show what the first is sending as unconfirmed and invite people to send it again, and measure
costs that are not its own. A ledger in a file is kept to one studio by `studio.ledger.file_lock`.
"""

import threading
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from studio.core.errors import LedgerError

STUDIO, UPGRADE = 0x57455259, 0x5745525A  # numbers that no other application's locks are likely to have
CHECK_AGAIN_AFTER = 5.0  # seconds


def key(purpose: int) -> tuple[int, sa.ColumnElement[Any]]:
    """The name of a lock: locks belong to a database, a ledger to a schema in it."""
    return purpose, sa.func.hashtext(sa.func.coalesce(sa.func.current_schema(), ""))


class PgLock:
    """Safe to use from several threads. Taken when it is made; errors: LedgerError when another studio has it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._thread_lock = threading.Lock()
        self._connection: sa.Connection | None = None
        self._checked_at = 0.0
        self._closed = False
        self.ensure_held()

    def ensure_held(self) -> None:
        """Check every few seconds that the lock is still ours; take it again after the connection was lost.

        Errors: LedgerError when another studio has it now; SQLAlchemyError when the server cannot be asked.
        """
        with self._thread_lock:
            if self._closed or (time.monotonic() - self._checked_at < CHECK_AGAIN_AFTER and self._connection):
                return  # an answer that comes after the end is still to be written, and locks nobody out
            if not self._is_alive():
                self._disconnect()
                self._connection = self._take()
            self._checked_at = time.monotonic()

    def close(self) -> None:
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

    def _take(self) -> sa.Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # it counts in no pool, and ends for good when it is closed
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
