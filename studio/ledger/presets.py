"""Presets of forms in the ledger: each has a name and an owner, and whoever uses the account may use it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import chain, count
from typing import Any

import sqlalchemy as sa

from studio.core.gallery import LONGEST_NAME
from studio.core.presets import Preset, SavedPreset
from studio.core.texts import comparable
from studio.core.values import Kind
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of, row_of
from studio.ledger.table_lock import lock_table
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

    def add(self, preset: Preset) -> SavedPreset:
        """Write a new preset, and that the one of its name is deleted, which the person has already."""
        with self._database.write() as connection:
            replaced = next((one for one in _others(connection, preset) if one.is_called(preset.name)), None)
            if replaced:
                _change(connection, replaced, deleted_at=preset.updated_at)
                preset = replace(preset, created_at=replaced.created_at)
            connection.execute(presets.insert().values(**row_of(preset, presets)))
        return SavedPreset(preset, replaced)

    def rename(self, preset: Preset, name: str, at: datetime) -> Preset | None:
        """Rename a preset, unless its owner has another one of that name, which is returned then."""
        with self._database.write() as connection:
            same = next((one for one in _others(connection, preset) if one.is_called(name)), None)
            if not same:
                _change(connection, preset, name=name, updated_at=at)
        return same

    def restore(self, preset: Preset, instead_of: Preset | None, at: datetime) -> Preset:
        """Restore a deleted preset, and delete another; return it under the name that it has now.

        If its owner has its name in use by now, a number is added to it.
        """
        with self._database.write() as connection:
            lock_table(connection, presets)  # before the first change: two that wait for each other would fail
            if instead_of:
                _change(connection, instead_of, deleted_at=at)
            restored = replace(preset, name=_free_name(preset, _others(connection, preset)), deleted_at=None)
            _change(connection, preset, name=restored.name, deleted_at=None)
        return restored

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


def _others(connection: sa.Connection, preset: Preset) -> list[Preset]:
    """Return the other presets of its owner for its kind of form, and lock the table: their names stay as they are."""
    lock_table(connection, presets)
    theirs = _of(preset.account, preset.person) & (presets.c.kind == preset.kind) & (presets.c.id != preset.id)
    query = sa.select(*_PRESET).where(theirs, presets.c.deleted_at.is_(None))
    return [Preset(*row) for row in connection.execute(query)]


def _free_name(preset: Preset, others: Iterable[Preset]) -> str:
    """Return the name of a preset, with the lowest number that makes it another one than those of the others."""
    taken = {comparable(other.name) for other in others}
    numbers = (f" ({number})" for number in count(2))
    names = (preset.name[: LONGEST_NAME - len(number)].rstrip() + number for number in numbers)
    return next(name for name in chain([preset.name], names) if comparable(name) not in taken)


def _of(account: str, person: str) -> sa.ColumnElement[bool]:
    return (presets.c.account == account) & (presets.c.person == person)
