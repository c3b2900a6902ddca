"""Which jobs a transaction changes, so that pages can redraw them.

A writer marks the jobs that it changes. A transaction that marks none may have changed any: all pages are redrawn.
"""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from studio.core.changes import Changes
from studio.ledger.tables import jobs, outputs, tasks

_SHOWN = (jobs, tasks, outputs)


@dataclass
class ChangedJobs:
    """The changes of one transaction."""

    jobs: set[tuple[str, str]] = field(default_factory=set)  # account and job
    accounts: set[str] = field(default_factory=set)
    has_written: bool = False
    has_marked: bool = False

    @property
    def is_unmarked(self) -> bool:
        """Whether the transaction has written to tables that pages show, and marked no job."""
        return self.has_written and not self.has_marked

    def tell(self, changes: Changes) -> None:
        """Announce the changes to the listeners. Call it after the commit."""
        if self.is_unmarked:
            changes.tell_all()
            return
        for account in self.accounts | {account for account, _ in self.jobs}:
            changes.tell(account, [job for owner, job in self.jobs if owner == account])


def mark_changed(connection: sa.Connection, which: sa.ColumnElement[bool] | None = None) -> None:
    """Mark the jobs that meet the condition now as changed; without a condition none, as no page shows the change."""
    found = _changes_of(connection)
    found.has_marked = True
    if which is not None:
        marked = connection.execute(sa.select(jobs.c.account, jobs.c.id).where(which))
        found.jobs |= {(row.account, row.id) for row in marked}


def job_of_output(output_id: int) -> sa.Select[tuple[str]]:
    """Return a query for the ID of the job that an output belongs to."""
    return sa.select(tasks.c.job).join(outputs, outputs.c.task == tasks.c.id).where(outputs.c.id == output_id)


def mark_account_changed(connection: sa.Connection, account: str) -> None:
    """Mark an account as changed, because of values that pages show."""
    _changes_of(connection).accounts.add(account)


def watch_writes(engine: sa.Engine) -> None:
    """Record for each transaction of an engine whether it writes to tables that pages show."""
    sa.event.listen(engine, "after_execute", _record_write)


def _changes_of(connection: sa.Connection) -> ChangedJobs:
    found = connection.get_execution_options().get("changed_jobs")
    return found if isinstance(found, ChangedJobs) else ChangedJobs()


def _record_write(connection: sa.Connection, statement: Any, *_rest: Any) -> None:
    if isinstance(statement, sa.Insert | sa.Update | sa.Delete) and statement.table in _SHOWN:
        _changes_of(connection).has_written = True
