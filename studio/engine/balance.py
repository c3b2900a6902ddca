"""What an account holds, and what a job cost: measured by the balance before and after its POST."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from studio.core.account import Account
from studio.core.errors import APIError, AuthenticationError, ConnectionFailed, LedgerError, StudioError
from studio.core.values import Clock, Job
from studio.ledger.ledger import Ledger
from studio.weryai.api import WeryAI

log = logging.getLogger(__name__)


@dataclass
class Balance:
    account: Account
    api: WeryAI
    ledger: Ledger
    clock: Clock

    def look(self, job: Job | None = None) -> float | None:
        """The balance now; an unknown one is not worth stopping for. Errors: AuthenticationError, written down."""
        try:
            return self.ask(job)
        except AuthenticationError:
            raise
        except (APIError, ConnectionFailed) as error:
            log.info("balance not known: %s", error)
            return None

    def credits(self) -> float | None:
        """What the account holds; nothing when that is not told, as under a rejected key, written down or not."""
        with suppress(AuthenticationError, LedgerError):
            return self.look()
        return None

    def ask(self, job: Job | None = None) -> float:
        """The balance now, written down if that can be, as a rejected key is. Errors: StudioError when it is not told.

        What the API said stands, whatever the ledger does: it decides over a job whose POST was refused.
        """
        said = self.api.no_balance
        try:
            credits = self.api.balance(job=job.id if job else "")
        except StudioError as error:
            if isinstance(error, AuthenticationError):
                self.ledger.accounts.set_rejected(self.account.id, error, self.clock())
            elif self.api.no_balance != said:
                self.ledger.changes.tell(self.account.id)
            raise
        try:
            self.ledger.accounts.set_balance(self.account.id, credits, self.clock())
        except LedgerError as error:
            log.error("the balance is not written down: %s", error)
        return credits

    def measure(self, job: Job, before: float | None, *, alone: bool) -> None:
        """After a POST: what the balance lost is the cost, if nothing else of the account was sent meanwhile.

        A balance that has lost nothing tells nothing: it may be charged at the end.
        """
        try:
            after = self.look(job)
        except AuthenticationError:
            return
        if after is not None:
            spent = before - after if alone and before is not None and after < before else None
            self.ledger.jobs.measured(job.id, after, spent, self.clock())
