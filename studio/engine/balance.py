"""What an account holds, and what a job cost: measured by the balance before and after its POST."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from studio.core.errors import APIError, AuthenticationError, ConnectionFailed, LedgerError, StudioError
from studio.core.values import Job
from studio.engine.context import Context

log = logging.getLogger(__name__)


@dataclass
class Balance:
    context: Context

    def fetch_if_told(self, job: Job | None = None) -> float | None:
        """The balance now; an unknown one is not worth stopping for. Errors: AuthenticationError, written down."""
        try:
            return self.fetch(job)
        except AuthenticationError:
            raise
        except (APIError, ConnectionFailed) as error:
            log.info("balance not known: %s", error)
            return None

    def fetch_if_key_works(self) -> float | None:
        """What the account holds; nothing when that is not told, as under a rejected key, written down or not."""
        with suppress(AuthenticationError, LedgerError):
            return self.fetch_if_told()
        return None

    def fetch(self, job: Job | None = None) -> float:
        """The balance now, written down if that can be, as a rejected key is. Errors: StudioError when it is not told.

        What the API said stands, whatever the ledger does: it decides over a job whose POST was refused.
        """
        said = self.context.api.no_balance
        try:
            credits = self.context.api.balance(job=job.id if job else "")
        except StudioError as error:
            if isinstance(error, AuthenticationError):
                self.context.ledger.accounts.set_rejected(self.context.account.id, error, self.context.clock())
            elif self.context.api.no_balance != said:
                self.context.ledger.changes.tell(self.context.account.id)
            raise
        try:
            self.context.ledger.accounts.set_balance(self.context.account.id, credits, self.context.clock())
        except LedgerError as error:
            log.error("the balance is not written down: %s", error)
        return credits

    def measure_cost(self, job: Job, before: float | None, *, alone: bool) -> None:
        """After a POST: what the balance lost is the cost, if nothing else of the account was sent meanwhile.

        A balance that has lost nothing tells nothing: it may be charged at the end.
        """
        try:
            after = self.fetch_if_told(job)
        except AuthenticationError:
            return
        if after is not None:
            spent = before - after if alone and before is not None and after < before else None
            self.context.ledger.jobs.set_balance_after(job.id, after, spent, self.context.clock())
