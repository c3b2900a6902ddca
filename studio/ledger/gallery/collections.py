"""Collections of outputs: each has a name and an owner, and whoever may look at the outputs may open it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.gallery import Collection, Viewer
from studio.ledger.changed_jobs import mark_account_changed, mark_changed
from studio.ledger.database import Database
from studio.ledger.gallery.conditions import are_jobs_of, chunks_of, is_seen, seen
from studio.ledger.mapping import columns_of, row_of
from studio.ledger.tables import collection_outputs, collections, outputs
from studio.ledger.upsert import insert_new

_COLLECTION = columns_of(Collection, collections.c)


class CollectionLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of_account(self, viewer: Viewer) -> list[Collection]:
        """Return the collections that are not deleted, newest first, with the number of outputs that are visible."""
        ours = (collections.c.account == viewer.account) & collections.c.deleted_at.is_(None)
        collection = collection_outputs.c.collection
        numbers = sa.select(collection, sa.func.count()).where(collection.in_(sa.select(collections.c.id).where(ours)))
        numbers = numbers.where(is_seen(collection_outputs.c.output, viewer)).group_by(collection)
        newest_first = (collections.c.created_at.desc(), collections.c.id.desc())
        with self._database.read() as connection:
            known = connection.execute(sa.select(*_COLLECTION).where(ours).order_by(*newest_first)).all()
            number = {row[0]: row[1] for row in connection.execute(numbers)} if known else {}
        return [replace(Collection(*row), outputs=number.get(row.id, 0)) for row in known]

    def of_person(self, account: str, person: str) -> list[Collection]:
        """Return all collections of a person with an account, also deleted ones, oldest first."""
        query = sa.select(*_COLLECTION).where(_of(account, person)).order_by(collections.c.created_at)
        with self._database.read() as connection:
            return [Collection(*row) for row in connection.execute(query)]

    def get(self, account: str, collection_id: str) -> Collection | None:
        """Return a collection of an account, also a deleted one; None if there is none with this ID."""
        one = (collections.c.account == account) & (collections.c.id == collection_id)
        with self._database.read() as connection:
            row = connection.execute(sa.select(*_COLLECTION).where(one)).first()
        return Collection(*row) if row else None

    def add(self, collection: Collection) -> None:
        """Write a new collection."""
        with self._database.write() as connection:
            connection.execute(collections.insert().values(**row_of(collection, collections)))
            mark_account_changed(connection, collection.account)

    def change(self, collection: Collection, /, **changes: Any) -> None:
        """Change columns of a collection."""
        with self._database.write() as connection:
            connection.execute(collections.update().where(collections.c.id == collection.id).values(**changes))
            mark_account_changed(connection, collection.account)

    def add_to(self, collection: Collection, ids: Iterable[int], viewer: Viewer) -> list[int]:
        """Add outputs that a person sees to a collection; return those that were not in it."""
        added, named = list[int](), sa.literal(collection.id).label("collection")
        with self._database.write() as connection:
            for some in chunks_of(ids):
                rows = seen(some, viewer, named, outputs.c.id.label("output"))
                added += insert_new(connection, collection_outputs, rows, collection_outputs.c.output)
                mark_changed(connection, are_jobs_of(some, viewer))
        return added

    def remove_from(self, collection: Collection, ids: Iterable[int], viewer: Viewer) -> list[int]:
        """Remove outputs from a collection; return those that were in it."""
        removed, is_in = list[int](), collection_outputs.c.collection == collection.id
        with self._database.write() as connection:
            for some in chunks_of(ids):
                theirs = is_in & collection_outputs.c.output.in_(some)
                gone = collection_outputs.delete().where(theirs)
                removed += connection.scalars(gone.returning(collection_outputs.c.output))
                mark_changed(connection, are_jobs_of(some, viewer))
        return removed

    def drop_deleted(self, before: datetime) -> int:
        """Remove the collections that were deleted before a moment; return how many. Their outputs stay."""
        return self._drop(collections.c.deleted_at < before)

    def drop_of(self, account: str, person: str) -> int:
        """Remove all collections of a person with an account; return how many. Their outputs stay."""
        return self._drop(_of(account, person))

    def _drop(self, which: sa.ColumnElement[bool]) -> int:
        gone = sa.select(collections.c.id).where(which)
        with self._database.write() as connection:
            for account in connection.scalars(sa.select(collections.c.account).where(which).distinct()).all():
                mark_account_changed(connection, account)
            connection.execute(collection_outputs.delete().where(collection_outputs.c.collection.in_(gone)))
            return connection.execute(collections.delete().where(which)).rowcount


def _of(account: str, person: str) -> sa.ColumnElement[bool]:
    return (collections.c.account == account) & (collections.c.person == person)
