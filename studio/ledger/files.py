"""What the ledger knows of the files in the archive, of all accounts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.values import Output
from studio.ledger.changed_jobs import job_of, touch
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of
from studio.ledger.tables import jobs, outputs, tasks

PAGE = 500
_SAVED = outputs.c.key != ""


@dataclass(frozen=True)
class Kept:
    """An output with the job that it is of, for whoever is to be told about it."""

    job: str
    account: str
    prompt: str
    output: Output


class FileLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def saved(self) -> Iterator[Kept]:
        """Every output that is in the archive. Read by the page: no transaction waits for who looks at the files."""
        last = 0
        while page := self._select(_SAVED & (outputs.c.id > last), PAGE):
            yield from page
            last = page[-1].output.id

    def without_preview(self, account: str) -> list[Output]:
        """The saved outputs of an account whose previews are still to be made."""
        wanted = _SAVED & (outputs.c.preview == "") & outputs.c.try_at.is_not(None)
        return [kept.output for kept in self._select(wanted & (jobs.c.account == account))]

    def unsaved(self) -> list[Kept]:
        """The outputs that could not be saved, or are not there any more."""
        return self._select(~_SAVED & (outputs.c.problem != ""))

    def names(self) -> set[str]:
        """Every name that a file or preview should have in the archive."""
        with self._database.read() as connection:
            pairs = connection.execute(sa.select(outputs.c.key, outputs.c.preview).where(_SAVED))
            return {name for pair in pairs for name in pair if name}

    def lose(self, output: Output, problem: str) -> None:
        """The file is not in the archive as it should be: the output counts as not saved from now on."""
        self.change(output, key="", saved_at=None, problem=problem)

    def change(self, output: Output, **facts: Any) -> bool:
        """Write facts about a file, unless the ledger has another or none for this output by now; says whether."""
        same = (outputs.c.id == output.id) & (outputs.c.key == output.key)
        with self._database.write() as connection:
            changed = connection.execute(outputs.update().where(same).values(**facts)).rowcount
            touch(connection, jobs.c.id.in_(job_of(output.id)))
        return bool(changed)

    def want(self, output_ids: Iterable[int], *, attempts: int, at: datetime) -> None:
        """Let outputs that are not saved be fetched from this moment on, as after so many attempts."""
        with self._database.write() as connection:
            for output_id in output_ids:
                missing = ~_SAVED & (outputs.c.id == output_id)
                connection.execute(outputs.update().where(missing).values(attempts=attempts, try_at=at))
                touch(connection, jobs.c.id.in_(job_of(output_id)))

    def _select(self, which: sa.ColumnElement[bool], limit: int | None = None) -> list[Kept]:
        query = (
            sa.select(jobs.c.id, jobs.c.account, jobs.c.prompt, *columns_of(Output, outputs.c))
            .join(tasks, tasks.c.id == outputs.c.task)
            .join(jobs, jobs.c.id == tasks.c.job)
            .where(which)
            .order_by(outputs.c.id)
        )
        with self._database.read() as connection:
            found = connection.execute(query.limit(limit))
            return [Kept(job, account, prompt, Output(*output)) for job, account, prompt, *output in found]
