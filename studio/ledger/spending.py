"""Sums of spending, the removal of jobs by admins, and the log of admin actions."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from studio.core import comparisons as of_comparisons
from studio.core.job_states import ENDED
from studio.core.people import AdminAction, Spent
from studio.core.reference import NAMELESS
from studio.core.values import Job, State
from studio.ledger.changed_jobs import mark_account_changed, mark_changed
from studio.ledger.database import Database
from studio.ledger.files import names_to_delete
from studio.ledger.job_queries import NOT_FINISHED, slice_of
from studio.ledger.mapping import columns_of
from studio.ledger.tables import admin_actions, callbacks, calls, comparisons, jobs, outputs, reference_names, tasks
from studio.ledger.tables.jobs import prompt_key

REMOVABLE = ENDED
# The first condition alone is enough; the second makes the database use the index of jobs that are not finished.
NOT_ENDED = jobs.c.state.not_in(REMOVABLE) & NOT_FINISHED
MOST_ACTIONS = 1000
_ADMIN_ACTION = columns_of(AdminAction, admin_actions.c)
_NO_REASON = {"reason": "", "hint": ""}
_NO_TEXTS = {"request_body": "", "response_body": "", "error": ""}


class SpendingLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, account: str, moment: datetime) -> list[Spent]:
        """Return the cost of an account's jobs sent since a moment, by day, person and model; the newest day first."""
        day = slice_of(jobs.c.sent_at, self._database.engine.dialect.name, by_hour=False).label("day")
        unknown = sa.func.count() - sa.func.count(jobs.c.cost)
        sums = (sa.func.count(), sa.func.coalesce(sa.func.sum(jobs.c.cost), 0.0), unknown)
        ours = (jobs.c.account == account) & (jobs.c.sent_at >= moment) & (jobs.c.state != State.REFUSED)
        query = sa.select(day, jobs.c.person, jobs.c.model, *sums).where(ours)
        query = query.group_by(day, jobs.c.person, jobs.c.model).order_by(day.desc(), jobs.c.person, jobs.c.model)
        with self._database.read() as connection:
            return [Spent(*row) for row in connection.execute(query)]

    def remove(self, job: Job, action: AdminAction, names_after: Collection[str]) -> list[str]:
        """Delete a job's inputs and outputs and log the action; return the archive names of the files to delete.

        Its cost stays, for the sums. A file that is also somebody's reference stays, too. References lose their name if
        it is one of `names_after`: names that were made from the job's prompt. So do comparisons, also deleted ones.
        Jobs of the same template lose it, as the job's prompt is in it.
        """
        mine = sa.select(tasks.c.id).where(tasks.c.job == job.id)
        emptied = {"prompt": "", "template": "", "prompt_key": "", "inputs": {}, "removed_at": action.at, **_NO_REASON}
        ended = (jobs.c.id == job.id) & jobs.c.state.in_(REMOVABLE) & jobs.c.removed_at.is_(None)
        with self._database.write() as connection:
            mark_changed(connection, jobs.c.id == job.id)
            if not connection.execute(jobs.update().where(ended).values(**emptied)).rowcount:
                return []
            names = names_to_delete(connection, outputs.c.task.in_(mine))
            connection.execute(outputs.delete().where(outputs.c.task.in_(mine)))
            _empty_texts(connection, job.id)
            prompts = reference_names.c.name.in_(names_after)
            connection.execute(reference_names.update().where(prompts).values(name=NAMELESS))
            _empty_names(connection, job)
            _forget_template(connection, job)
            connection.execute(admin_actions.insert().values(**asdict(action) | {"files": len(names)}))
        return names

    def record(self, action: AdminAction) -> None:
        """Log an action of an admin."""
        with self._database.write() as connection:
            connection.execute(admin_actions.insert().values(**asdict(action)))

    def admin_actions(self) -> list[AdminAction]:
        """Return the newest admin actions, newest first."""
        newest_first = (admin_actions.c.at.desc(), admin_actions.c.id)
        query = sa.select(*_ADMIN_ACTION).order_by(*newest_first).limit(MOST_ACTIONS)
        with self._database.read() as connection:
            return [AdminAction(*row) for row in connection.execute(query)]


def _empty_texts(connection: sa.Connection, job_id: str) -> None:
    """Empty the texts in which the API may have repeated the prompt; the kinds of errors stay."""
    connection.execute(tasks.update().where(tasks.c.job == job_id).values(reason=""))
    connection.execute(calls.update().where(calls.c.job == job_id).values(**_NO_TEXTS))
    connection.execute(callbacks.update().where(callbacks.c.job == job_id).values(body=""))


def _empty_names(connection: sa.Connection, job: Job) -> None:
    """Take their name from the comparisons that quote the prompt of a job, as the Studio names a new one."""
    quoted = (comparisons.c.account == job.account) & (comparisons.c.name == of_comparisons.name_for(job.prompt))
    connection.execute(comparisons.update().where(quoted).values(name=of_comparisons.NAMELESS))
    mark_account_changed(connection, job.account)


def _forget_template(connection: sa.Connection, job: Job) -> None:
    """Take the template of a job from this person's other jobs, which are known by their own prompts from then on."""
    theirs = (jobs.c.account == job.account) & (jobs.c.person == job.person) & (jobs.c.template == job.template)
    found = connection.execute(sa.select(jobs.c.id, jobs.c.prompt).where(theirs)).all() if job.template else []
    for row in found:
        own = {"template": "", "prompt_key": prompt_key(row.prompt)}
        connection.execute(jobs.update().where(jobs.c.id == row.id).values(**own))
