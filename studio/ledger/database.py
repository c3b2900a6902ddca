"""An open ledger: read connections and write transactions."""

import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from studio.core.changes import Changes
from studio.core.errors import LedgerError
from studio.ledger import tables
from studio.ledger.changed_jobs import ChangedJobs, watch_writes
from studio.ledger.engine import BUSY_SECONDS, enable_wal, engine
from studio.ledger.error_texts import GOES_ON_WITH_ROOM, explained
from studio.ledger.pg_lock import PgLock
from studio.ledger.upgrade import revision, upgrade
from studio.ledger.upsert import insert_if_new

ROOM = 5 * 1024**2  # bytes that must be free on the disk: room for many answers


class Database:
    """A ledger that is open. Safe to share between threads; close it at the end."""

    def __init__(self, engine: sa.Engine, studio_lock: PgLock | None = None) -> None:
        self.engine = engine
        self.changes = Changes()
        watch_writes(engine)
        self._studio_lock = studio_lock
        self._write_lock = threading.RLock()
        # All queries of one reader see the same state, whatever is written meanwhile; SQLite needs no setting for it.
        isolated = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        self._reading = engine.execution_options(**isolated)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Yield a connection whose queries all see the ledger as it was at the first one. Errors: LedgerError."""
        with _explained(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, of_calls: bool = False) -> Iterator[sa.Connection]:
        """Yield the connection of a write transaction, which is committed at the end. Errors: LedgerError.

        Set `of_calls` for one that adds, moves or deletes calls: all of these change the same few rows of tallies, so
        they run one at a time. After the commit, the listeners of `changes` get the jobs that have changed.
        """
        changed_jobs = ChangedJobs()
        with _explained(), self._one_writer(of_calls=of_calls):
            if self._studio_lock:
                self._studio_lock.ensure_held()
            options = {"writes": True, "changed_jobs": changed_jobs}
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection
        changed_jobs.publish(self.changes)

    @contextmanager
    def _one_writer(self, *, of_calls: bool) -> Iterator[None]:
        """Let one write at a time where needed. SQLite's own waiting polls with growing pauses: a lock is faster."""
        is_alone = of_calls or self.engine.dialect.name == "sqlite"
        is_locked = is_alone and self._write_lock.acquire(timeout=BUSY_SECONDS)
        try:
            yield
        finally:
            if is_locked:
                self._write_lock.release()

    def check_room(self) -> None:
        """Check that the disk has room for the answer to a request. Errors: LedgerError when it is full."""
        file = self.engine.url.database
        if self.engine.dialect.name != "sqlite" or not file:
            return
        with suppress(OSError):
            if shutil.disk_usage(Path(file.removeprefix("file:")).parent).free < ROOM:
                raise LedgerError("The ledger's disk is full.", hint=GOES_ON_WITH_ROOM)

    def ensure_setting(self, name: str, make: Callable[[], str] = lambda: secrets.token_hex(32)) -> str:
        """Return a setting of the ledger, made at the first call; all servers get the same value."""
        column = tables.settings.c
        find = sa.select(column.value).where(column.name == name)
        with self.read() as connection:
            found = connection.scalar(find)
        if found is not None:
            return str(found)
        with self.write() as connection:  # another server may be first
            insert_if_new(connection, tables.settings, {"name": name, "value": make()}, key=["name"])
        with self.read() as connection:
            return str(connection.execute(find).scalar_one())

    def revision(self) -> str:
        """Return the number of the newest migration that the ledger has, and the kind of database."""
        with self.read() as connection:
            return f"{revision(connection)} on {connection.dialect.name}"

    def close(self) -> None:
        """Release the lock against other studios, and close all connections."""
        if self._studio_lock:
            self._studio_lock.close()
        self.engine.dispose()


def open_database(url: str, *, alone: bool = False) -> Database:
    """Open the ledger at an SQLAlchemy URL; create it, or upgrade it to the newest schema, first.

    `alone` locks other studios out on PostgreSQL, where no file can be locked. Errors: LedgerError when it cannot be
    opened, belongs to another application, is newer than this studio, or another studio uses it.
    """
    try:
        made = engine(url)
    except ValueError:  # its text may contain a part of the password
        raise LedgerError(
            "The ledger cannot be opened: DATABASE_URL is not a database URL.",
            hint="Write it like postgresql://user:password@host/studio, with %40 for an @ in the password.",
        ) from None
    except (SQLAlchemyError, OSError, ImportError, TypeError) as error:
        raise explained(error, opening=True) from None
    with ExitStack() as opened:
        opened.callback(made.dispose)
        try:
            studio_lock = PgLock(made) if alone and made.dialect.name == "postgresql" else None
            if studio_lock:
                opened.callback(studio_lock.close)
            with made.connect().execution_options(writes=True) as connection, connection.begin():
                upgrade(connection)
            enable_wal(made)
        except SQLAlchemyError as error:
            raise explained(error, opening=True) from None
        opened.pop_all()
    return Database(made, studio_lock)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise explained(error) from error
