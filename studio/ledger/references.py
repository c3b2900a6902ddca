"""Reference media in the ledger: the files that people have given, and where WeryAI has them for each account.

A file is there once, whoever gives it; what each person calls it, and what they gave that became it, is that person's
own.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.reference import Given, Reference, Upload
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of, row_of
from studio.ledger.spending import NOT_ENDED
from studio.ledger.tables import jobs, outputs, reference_files, reference_names, tasks, uploads
from studio.ledger.upsert import insert_if_new, upsert

_VALID = uploads.c.forgotten_at.is_(None)
_NAME_OF = reference_names.c.sha256 == reference_files.c.sha256
_OWN = (reference_names.c.name, reference_names.c.converted)
_NOTHING = tuple(sa.literal("").label(column.name) for column in _OWN)
_ANY_NAME = sa.select(sa.func.min(reference_names.c.name)).where(_NAME_OF).scalar_subquery()  # for whoever has it all
_OF_ANYBODY = (sa.func.coalesce(_ANY_NAME, "").label("name"), _NOTHING[1])
Own = Sequence[sa.ColumnElement[str]]
_UPLOAD = columns_of(Upload, uploads.c)
_UNHELD = ~sa.exists().where(_NAME_OF)


class ReferenceLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, reference: Reference) -> Reference:
        """Write a reference down, with its moment in `added_at`, and what its person calls it.

        The same content again is the file that is there, under the name that this person gives it now.
        """
        self._write(reference)
        return self.get(reference.sha256, reference.account, reference.person) or reference

    def get(self, sha256: str, account: str = "", person: str = "") -> Reference | None:
        """The file with this content, as this person calls it with this account: without a name if they never did."""
        return next(iter(self._select_for(account, person, reference_files.c.sha256 == sha256)), None)

    def of_person(self, account: str, person: str) -> list[Reference]:
        """All files that a person gave with an account, the newest first."""
        theirs = sa.select(reference_names.c.sha256).where(_of(reference_names, account, person))
        return self._select_for(account, person, reference_files.c.sha256.in_(theirs))

    def of_url(self, url: str) -> Reference | None:
        """The file that WeryAI has, or had, at this address, without a name."""
        there = sa.select(uploads.c.sha256).where(uploads.c.url == url)
        return next(iter(self._select(reference_files.c.sha256.in_(there), _NOTHING)), None)

    def at(self, account: str, person: str, urls: Collection[str]) -> dict[str, Given]:
        """By the address: the files that WeryAI has, or had, there for an account, as this person calls them."""
        made = sa.select(outputs.c.key, jobs.c.id.label("job"), jobs.c.kind).join_from(outputs, tasks).join(jobs)
        source = made.where(jobs.c.account == account, jobs.c.removed_at.is_(None)).subquery()
        there = (uploads.c.account == account) & uploads.c.url.in_(urls)
        query = (
            sa.select(uploads.c.url, source.c.job, source.c.kind, *_reference(_own(account, person)))
            .join(reference_files, reference_files.c.sha256 == uploads.c.sha256)
            .outerjoin(source, source.c.key == reference_files.c.key)
            .where(there)
        )
        with self._database.read() as connection:
            found = connection.execute(query).all() if urls else []
        return {url: Given(Reference(*file), job or "", kind or "") for url, job, kind, *file in found}

    def own_files(self) -> list[Reference]:
        """The references with a file of their own, which is not an output's, under a name that somebody gave them."""
        return self._select(reference_files.c.key.not_in(sa.select(outputs.c.key)), _OF_ANYBODY)

    def drop_of(self, account: str, person: str) -> list[str]:
        """Take away what a person calls the files that they gave with an account; returns the files to delete.

        These are the ones that nobody calls anything any more: what somebody else gave too stays theirs. One that is
        an output as well stays as that. One that a job was given that is not at its end stays, without a name, until
        the next time that somebody is deleted.
        """
        with self._database.write() as connection:
            connection.execute(reference_names.delete().where(_of(reference_names, account, person)))
            connection.execute(uploads.update().where(_of(uploads, account, person)).values(person=""))
            return _drop_unheld(connection)

    def archive_names(self) -> set[str]:
        """Every name that the file or preview of a reference should have in the archive."""
        columns = (reference_files.c.key, reference_files.c.preview)
        with self._database.read() as connection:
            return {name for pair in connection.execute(sa.select(*columns)) for name in pair if name}

    def upload_of(self, account: str, sha256: str) -> Upload | None:
        """Where WeryAI has this content for this account."""
        mine = (uploads.c.account == account) & (uploads.c.sha256 == sha256) & _VALID
        query = sa.select(*_UPLOAD).where(mine).order_by(uploads.c.at.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return Upload(*row) if row else None

    def uploads_of(self, account: str, person: str) -> list[Upload]:
        """All that was sent to WeryAI for a person with an account, the oldest first."""
        query = sa.select(*_UPLOAD).where(_of(uploads, account, person)).order_by(uploads.c.at, uploads.c.url)
        with self._database.read() as connection:
            return [Upload(*row) for row in connection.execute(query)]

    def remember(self, upload: Upload) -> None:
        """WeryAI has a file at this address from now on."""
        with self._database.write() as connection:
            upsert(connection, uploads, row_of(upload, uploads) | {"forgotten_at": None})

    def forget(self, account: str, sha256: str, at: datetime) -> None:
        """WeryAI no longer takes this content's address. Which file it was stays known, for the jobs that name it."""
        mine = (uploads.c.account == account) & (uploads.c.sha256 == sha256) & _VALID
        with self._database.write() as connection:
            connection.execute(uploads.update().where(mine).values(forgotten_at=at))

    def _write(self, reference: Reference) -> None:
        """Sessions that write the same at once are each other's "it is there already", never an error."""
        named = {column.name: getattr(reference, column.name) for column in (*reference_names.primary_key, *_OWN)}
        with self._database.write() as connection:
            upsert(connection, reference_names, named)
            insert_if_new(connection, reference_files, row_of(reference, reference_files), key=["sha256"])

    def _select_for(self, account: str, person: str, which: sa.ColumnElement[bool]) -> list[Reference]:
        own = _own(account, person)
        return [replace(found, account=account, person=person) for found in self._select(which, own)]

    def _select(self, which: sa.ColumnElement[bool], own: Own) -> list[Reference]:
        order = (reference_files.c.added_at.desc(), reference_files.c.sha256)
        query = sa.select(*_reference(own)).where(which).order_by(*order)
        with self._database.read() as connection:
            return [Reference(*row) for row in connection.execute(query)]


def _reference(own: Own) -> list[sa.ColumnElement[Any]]:
    """What a reference is read from: the file, and what is somebody's own of it."""
    return columns_of(Reference, [*reference_files.c, *own])


def _own(account: str, person: str) -> Own:
    """What is a person's own of a file that they gave with an account; empty texts if they never did."""
    theirs = _NAME_OF & _of(reference_names, account, person)
    found = {column.name: sa.select(column).where(theirs).scalar_subquery() for column in _OWN}
    return [sa.func.coalesce(column, "").label(name) for name, column in found.items()]


def _of(table: sa.Table, account: str, person: str) -> sa.ColumnElement[bool]:
    return (table.c.account == account) & (table.c.person == person)


def _drop_unheld(connection: sa.Connection) -> list[str]:
    is_output = sa.exists().where(outputs.c.key == reference_files.c.key).label("is_output")
    columns = (reference_files.c.sha256, reference_files.c.key, reference_files.c.preview, is_output)
    needed = _needed(connection)
    gone = [row for row in connection.execute(sa.select(*columns).where(_UNHELD)) if row.sha256 not in needed]
    for table in (uploads, reference_files) if gone else ():
        same = table.c.sha256 == sa.bindparam("gone")
        connection.execute(table.delete().where(same), [{"gone": row.sha256} for row in gone])
    return sorted(name for row in gone if not row.is_output for name in (row.key, row.preview) if name)


def _needed(connection: sa.Connection) -> set[str]:
    """Of the files that are nobody's, those that a job was given that is not at its end."""
    given: set[str] = set()
    for inputs in connection.scalars(sa.select(jobs.c.inputs).where(NOT_ENDED)):
        for value in inputs.values():
            given.update(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))
    known = sa.select(uploads.c.url, uploads.c.sha256).join(
        reference_files, reference_files.c.sha256 == uploads.c.sha256
    )
    return {row.sha256 for row in connection.execute(known.where(_UNHELD)) if row.url in given}


def move_references(connection: sa.Connection, start: str, end: str) -> None:
    """What one account has uploaded is there for another, which may have the same already; so are its names."""
    for table, own in ((reference_names, ("sha256", "person")), (uploads, ("url",))):
        there = table.alias()
        same = sa.and_(there.c.account == end, *(there.c[name] == table.c[name] for name in own))
        connection.execute(table.delete().where((table.c.account == start) & sa.exists().where(same)))
        connection.execute(table.update().where(table.c.account == start).values(account=end))
