"""Outputs and jobs that people delete: what they are restored from, and what is removed in the end."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.gallery import Viewer
from studio.core.values import Job
from studio.ledger.changed_jobs import mark_changed
from studio.ledger.database import Database
from studio.ledger.files import names_to_delete
from studio.ledger.gallery.conditions import DELETED, NOT_DELETED, SAVED, are_jobs_of, chunks_of, seen
from studio.ledger.spending import REMOVABLE
from studio.ledger.tables import jobs, outputs, tasks

PIECE = 200  # outputs
_RESTORED: dict[str, Any] = {"deleted_at": None, "deleted_by": ""}
_REMOVED: dict[str, Any] = {"key": "", "preview": "", "try_at": None, "problem": ""}


class DeletedLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def owners(self, ids: Iterable[int], viewer: Viewer, *, deleted: bool) -> dict[int, str]:
        """Return by ID the owners of those of these outputs that a person sees, deleted ones or all others."""
        found: dict[int, str] = {}
        with self._database.read() as connection:
            for some in chunks_of(ids):
                rows = connection.execute(seen(some, viewer, outputs.c.id, jobs.c.person, deleted=deleted))
                found |= {row.id: row.person for row in rows}
        return found

    def delete(self, ids: Iterable[int], viewer: Viewer, at: datetime) -> list[int]:
        """Mark outputs that a person sees as deleted; return their IDs."""
        marked, done = {"deleted_at": at, "deleted_by": viewer.person}, list[int]()
        with self._database.write() as connection:
            for some in chunks_of(ids):
                theirs = connection.scalars(seen(some, viewer)).all()
                connection.execute(outputs.update().where(outputs.c.id.in_(theirs)).values(**marked))
                mark_changed(connection, are_jobs_of(some, viewer))
                done += theirs
        return done

    def restore(self, ids: Iterable[int], viewer: Viewer, since: datetime) -> list[int]:
        """Restore outputs that were deleted after `since`, and the cards of their jobs; return the outputs' IDs."""
        done = list[int]()
        with self._database.write() as connection:
            for some in chunks_of(ids):
                recent = seen(some, viewer, outputs.c.id, tasks.c.job, deleted=True).where(outputs.c.deleted_at > since)
                found = connection.execute(recent).all()
                theirs, of_jobs = [row.id for row in found], jobs.c.id.in_({row.job for row in found})
                connection.execute(outputs.update().where(outputs.c.id.in_(theirs)).values(**_RESTORED))
                connection.execute(jobs.update().where(of_jobs, jobs.c.deleted_at.is_not(None)).values(**_RESTORED))
                mark_changed(connection, of_jobs)
                done += theirs
        return done

    def delete_job(self, job: Job, person: str, at: datetime) -> bool:
        """Mark a job that has ended as deleted, and its outputs; return whether it was not deleted yet."""
        marked = {"deleted_at": at, "deleted_by": person}
        ended = (jobs.c.id == job.id) & jobs.c.state.in_(REMOVABLE) & jobs.c.deleted_at.is_(None)
        with self._database.write() as connection:
            mark_changed(connection, jobs.c.id == job.id)
            is_deleted = connection.execute(jobs.update().where(ended).values(**marked)).rowcount == 1
            if is_deleted:
                connection.execute(outputs.update().where(_are_of(job), NOT_DELETED).values(**marked))
        return is_deleted

    def restore_job(self, job: Job, since: datetime) -> bool:
        """Restore a job that was deleted after `since`, with the outputs that were deleted with it."""
        deleted = (jobs.c.id == job.id) & (jobs.c.deleted_at > since)
        with self._database.write() as connection:
            mark_changed(connection, jobs.c.id == job.id)
            at = connection.scalar(sa.select(jobs.c.deleted_at).where(deleted).with_for_update())
            if at:
                same = _are_of(job) & (outputs.c.deleted_at == at)
                connection.execute(outputs.update().where(same).values(**_RESTORED))
                connection.execute(jobs.update().where(deleted).values(**_RESTORED))
        return at is not None

    def expired(self, before: datetime) -> tuple[Sequence[int], list[str]]:
        """Return one piece of outputs that were deleted before a moment, and the files that nothing else names."""
        old = sa.select(outputs.c.id).where(DELETED, outputs.c.deleted_at < before, SAVED)
        with self._database.read() as connection:
            ids = connection.scalars(old.order_by(outputs.c.deleted_at).limit(PIECE)).all()
            return ids, names_to_delete(connection, outputs.c.id.in_(ids))

    def empty(self, ids: Sequence[int]) -> None:
        """Empty the keys of outputs whose files were removed; their other facts stay."""
        with self._database.write() as connection:
            connection.execute(outputs.update().where(outputs.c.id.in_(ids)).values(**_REMOVED))
            theirs = sa.select(tasks.c.job).join_from(outputs, tasks).where(outputs.c.id.in_(ids))
            mark_changed(connection, jobs.c.id.in_(theirs))


def _are_of(job: Job) -> sa.ColumnElement[bool]:
    return outputs.c.task.in_(sa.select(tasks.c.id).where(tasks.c.job == job.id))
