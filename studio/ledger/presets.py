"""Presets of forms in the ledger: each has a name and an owner, and whoever uses the account may use it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.presets import Preset
from studio.core.values import Kind
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of, row_of
from studio.ledger.tables import presets

_PRESET = columns_of(Preset, presets.c)


class PresetLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of_kind(self, account: str, kind: Kind) -> list[Preset]:
        """Return the presets of an account for this kind of form that are not deleted, oldest first."""
        ours = (presets.c.account == account) & (presets.c.kind == kind)
        return self._select(ours & presets.c.deleted_at.is_(None))

    def of_person(self, account: str, person: str) -> list[Preset]:
        """Return all presets of a person with an account, also deleted ones, oldest first."""
        return self._select(_of(account, person))

    def get(self, account: str, preset_id: str) -> Preset | None:
        """Return a preset of an account, also a deleted one; None if there is none with this ID."""
        return next(iter(self._select((presets.c.account == account) & (presets.c.id == preset_id))), None)

    def add(self, preset: Preset, replaced: Preset | None = None) -> None:
        """Write a new preset, and that the one that it replaces is deleted, in one transaction."""
        with self._database.write() as connection:
            if replaced:
                _change(connection, replaced, deleted_at=preset.updated_at)
            connection.execute(presets.insert().values(**row_of(preset, presets)))

    def change(self, preset: Preset, /, **changes: Any) -> None:
        """Change columns of a preset."""
        with self._database.write() as connection:
            _change(connection, preset, **changes)

    def drop_deleted(self, before: datetime) -> int:
        """Remove the presets that were deleted before a moment; return how many."""
        return self._drop(presets.c.deleted_at < before)

    def drop_of(self, account: str, person: str) -> int:
        """Remove all presets of a person with an account; return how many."""
        return self._drop(_of(account, person))

    def _select(self, which: sa.ColumnElement[bool]) -> list[Preset]:
        query = sa.select(*_PRESET).where(which).order_by(presets.c.created_at, presets.c.id)
        with self._database.read() as connection:
            return [Preset(*row) for row in connection.execute(query)]

    def _drop(self, which: sa.ColumnElement[bool]) -> int:
        with self._database.write() as connection:
            return connection.execute(presets.delete().where(which)).rowcount


def _change(connection: sa.Connection, preset: Preset, **changes: Any) -> None:
    connection.execute(presets.update().where(presets.c.id == preset.id).values(**changes))


def _of(account: str, person: str) -> sa.ColumnElement[bool]:
    return (presets.c.account == account) & (presets.c.person == person)
