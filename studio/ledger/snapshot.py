"""Copies a whole ledger, SQLite or PostgreSQL, into a new SQLite file, table by table.

A backup has no queued jobs: a job that was queued then may have been sent since, and must not be sent twice.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from studio.core.errors import BackupError, ConnectionFailed
from studio.core.values import State
from studio.ledger.database import Database, open_database
from studio.ledger.engine import engine
from studio.ledger.tables import (
    Choice,
    accounts,
    admin_actions,
    callbacks,
    calls,
    collection_outputs,
    collections,
    comparison_jobs,
    comparison_votes,
    comparisons,
    ended_sign_ins,
    jobs,
    keys,
    marks,
    outputs,
    people,
    presets,
    prices,
    reference_files,
    reference_names,
    settings,
    tags,
    tasks,
    uploads,
)
from studio.ledger.upgrade import upgrade

CHUNK = 500
BACKED_UP = "backed_up_at"  # the setting by which a ledger is a backup; its value is the time of the backup
HISTORY = (
    *(jobs, tasks, outputs, marks, tags, collection_outputs),
    *(comparison_jobs, comparison_votes, calls, callbacks),
)
KNOWLEDGE = (
    *(settings, accounts, keys, reference_names, uploads, reference_files, collections, comparisons, presets),
    *(people, ended_sign_ins, prices, admin_actions),
)

Row = dict[str, Any]


@contextmanager
def write_snapshot(database: Database, file: Path, at: datetime) -> Iterator[Database]:
    """Copy the ledger as it is now into a new SQLite file, and yield the copy. Errors: LedgerError."""
    with closing(Database(engine(f"sqlite:///{file}"))) as copy:
        with database.read() as source, copy.write() as target:
            lift_time_limit(source)
            upgrade(target)
            for table in (*KNOWLEDGE, *HISTORY):
                for rows in chunks(source, table):
                    target.execute(table.insert(), rows)
            target.execute(settings.delete().where(settings.c.name == BACKED_UP))
            target.execute(settings.insert().values(name=BACKED_UP, value=at.isoformat()))
            unqueue_jobs(target, at)
        yield copy


@contextmanager
def open_snapshot(file: Path) -> Iterator[tuple[Database, datetime]]:
    """Yield the ledger of a backup and its time. A copy of the file is opened, and upgraded if it is older.

    Errors: BackupError when the file is no backup; LedgerError when it is from a newer studio.
    """
    if not file.is_file():
        raise BackupError(f"There is no backup in {file.parent}.")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(file, Path(folder, file.name))
        with closing(open_database(f"sqlite:///{Path(folder, file.name)}")) as database:
            with database.read() as connection:
                at = connection.scalar(sa.select(settings.c.value).where(settings.c.name == BACKED_UP))
            if not at:
                raise BackupError(f"{file} is not a backup.")
            yield database, datetime.fromisoformat(at)


def chunks(connection: sa.Connection, table: sa.Table) -> Iterator[list[Row]]:
    """Yield all rows of a table, at most `CHUNK` at a time."""
    found = connection.execute(sa.select(*raw_columns(table)), execution_options={"yield_per": CHUNK}).mappings()
    for rows in found.partitions():
        yield [dict(row) for row in rows]


def raw_columns(table: sa.Table) -> list[sa.ColumnElement[Any]]:
    """Return the columns of a table by key, those of enums as text: rows with unknown members are copied, too."""
    return [
        (sa.type_coerce(column, sa.Text) if isinstance(column.type, Choice) else column).label(column.key)
        for column in table.c
    ]


def unqueue_jobs(connection: sa.Connection, at: datetime) -> None:
    """Make queued jobs unconfirmed: they may have been sent after the backup was made."""
    reason = (
        f"The ledger was restored from a backup of {at:%Y-%m-%d %H:%M} UTC. "
        "This job was queued then and may have been sent since."
    )
    facts = {"reason": reason, "hint": ConnectionFailed.unclear_hint, "sent_at": at, "not_before": None}
    queued = jobs.c.state == State.QUEUED
    connection.execute(jobs.update().where(queued).values(state=State.UNCONFIRMED, **facts))


def lift_time_limit(connection: sa.Connection) -> None:
    """Let this transaction run longer than the time limit of the pages' queries."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
