"""The files of the archive that the ledger names, for all accounts."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.values import Job, Output
from studio.ledger.changed_jobs import job_of_output, mark_changed
from studio.ledger.database import Database
from studio.ledger.job_queries import is_of, select_jobs
from studio.ledger.mapping import columns_of
from studio.ledger.tables import jobs, outputs, reference_files, tasks

PAGE = 500
_SAVED = outputs.c.key != ""


@dataclass(frozen=True)
class JobOutput:
    """An output, with the job that messages about it name."""

    job: str
    account: str
    prompt: str
    output: Output


class FileLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def saved(self) -> Iterator[JobOutput]:
        """Yield all outputs in the archive, read in pages: no transaction stays open while a file is checked."""
        last = 0
        while page := self._select(_SAVED & (outputs.c.id > last), PAGE):
            yield from page
            last = page[-1].output.id

    def without_preview(self, account: str) -> list[Output]:
        """Return the saved outputs of an account whose previews are still to be made."""
        missing = _SAVED & (outputs.c.preview == "") & outputs.c.try_at.is_not(None)
        return [kept.output for kept in self._select(missing & (jobs.c.account == account))]

    def unsaved(self) -> list[JobOutput]:
        """Return the outputs that could not be saved, or whose file was lost."""
        return self._select(~_SAVED & (outputs.c.problem != ""))

    def archive_names(self) -> set[str]:
        """Return all names of files and previews of outputs that should be in the archive."""
        with self._database.read() as connection:
            return _names(connection, sa.select(outputs.c.key, outputs.c.preview).where(_SAVED))

    def job_of(self, key: str) -> str:
        """Return the ID of the job with this file in the archive; empty if it is no output's."""
        return next((kept.job for kept in self._select(_SAVED & (outputs.c.key == key), 1)), "")

    def jobs_with(self, account: str, output_ids: Collection[int]) -> list[Job]:
        """Return the jobs of an account that made one of these outputs."""
        made = sa.select(tasks.c.job).join(outputs, outputs.c.task == tasks.c.id).where(outputs.c.id.in_(output_ids))
        return select_jobs(self._database, is_of(jobs.c.account, account) & jobs.c.id.in_(made))

    def mark_lost(self, output: Output, problem: str) -> None:
        """Mark an output as not saved: its file is missing from the archive, or damaged."""
        self.change(output, key="", saved_at=None, problem=problem)

    def change(self, output: Output, **facts: Any) -> bool:
        """Change columns of an output if its file is still the given one; return whether it was."""
        same = (outputs.c.id == output.id) & (outputs.c.key == output.key)
        with self._database.write() as connection:
            changed = connection.execute(outputs.update().where(same).values(**facts)).rowcount
            mark_changed(connection, jobs.c.id.in_(job_of_output(output.id)))
        return bool(changed)

    def request_fetch(self, output_ids: Iterable[int], *, attempts: int, at: datetime) -> None:
        """Schedule outputs that are not saved to be fetched from this moment on, and set their number of attempts."""
        with self._database.write() as connection:
            for output_id in output_ids:
                missing = ~_SAVED & (outputs.c.id == output_id)
                connection.execute(outputs.update().where(missing).values(attempts=attempts, try_at=at))
                mark_changed(connection, jobs.c.id.in_(job_of_output(output_id)))

    def _select(self, which: sa.ColumnElement[bool], limit: int | None = None) -> list[JobOutput]:
        query = (
            sa.select(jobs.c.id, jobs.c.account, jobs.c.prompt, *columns_of(Output, outputs.c))
            .join(tasks, tasks.c.id == outputs.c.task)
            .join(jobs, jobs.c.id == tasks.c.job)
            .where(which)
            .order_by(outputs.c.id)
        )
        with self._database.read() as connection:
            found = connection.execute(query.limit(limit))
            return [JobOutput(job, account, prompt, Output(*output)) for job, account, prompt, *output in found]


def names_to_delete(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[str]:
    """Return the archive names of these outputs, without files that another output or a reference names, too."""
    columns = (outputs.c.key, outputs.c.preview)
    names = _names(connection, sa.select(*columns).where(which))
    of_references = (reference_files.c.key, reference_files.c.preview)
    needed = _names(connection, sa.select(*columns).where(outputs.c.key.in_(names) & ~which))
    needed |= _names(connection, sa.select(*of_references).where(reference_files.c.key.in_(names)))
    return sorted(names - needed)


def _names(connection: sa.Connection, query: sa.Select[tuple[str, str]]) -> set[str]:
    return {name for pair in connection.execute(query) for name in pair if name}
