"""Which jobs a transaction changes, for whoever shows them. What is written without a word about it may be any job.

So no writer can forget it: one that says nothing only makes everybody look at everything.
"""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from studio.core.changes import Changes
from studio.ledger.tables import jobs, outputs, tasks

_SHOWN = (jobs, tasks, outputs)


@dataclass
class ChangedJobs:
    """What one transaction says of itself. `is_silent` while it has written to what pages show and said nothing."""

    jobs: set[tuple[str, str]] = field(default_factory=set)  # account and job
    accounts: set[str] = field(default_factory=set)
    has_written: bool = False
    has_said: bool = False

    @property
    def is_silent(self) -> bool:
        return self.has_written and not self.has_said

    def tell(self, changes: Changes) -> None:
        """After the commit."""
        if self.is_silent:
            changes.tell_all()
            return
        for account in self.accounts | {account for account, _ in self.jobs}:
            changes.tell(account, [job for whose, job in self.jobs if whose == account])


def touch(connection: sa.Connection, which: sa.ColumnElement[bool] | None = None) -> None:
    """Say which jobs change, while the condition finds them; none, if nothing changes that anybody is shown."""
    found = _of(connection)
    found.has_said = True
    if which is not None:
        named = connection.execute(sa.select(jobs.c.account, jobs.c.id).where(which))
        found.jobs |= {(row.account, row.id) for row in named}


def job_of(output_id: int) -> sa.Select[tuple[str]]:
    """The job that an output is of."""
    return sa.select(tasks.c.job).join(outputs, outputs.c.task == tasks.c.id).where(outputs.c.id == output_id)


def touch_account(connection: sa.Connection, account: str) -> None:
    """Say that what is known of an account changes."""
    _of(connection).accounts.add(account)


def watch(engine: sa.Engine) -> None:
    """Notice what the transactions of an engine write."""
    sa.event.listen(engine, "after_execute", _note)


def _of(connection: sa.Connection) -> ChangedJobs:
    found = connection.get_execution_options().get("touched")
    return found if isinstance(found, ChangedJobs) else ChangedJobs()


def _note(connection: sa.Connection, statement: Any, *_rest: Any) -> None:
    if isinstance(statement, sa.Insert | sa.Update | sa.Delete) and statement.table in _SHOWN:
        _of(connection).has_written = True
