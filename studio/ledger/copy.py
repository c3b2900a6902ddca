"""A whole ledger into an SQLite file of its own and back, table by table, between databases of any kind.

What a backup does not know it must not guess: a job that was queued then may have been sent since. So no job is
queued in a backup, and none after a restore.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from studio.errors import ConnectionFailed, LedgerError
from studio.ledger.accounts import move_all
from studio.ledger.database import Database, open_database
from studio.ledger.engine import engine
from studio.ledger.tables import (
    accounts,
    callbacks,
    calls,
    jobs,
    keys,
    outputs,
    reference_files,
    settings,
    tasks,
    uploads,
)
from studio.ledger.upgrade import upgrade
from studio.values import State

CHUNK = 500
_BACKED_UP = "backed_up_at"  # the setting that makes a ledger a backup, with its moment
# What happened is as it was then. What is known of keys, accounts, settings and reference files is true now, too, and a
# studio that is at work relies on it: of that only what is not known here is taken over.
_HISTORY = (jobs, tasks, outputs, calls, callbacks)
_KNOWLEDGE = (settings, accounts, keys, reference_files, uploads)

Row = dict[str, Any]


@contextmanager
def written(database: Database, file: Path, at: datetime) -> Iterator[Database]:
    """The ledger as it is at this moment, in a new SQLite file. Errors: LedgerError."""
    with closing(Database(engine(f"sqlite:///{file}"))) as copy:
        with database.read() as source, copy.write() as target:
            _take_time(source)
            upgrade(target)
            for table in (*_KNOWLEDGE, *_HISTORY):
                for rows in _chunks(source, table):
                    target.execute(table.insert(), rows)
            target.execute(settings.delete().where(settings.c.name == _BACKED_UP))
            target.execute(settings.insert().values(name=_BACKED_UP, value=at.isoformat()))
            _unqueue(target, at)
        yield copy


@contextmanager
def opened(file: Path) -> Iterator[tuple[Database, datetime]]:
    """The ledger of a backup and its moment. What is opened, and upgraded if it is older, is a copy of it.

    Errors: LedgerError when it is no backup, or from a newer studio.
    """
    if not file.is_file():
        raise LedgerError(f"There is no backup in {file.parent}.", hint="Make one with python -m studio backup.")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(file, Path(folder, file.name))
        with closing(open_database(f"sqlite:///{Path(folder, file.name)}")) as database:
            with database.read() as connection:
                at = connection.scalar(sa.select(settings.c.value).where(settings.c.name == _BACKED_UP))
            if not at:
                raise LedgerError(f"{file} is no backup.", hint="Make one with python -m studio backup.")
            yield database, datetime.fromisoformat(at)


def lost_jobs(target: sa.Connection, source: sa.Connection) -> int:
    """How many jobs of the target are not in the source."""
    there, known = (set(connection.scalars(sa.select(jobs.c.id))) for connection in (target, source))
    return len(there - known)


def replace(database: Database, backup: Database, at: datetime, *, losing: bool) -> None:
    """Put the history of a backup in the place of the ledger's own, in one transaction, also under a studio at work.

    Errors: LedgerError, also when jobs that are not in the backup would be lost without that having been said.
    """
    with backup.read() as source, database.write() as target:
        _keep_others_out(target)
        if not losing and lost_jobs(target, source):
            raise LedgerError("A job was made here in the meantime.", hint="Run it again.")
        ahead = {table: _numbers_to_skip(target, source, table) for table in (tasks, outputs)}
        staying = _better_known(target, source)
        kept = {table: _rows_of(target, table, staying) for table in _HISTORY}
        for table in reversed(_HISTORY):
            target.execute(table.delete())
        for table in _HISTORY:
            for rows in _chunks(source, table):
                _insert(target, table, [_renumbered(row, table, ahead) for row in rows])
        _unqueue(target, at)
        for table in reversed(_HISTORY):
            target.execute(table.delete().where(_is_of(table, staying)))
        for table in _HISTORY:
            _insert(target, table, kept[table])
        for table in _KNOWLEDGE:
            _add_unknown(target, source, table)
        for key in target.execute(sa.select(keys).where(keys.c.fingerprint != keys.c.account)).all():
            move_all(target, key.fingerprint, key.account)
        _set_sequences(target)


def _better_known(target: sa.Connection, source: sa.Connection) -> list[str]:
    """Jobs of the backup of which tasks are known here that it does not know: they were sent after it was made.

    They stay as they are here, as a task id wins over whatever was thought before; without it a job that was paid for
    would look as if it could be sent again.
    """
    backed_up = set(source.scalars(sa.select(jobs.c.id)))
    known = {tuple(row) for row in source.execute(sa.select(tasks.c.job, tasks.c.task_id))}
    here = target.execute(sa.select(tasks.c.job, tasks.c.task_id))
    return sorted({row.job for row in here if row.job in backed_up and tuple(row) not in known})


def _is_of(table: sa.Table, job_ids: Sequence[str]) -> sa.ColumnElement[bool]:
    """The rows of these jobs in one of the tables of the history."""
    if table is outputs:
        return outputs.c.task.in_(sa.select(tasks.c.id).where(tasks.c.job.in_(job_ids)))
    return (jobs.c.id if table is jobs else table.c.job).in_(job_ids)


def _rows_of(connection: sa.Connection, table: sa.Table, job_ids: Sequence[str]) -> list[Row]:
    found = connection.execute(sa.select(table).where(_is_of(table, job_ids))).mappings()
    return [dict(row) for row in found]


def _insert(connection: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    for start in range(0, len(rows), CHUNK):
        connection.execute(table.insert(), rows[start : start + CHUNK])


def _chunks(connection: sa.Connection, table: sa.Table) -> Iterator[list[Row]]:
    found = connection.execute(sa.select(table), execution_options={"yield_per": CHUNK}).mappings()
    for rows in found.partitions():
        yield [dict(row) for row in rows]


def _unqueue(connection: sa.Connection, at: datetime) -> None:
    reason = (
        f"The ledger was restored from a backup of {at:%Y-%m-%d %H:%M} UTC. "
        "This job was queued then, and may have been sent since."
    )
    facts = {"reason": reason, "hint": ConnectionFailed.unclear_hint, "sent_at": at, "not_before": None}
    queued = jobs.c.state == State.QUEUED
    connection.execute(jobs.update().where(queued).values(state=State.UNCONFIRMED, **facts))


def _numbers_to_skip(target: sa.Connection, source: sa.Connection, table: sa.Table) -> int:
    """Rows come back with numbers that nothing here ever had.

    A studio at work may just be asking about a task, or saving an output, that it knows by its old number. Only an
    SQLite table that comes back empty counts from 1 again.
    """
    last = target.scalar(sa.select(sa.func.max(table.c.id))) or 0
    first = source.scalar(sa.select(sa.func.min(table.c.id))) or 0
    return max(0, last - first + 1)


def _renumbered(row: Row, table: sa.Table, ahead: dict[sa.Table, int]) -> Row:
    if table is tasks:
        return row | {"id": row["id"] + ahead[tasks]}
    if table is outputs:
        return row | {"id": row["id"] + ahead[outputs], "task": row["task"] + ahead[tasks]}
    return row


def _add_unknown(target: sa.Connection, source: sa.Connection, table: sa.Table) -> None:
    known = {tuple(key) for key in target.execute(sa.select(*table.primary_key))} | {(_BACKED_UP,)}
    new = [row for rows in _chunks(source, table) for row in rows if _key(row, table) not in known]
    if new:
        target.execute(table.insert(), new)


def _key(row: Row, table: sa.Table) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _take_time(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))


def _keep_others_out(connection: sa.Connection) -> None:
    """Nothing may be written between the tables' being emptied and filled; SQLite lets only one write anyway."""
    _take_time(connection)
    if connection.dialect.name == "postgresql":
        # In the order in which all transactions of the studio come to them, so that none waits for the other.
        names = ", ".join(table.name for table in (*_KNOWLEDGE, *_HISTORY))
        connection.execute(sa.text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def _set_sequences(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        for table in (tasks, outputs):
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            connection.execute(sa.select(sa.func.setval(sequence, sa.func.max(table.c.id))))
