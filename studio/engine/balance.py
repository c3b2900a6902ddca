"""Asks the API for an account's balance, and measures the cost of a job by the balance before and after its POST."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from studio.core.errors import APIError, AuthenticationError, ConnectionFailed, LedgerError, StudioError
from studio.core.values import Job
from studio.engine.context import Context

log = logging.getLogger(__name__)


@dataclass
class BalanceFetcher:
    """Asks for the balance of one account, in credits, and stores each answer in the ledger."""

    context: Context

    def fetch_if_available(self, job: Job | None = None) -> float | None:
        """Return the balance; None when the API does not answer, which need not stop what the caller does.

        Errors: AuthenticationError, stored as the rejection of the key.
        """
        try:
            return self.fetch(job)
        except AuthenticationError:
            raise
        except (APIError, ConnectionFailed) as error:
            log.info("balance not known: %s", error)
            return None

    def fetch_if_key_works(self) -> float | None:
        """Return the balance; None when the API does not answer or rejects the key, even if that cannot be stored."""
        with suppress(AuthenticationError, LedgerError):
            return self.fetch_if_available()
        return None

    def fetch(self, job: Job | None = None) -> float:
        """Return the balance, and store it. The call belongs to `job`, if there is one.

        A ledger that fails does not discard the answer, as it decides what becomes of a job whose POST was refused.
        Errors: StudioError when the API does not answer; AuthenticationError when the key is rejected, which is stored.
        """
        problem_before = self.context.api.no_balance
        try:
            credits = self.context.api.balance(job=job.id if job else "")
        except StudioError as error:
            if isinstance(error, AuthenticationError):
                self.context.ledger.accounts.set_rejected(self.context.account.id, error, self.context.clock())
            elif self.context.api.no_balance != problem_before:
                self.context.ledger.changes.publish(self.context.account.id)
            raise
        try:
            self.context.ledger.accounts.set_balance(self.context.account.id, credits, self.context.clock())
        except LedgerError as error:
            log.error("the balance is not written down: %s", error)
        return credits

    def measure_cost(self, job: Job, before: float | None, *, alone: bool) -> None:
        """Store the balance after a job's POST, and what it lost as the cost if the job was sent `alone`.

        `before` is the balance before the POST. An unchanged balance does not mean that the job is free: WeryAI may
        charge it at the end.
        """
        try:
            after = self.fetch_if_available(job)
        except AuthenticationError:
            return
        if after is not None:
            spent = before - after if alone and before is not None and after < before else None
            self.context.ledger.jobs.set_balance_after(job.id, after, spent, self.context.clock())
