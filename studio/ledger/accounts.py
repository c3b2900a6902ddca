"""Accounts in the ledger: their address, the shortened key, their credits. Never the key itself."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from studio.core.account import Account, Standing, Waiting
from studio.core.errors import AuthenticationError
from studio.core.values import BUSY, State
from studio.ledger.changed_jobs import mark_account_changed
from studio.ledger.database import Database
from studio.ledger.job_queries import NOT_FINISHED
from studio.ledger.references import move_references
from studio.ledger.tables import accounts, callbacks, calls, collections, comparisons, jobs, keys, presets, tasks
from studio.ledger.upsert import insert_if_new, upsert

_SHOWN = {"balance", "rejected"}


class AccountLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add_if_new(self, account: Account) -> None:
        """Insert a row for this account unless there is one."""
        row = {"id": account.id, "base_url": account.base_url, "label": account.label}
        with self._database.write() as connection:
            insert_if_new(connection, accounts, row, key=["id"])

    def standing(self, account: str) -> Standing:
        """Return the balance and the rejection of an account; empty values for an unknown account."""
        columns = (accounts.c.balance, accounts.c.balance_at, accounts.c.rejected, accounts.c.rejected_at)
        with self._database.read() as connection:
            row = connection.execute(sa.select(*columns).where(accounts.c.id == account)).first()
        return Standing(*row) if row else Standing()

    def set_balance(self, account: str, credits: float, at: datetime) -> None:
        """Write the balance that the API has just reported, in credits."""
        self._change(account, balance=credits, balance_at=at)

    def set_rejected(self, account: str, error: AuthenticationError, at: datetime) -> None:
        """Write that the API rejected the key: no request is sent for this account until a key works or is set."""
        self._change(account, rejected=f"{error.message} ({error.http_status})", rejected_at=at)

    def clear_rejection(self, account: str) -> None:
        """Delete the rejection: the key works, was entered again, or the studio restarted and tries it again."""
        self._change(account, rejected="", rejected_at=None)

    def with_open_jobs(self) -> list[Waiting]:
        """Return the accounts with queued, open or unconfirmed jobs, those with the most jobs first."""
        number = sa.func.count(jobs.c.id)
        shared = accounts.c.id.in_(sa.select(keys.c.account).where(keys.c.shared))
        query = (
            sa.select(accounts.c.id, accounts.c.label, accounts.c.base_url, shared, number)
            .join(jobs, (jobs.c.account == accounts.c.id) & jobs.c.state.in_([*BUSY, State.UNCONFIRMED]) & NOT_FINISHED)
            .group_by(accounts.c.id, accounts.c.label, accounts.c.base_url)
            .order_by(number.desc(), accounts.c.id)
        )
        with self._database.read() as connection:
            return [Waiting(*row) for row in connection.execute(query)]

    def of_key(self, fingerprint: str) -> str:
        """Return the account that this key was last found to belong to; empty if unknown."""
        with self._database.read() as connection:
            found = connection.scalar(sa.select(keys.c.account).where(keys.c.fingerprint == fingerprint))
        return found or ""

    def last_shared(self, base_url: str) -> str:
        """Return the account of the shared key that was set last for this API URL; empty if there is none."""
        query = (
            sa.select(keys.c.account)
            .join(accounts, accounts.c.id == keys.c.account)
            .where(keys.c.shared & (accounts.c.base_url == base_url))
            .order_by(keys.c.at.desc())
        )
        with self._database.read() as connection:
            return connection.scalar(query.limit(1)) or ""

    def add_key(self, fingerprint: str, account: str, *, shared: bool, at: datetime) -> None:
        """Write that a key belongs to an account; rows that were recorded under the key alone move to the account."""
        row = {"fingerprint": fingerprint, "account": account, "shared": shared, "at": at}
        with self._database.write(of_calls=True) as connection:
            upsert(connection, keys, row)
            if fingerprint != account:
                move_all(connection, fingerprint, account)

    def _change(self, account: str, **changes: Any) -> None:
        """Change an account. Pages are redrawn only for values that they show (`_SHOWN`), which the times are not."""
        mine = accounts.c.id == account
        others = [accounts.c[name].is_distinct_from(changes[name]) for name in _SHOWN & changes.keys()]
        with self._database.write() as connection:
            if connection.scalar(sa.select(accounts.c.id).where(mine & sa.or_(*others))):
                mark_account_changed(connection, account)
            connection.execute(accounts.update().where(mine).values(**changes))


def move_all(connection: sa.Connection, start: str, end: str) -> None:
    """Move all rows of one account to another, except those of jobs with a task that the other account has, too."""
    connection.execute(keys.update().where(keys.c.account == start).values(account=end))
    for table in (collections, comparisons, presets):
        connection.execute(table.update().where(table.c.account == start).values(account=end))
    move_references(connection, start, end)
    there = sa.select(tasks.c.task_id).where(tasks.c.account == end)
    both = connection.scalars(
        sa.select(tasks.c.job).where((tasks.c.account == start) & tasks.c.task_id.in_(there))
    ).all()
    for table, job in ((jobs, jobs.c.id), (tasks, tasks.c.job), (calls, calls.c.job), (callbacks, callbacks.c.job)):
        moving = (table.c.account == start) & job.not_in(both)
        connection.execute(table.update().where(moving).values(account=end))
