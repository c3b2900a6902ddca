"""Reference media in the ledger: the files that people have added, and their URLs at WeryAI for each account.

A file is stored once, however many people add it. Each person has a name of their own for it, and the format from which
it was converted for them.
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
_PERSONAL = (reference_names.c.name, reference_names.c.converted)
_NO_NAME = tuple(sa.literal("").label(column.name) for column in _PERSONAL)
_ANY_NAME = sa.select(sa.func.min(reference_names.c.name)).where(_NAME_OF).scalar_subquery()
_WITH_ANY_NAME = (sa.func.coalesce(_ANY_NAME, "").label("name"), _NO_NAME[1])
Personal = Sequence[sa.ColumnElement[str]]  # columns for the name and the format before conversion
_UPLOAD = columns_of(Upload, uploads.c)
MADE_OF = sa.func.coalesce(sa.func.nullif(reference_files.c.source, ""), reference_files.c.key)  # an output's key
_NAMELESS = ~sa.exists().where(_NAME_OF)


class ReferenceLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, reference: Reference) -> Reference:
        """Write a reference and its person's name for it, and return it as it is in the ledger.

        For content that is in the ledger already, the file stays, and only this person's name for it changes.
        """
        self._write(reference)
        return self.get(reference.sha256, reference.account, reference.person) or reference

    def get(self, sha256: str, account: str = "", person: str = "") -> Reference | None:
        """Return the file with this content, under this person's name for it, which may be empty; None if unknown."""
        return next(iter(self._select_for(account, person, reference_files.c.sha256 == sha256)), None)

    def of_person(self, account: str, person: str) -> list[Reference]:
        """Return all files that a person added with an account, newest first."""
        theirs = sa.select(reference_names.c.sha256).where(_of(reference_names, account, person))
        return self._select_for(account, person, reference_files.c.sha256.in_(theirs))

    def of_url(self, url: str) -> Reference | None:
        """Return the file that WeryAI has, or had, at this URL, without a name; None if unknown."""
        uploaded = sa.select(uploads.c.sha256).where(uploads.c.url == url)
        return next(iter(self._select(reference_files.c.sha256.in_(uploaded), _NO_NAME)), None)

    def by_url(self, account: str, person: str, urls: Collection[str]) -> dict[str, Given]:
        """Return by URL the files that WeryAI has, or had, for an account, under this person's names.

        A file that is also an output, or was made of one, comes with that output's job.
        """
        by_jobs = sa.select(outputs.c.key, jobs.c.id.label("job"), jobs.c.kind).join_from(outputs, tasks).join(jobs)
        shown = (jobs.c.removed_at.is_(None), outputs.c.deleted_at.is_(None))
        source = by_jobs.where(jobs.c.account == account, *shown).subquery()
        there = (uploads.c.account == account) & uploads.c.url.in_(urls)
        query = (
            sa.select(uploads.c.url, source.c.job, source.c.kind, *_reference(_personal(account, person)))
            .join(reference_files, reference_files.c.sha256 == uploads.c.sha256)
            .outerjoin(source, source.c.key == MADE_OF)
            .where(there)
        )
        with self._database.read() as connection:
            found = connection.execute(query).all() if urls else []
        return {url: Given(Reference(*file), job or "", kind or "") for url, job, kind, *file in found}

    def own_files(self) -> list[Reference]:
        """Return the references whose file is not an output's, each under any name that somebody has for it."""
        return self._select(reference_files.c.key.not_in(sa.select(outputs.c.key)), _WITH_ANY_NAME)

    def drop_of(self, account: str, person: str) -> list[str]:
        """Delete a person's names of files that they added with an account; return the archive names to delete.

        These are the files for which nobody has a name now: files that somebody else added, too, stay. The file of an
        output stays. A file that is an input of a job that has not ended stays, without a name, until the next such
        deletion.
        """
        with self._database.write() as connection:
            connection.execute(reference_names.delete().where(_of(reference_names, account, person)))
            connection.execute(uploads.update().where(_of(uploads, account, person)).values(person=""))
            return _delete_nameless(connection)

    def archive_names(self) -> set[str]:
        """Return all names of files and previews of references that should be in the archive."""
        columns = (reference_files.c.key, reference_files.c.preview)
        with self._database.read() as connection:
            return {name for pair in connection.execute(sa.select(*columns)) for name in pair if name}

    def upload_of(self, account: str, sha256: str) -> Upload | None:
        """Return the newest valid upload of this content for an account; None if WeryAI does not have it."""
        mine = (uploads.c.account == account) & (uploads.c.sha256 == sha256) & _VALID
        query = sa.select(*_UPLOAD).where(mine).order_by(uploads.c.at.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return Upload(*row) if row else None

    def uploads_of(self, account: str, person: str) -> list[Upload]:
        """Return all uploads to WeryAI of a person with an account, oldest first."""
        query = sa.select(*_UPLOAD).where(_of(uploads, account, person)).order_by(uploads.c.at, uploads.c.url)
        with self._database.read() as connection:
            return [Upload(*row) for row in connection.execute(query)]

    def add_upload(self, upload: Upload) -> None:
        """Write that WeryAI has a file at this URL from now on."""
        with self._database.write() as connection:
            upsert(connection, uploads, row_of(upload, uploads) | {"forgotten_at": None})

    def invalidate_upload(self, account: str, sha256: str, at: datetime) -> None:
        """Write that WeryAI no longer accepts the URL of this content. The upload is kept for jobs that name it."""
        mine = (uploads.c.account == account) & (uploads.c.sha256 == sha256) & _VALID
        with self._database.write() as connection:
            connection.execute(uploads.update().where(mine).values(forgotten_at=at))

    def _write(self, reference: Reference) -> None:
        """Write the name and, if it is new, the file. Two sessions that write the same at once cause no error."""
        name = {column.name: getattr(reference, column.name) for column in (*reference_names.primary_key, *_PERSONAL)}
        with self._database.write() as connection:
            upsert(connection, reference_names, name)
            insert_if_new(connection, reference_files, row_of(reference, reference_files), key=["sha256"])

    def _select_for(self, account: str, person: str, which: sa.ColumnElement[bool]) -> list[Reference]:
        columns = _personal(account, person)
        return [replace(found, account=account, person=person) for found in self._select(which, columns)]

    def _select(self, which: sa.ColumnElement[bool], personal: Personal) -> list[Reference]:
        order = (reference_files.c.added_at.desc(), reference_files.c.sha256)
        query = sa.select(*_reference(personal)).where(which).order_by(*order)
        with self._database.read() as connection:
            return [Reference(*row) for row in connection.execute(query)]


def _reference(personal: Personal) -> list[sa.ColumnElement[Any]]:
    """Return the columns from which a reference is read: those of its file, and personal ones."""
    return columns_of(Reference, [*reference_files.c, *personal])


def _personal(account: str, person: str) -> Personal:
    """Return the personal columns of a file that a person added with an account; empty texts if they did not."""
    theirs = _NAME_OF & _of(reference_names, account, person)
    found = {column.name: sa.select(column).where(theirs).scalar_subquery() for column in _PERSONAL}
    return [sa.func.coalesce(column, "").label(name) for name, column in found.items()]


def _of(table: sa.Table, account: str, person: str) -> sa.ColumnElement[bool]:
    return (table.c.account == account) & (table.c.person == person)


def _delete_nameless(connection: sa.Connection) -> list[str]:
    """Delete files for which nobody has a name; return the names in the archive that can be deleted."""
    is_output = sa.exists().where(outputs.c.key == reference_files.c.key).label("is_output")
    columns = (reference_files.c.sha256, reference_files.c.key, reference_files.c.preview, is_output)
    needed = _needed(connection)
    gone = [row for row in connection.execute(sa.select(*columns).where(_NAMELESS)) if row.sha256 not in needed]
    for table in (uploads, reference_files) if gone else ():
        same = table.c.sha256 == sa.bindparam("gone")
        connection.execute(table.delete().where(same), [{"gone": row.sha256} for row in gone])
    return sorted(name for row in gone if not row.is_output for name in (row.key, row.preview) if name)


def _needed(connection: sa.Connection) -> set[str]:
    """Return the SHA-256 of files without a name that are inputs of jobs that have not ended."""
    given: set[str] = set()
    for inputs in connection.scalars(sa.select(jobs.c.inputs).where(NOT_ENDED)):
        for value in inputs.values():
            given.update(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))
    known = sa.select(uploads.c.url, uploads.c.sha256).join(
        reference_files, reference_files.c.sha256 == uploads.c.sha256
    )
    return {row.sha256 for row in connection.execute(known.where(_NAMELESS)) if row.url in given}


def move_references(connection: sa.Connection, start: str, end: str) -> None:
    """Move the uploads and names of one account to another, except those that the other has already."""
    for table, key in ((reference_names, ("sha256", "person")), (uploads, ("url",))):
        other = table.alias()
        same = sa.and_(other.c.account == end, *(other.c[name] == table.c[name] for name in key))
        connection.execute(table.delete().where((table.c.account == start) & sa.exists().where(same)))
        connection.execute(table.update().where(table.c.account == start).values(account=end))
