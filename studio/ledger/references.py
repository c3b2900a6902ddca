"""Reference media in the ledger: the files that people have given, and where WeryAI has them for each account."""

from datetime import datetime

import sqlalchemy as sa

from studio.errors import LedgerError
from studio.ledger import rows
from studio.ledger.database import Database
from studio.ledger.tables import outputs, reference_files, uploads
from studio.media import Reference, Upload

_VALID = uploads.c.forgotten_at.is_(None)


class ReferenceLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, reference: Reference) -> Reference:
        """Write a reference down, with its moment in `added_at`. The same content again is the one that is there."""
        if known := self.get(reference.sha256):
            return known
        try:
            with self._database.write() as connection:
                connection.execute(reference_files.insert().values(rows.reference_row(reference)))
        except LedgerError:
            known = self.get(reference.sha256)  # another session was first
            if not known:
                raise
            return known
        return reference

    def get(self, sha256: str) -> Reference | None:
        return next(iter(self._select(reference_files.c.sha256 == sha256)), None)

    def of_url(self, url: str) -> Reference | None:
        """The reference that WeryAI has, or had, at this address."""
        there = sa.select(uploads.c.sha256).where(uploads.c.url == url)
        return next(iter(self._select(reference_files.c.sha256.in_(there))), None)

    def own_files(self) -> list[Reference]:
        """The references with a file of their own, which is not an output's."""
        return self._select(reference_files.c.key.not_in(sa.select(outputs.c.key)))

    def names(self) -> set[str]:
        """Every name that the file or preview of a reference should have in the archive."""
        columns = (reference_files.c.key, reference_files.c.preview)
        with self._database.read() as connection:
            return {name for pair in connection.execute(sa.select(*columns)) for name in pair if name}

    def upload_of(self, account: str, sha256: str) -> Upload | None:
        """Where WeryAI has this content for this account."""
        mine = (uploads.c.account == account) & (uploads.c.sha256 == sha256) & _VALID
        query = sa.select(uploads).where(mine).order_by(uploads.c.at.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return rows.upload_value(row) if row else None

    def remember(self, upload: Upload) -> None:
        """WeryAI has a file at this address from now on."""
        same = (uploads.c.account == upload.account) & (uploads.c.url == upload.url)
        with self._database.write() as connection:
            connection.execute(uploads.delete().where(same))
            connection.execute(uploads.insert().values(rows.upload_row(upload)))

    def forget(self, account: str, sha256: str, at: datetime) -> None:
        """WeryAI no longer takes this content's address. Which file it was stays known, for the jobs that name it."""
        mine = (uploads.c.account == account) & (uploads.c.sha256 == sha256) & _VALID
        with self._database.write() as connection:
            connection.execute(uploads.update().where(mine).values(forgotten_at=at))

    def _select(self, which: sa.ColumnElement[bool]) -> list[Reference]:
        order = (reference_files.c.added_at.desc(), reference_files.c.sha256)
        query = sa.select(reference_files).where(which).order_by(*order)
        with self._database.read() as connection:
            return [rows.reference_value(row) for row in connection.execute(query).mappings()]


def move_uploads(connection: sa.Connection, start: str, end: str) -> None:
    """What one account has uploaded is there for another, which may have the same address already."""
    same = uploads.alias()
    there = sa.select(same.c.url).where(same.c.account == end)
    connection.execute(uploads.delete().where((uploads.c.account == start) & uploads.c.url.in_(there)))
    connection.execute(uploads.update().where(uploads.c.account == start).values(account=end))
