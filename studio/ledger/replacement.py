"""Replaces the history of a ledger with that of a backup, also while a studio uses the ledger.

Jobs and calls become those of the backup. Keys, accounts, settings and reference files of the ledger stay, as the
studio is using them; those that only the backup has are added.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.errors import BackupError
from studio.ledger.accounts import move_all
from studio.ledger.database import Database
from studio.ledger.snapshot import (
    BACKED_UP,
    CHUNK,
    HISTORY,
    KNOWLEDGE,
    Row,
    chunks,
    lift_time_limit,
    raw_columns,
    unqueue_jobs,
)
from studio.ledger.tables import jobs, keys, outputs, tasks


def count_lost_jobs(target: sa.Connection, source: sa.Connection) -> int:
    """Return how many jobs of the target are not in the source."""
    there, known = (set(connection.scalars(sa.select(jobs.c.id))) for connection in (target, source))
    return len(there - known)


def replace_history(database: Database, backup: Database, at: datetime, *, losing: bool) -> None:
    """Replace the history of the ledger with that of a backup, in one transaction, also while a studio runs.

    Errors: LedgerError; BackupError when jobs that the backup does not have would be lost and `losing` is false.
    """
    with backup.read() as source, database.write() as target:
        _lock_tables(target)
        if not losing and count_lost_jobs(target, source):
            raise BackupError("A job was made here in the meantime.", hint="Run it again.")
        ahead = {table: _numbers_to_skip(target, source, table) for table in (tasks, outputs)}
        staying = _jobs_to_keep(target, source)
        kept = {table: _rows_of(target, table, staying) for table in HISTORY}
        for table in reversed(HISTORY):
            target.execute(table.delete())
        for table in HISTORY:
            for rows in chunks(source, table):
                _insert(target, table, [_renumbered(row, table, ahead) for row in rows])
        unqueue_jobs(target, at)
        for table in reversed(HISTORY):
            target.execute(table.delete().where(_is_of(table, staying)))
        for table in HISTORY:
            _insert(target, table, kept[table])
        for table in KNOWLEDGE:
            _add_unknown(target, source, table)
        for key in target.execute(sa.select(keys).where(keys.c.fingerprint != keys.c.account)).all():
            move_all(target, key.fingerprint, key.account)
        _set_sequences(target)


def _jobs_to_keep(target: sa.Connection, source: sa.Connection) -> list[str]:
    """Return the IDs of jobs with tasks that the backup does not have: the jobs were sent after it was made.

    They stay as they are in the ledger: without its task IDs, a paid job would look as if it could be sent again.
    """
    backed_up = set(source.scalars(sa.select(jobs.c.id)))
    known = {tuple(row) for row in source.execute(sa.select(tasks.c.job, tasks.c.task_id))}
    here = target.execute(sa.select(tasks.c.job, tasks.c.task_id))
    return sorted({row.job for row in here if row.job in backed_up and tuple(row) not in known})


def _is_of(table: sa.Table, job_ids: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether a row of a table of the history belongs to one of these jobs."""
    theirs = sa.select(tasks.c.id).where(tasks.c.job.in_(job_ids))
    if table is outputs:
        return outputs.c.task.in_(theirs)
    if "output" in table.c:
        return table.c.output.in_(sa.select(outputs.c.id).where(outputs.c.task.in_(theirs)))
    return (jobs.c.id if table is jobs else table.c.job).in_(job_ids)


def _rows_of(connection: sa.Connection, table: sa.Table, job_ids: Sequence[str]) -> list[Row]:
    found = connection.execute(sa.select(*raw_columns(table)).where(_is_of(table, job_ids))).mappings()
    return [dict(row) for row in found]


def _insert(connection: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    for start in range(0, len(rows), CHUNK):
        connection.execute(table.insert(), rows[start : start + CHUNK])


def _numbers_to_skip(target: sa.Connection, source: sa.Connection, table: sa.Table) -> int:
    """Return the number to add to the IDs of a table, so that restored rows get IDs that the ledger has never used.

    A running studio may be polling a task, or saving an output, by its old ID. Only an SQLite table that is restored
    empty counts from 1 again.
    """
    last = target.scalar(sa.select(sa.func.max(table.c.id))) or 0
    first = source.scalar(sa.select(sa.func.min(table.c.id))) or 0
    return max(0, last - first + 1)


def _renumbered(row: Row, table: sa.Table, ahead: dict[sa.Table, int]) -> Row:
    if table is tasks:
        return row | {"id": row["id"] + ahead[tasks]}
    if table is outputs:
        return row | {"id": row["id"] + ahead[outputs], "task": row["task"] + ahead[tasks]}
    if "output" in table.c:
        return row | {"output": row["output"] + ahead[outputs]}
    return row


def _add_unknown(target: sa.Connection, source: sa.Connection, table: sa.Table) -> None:
    known = {tuple(key) for key in target.execute(sa.select(*table.primary_key))} | {(BACKED_UP,)}
    new = [row for rows in chunks(source, table) for row in rows if _key(row, table) not in known]
    if new:
        target.execute(table.insert(), new)


def _key(row: Row, table: sa.Table) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _lock_tables(connection: sa.Connection) -> None:
    """Lock all tables until the end of the transaction; SQLite allows only one writer anyway."""
    lift_time_limit(connection)
    if connection.dialect.name == "postgresql":
        # In the order in which all transactions of the studio use the tables, so that no two wait for each other.
        names = ", ".join(table.name for table in (*KNOWLEDGE, *HISTORY))
        connection.execute(sa.text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def _set_sequences(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        for table in (tasks, outputs):
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            connection.execute(sa.select(sa.func.setval(sequence, sa.func.max(table.c.id))))
