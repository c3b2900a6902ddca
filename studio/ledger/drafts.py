"""The content of forms in the ledger, kept for 30 days for a browser and a person. Backups leave it out."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from studio.core.drafts import FormContent, Owner
from studio.core.values import Clock, now
from studio.ledger.database import Database
from studio.ledger.tables import drafts
from studio.ledger.upsert import upsert

KEPT = timedelta(days=30)


class DraftLedger:
    def __init__(self, database: Database, clock: Clock = now) -> None:
        self._database, self._clock = database, clock

    def get(self, owner: Owner, form: str) -> FormContent | None:
        """Return the last saved content of a form; None if there is none, or it is older than `KEPT`."""
        query = sa.select(drafts.c.text, drafts.c.version, drafts.c.choices).where(_is_of(owner, form))
        with self._database.read() as connection:
            row = connection.execute(query.where(drafts.c.at > self._clock() - KEPT)).first()
        return FormContent(*row) if row else None

    def keep(self, owner: Owner, form: str, kept: FormContent) -> None:
        """Save the content of a form, except the text if another tab has saved a newer one."""
        self._write(owner, form, kept, choices=kept.choices)
        self.keep_text(owner, form, kept)

    def keep_text(self, owner: Owner, form: str, kept: FormContent) -> None:
        """Save the text alone, unless a newer one is saved."""
        self._write(owner, form, kept, drafts.c.version <= kept.version, text=kept.text, version=kept.version)

    def drop(self, owner: Owner, form: str) -> None:
        """Delete the content of a form."""
        with self._database.write() as connection:
            connection.execute(drafts.delete().where(_is_of(owner, form)))

    def drop_of(self, person: str) -> None:
        """Delete the content of all forms of a person, in every browser."""
        with self._database.write() as connection:
            connection.execute(drafts.delete().where(drafts.c.person == person))

    def sweep(self) -> None:
        """Delete all content that is older than `KEPT`."""
        with self._database.write() as connection:
            connection.execute(drafts.delete().where(drafts.c.at <= self._clock() - KEPT))

    def _write(
        self, owner: Owner, form: str, kept: FormContent, which: sa.ColumnElement[bool] | None = None, **changes: Any
    ) -> None:
        row = {**asdict(owner), "form": form, **asdict(kept), "at": self._clock()}
        with self._database.write() as connection:
            upsert(connection, drafts, row, {**changes, "at": row["at"]}, which)


def _is_of(owner: Owner, form: str) -> sa.ColumnElement[bool]:
    return (drafts.c.browser == owner.browser) & (drafts.c.person == owner.person) & (drafts.c.form == form)
