"""Which jobs used the results of which: by the URL at WeryAI of the file that both have, or that was made of one."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from studio.core.gallery import Viewer
from studio.core.values import Job, Output
from studio.ledger.database import Database
from studio.ledger.job_queries import select_jobs
from studio.ledger.references import MADE_OF
from studio.ledger.tables import jobs, outputs, reference_files, tasks, uploads

_URL = re.compile(r'"(https?://[^"]+)"')  # in the JSON of inputs


class FamilyLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def sources(self, account: str, urls: Collection[str]) -> dict[str, str]:
        """Return by URL the job whose output, which may be deleted, was uploaded to it, or a file made of it."""
        there = (uploads.c.account == account, uploads.c.url.in_(urls), reference_files.c.key != "")
        query = (
            sa.select(uploads.c.url, tasks.c.job)
            .join(reference_files, reference_files.c.sha256 == uploads.c.sha256)
            .join(outputs, outputs.c.key == MADE_OF)
            .join(tasks, tasks.c.id == outputs.c.task)
            .where(*there, tasks.c.account == account)
            .order_by(outputs.c.id.desc())  # of equal files the first one counts
        )
        with self._database.read() as connection:
            return {row.url: row.job for row in connection.execute(query)} if urls else {}

    def uploaded(self, account: str, outputs_by_job: Iterable[tuple[str, Output]]) -> dict[str, str]:
        """Return the URLs to which these outputs or files made of them were uploaded, each with the output's job.

        Of equal files the first one counts.
        """
        given = [*outputs_by_job][::-1]
        contents = {output.sha256: job for job, output in given if output.sha256}
        names = {output.key: job for job, output in given if output.key}
        is_one = uploads.c.sha256.in_(contents) | reference_files.c.source.in_(names)
        query = (
            sa.select(uploads.c.url, uploads.c.sha256, reference_files.c.source)
            .outerjoin(reference_files, reference_files.c.sha256 == uploads.c.sha256)
            .where(uploads.c.account == account, is_one)
        )
        with self._database.read() as connection:
            found = connection.execute(query).all() if given else []
        return {row.url: contents.get(row.sha256) or names[row.source] for row in found}

    def users(self, viewer: Viewer, modes: Collection[str], since: datetime) -> dict[str, list[str]]:
        """Return by URL the jobs in these modes, made since a moment, that have it among their inputs; oldest first.

        One query for all: inputs have no index, and this reads those of a few modes once.
        """
        which = (*_listed(viewer), jobs.c.mode.in_(modes), jobs.c.created_at >= since)
        query = sa.select(jobs.c.id, sa.cast(jobs.c.inputs, sa.Text).label("inputs")).where(*which)
        found: defaultdict[str, list[str]] = defaultdict(list)
        with self._database.read() as connection:
            for row in connection.execute(query.order_by(jobs.c.created_at, jobs.c.id)):
                for url in dict.fromkeys(_URL.findall(row.inputs)):
                    found[url].append(row.id)
        return found

    def jobs(self, ids: Collection[str], viewer: Viewer) -> list[Job]:
        """Return those of these jobs that this person sees in lists, also deleted ones, oldest first."""
        return select_jobs(self._database, jobs.c.id.in_(ids) & sa.and_(*_listed(viewer))) if ids else []


def _listed(viewer: Viewer) -> list[sa.ColumnElement[bool]]:
    theirs = [jobs.c.person == viewer.listed] if viewer.listed else []
    return [jobs.c.account == viewer.account, jobs.c.removed_at.is_(None), *theirs]
