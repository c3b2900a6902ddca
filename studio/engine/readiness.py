"""Whether an account may send: its key works, and the jobs in flight when the studio stopped have been closed."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import timedelta

from studio.core.errors import ConnectionFailed
from studio.core.values import State
from studio.engine.balance import BalanceFetcher
from studio.engine.context import Context

STOPPED = "The studio stopped before WeryAI answered."
TRY_KEY_AGAIN = timedelta(minutes=10)


@dataclass
class Readiness:
    """`on_key_works` is called when a rejected key works again."""

    context: Context
    balance: BalanceFetcher
    on_key_works: Callable[[], None]
    _is_prepared: bool = False

    def prepare(self, sending: Set[str]) -> bool:
        """Prepare the account for sending; return whether it may send, which it may not while its key is rejected.

        A rejected key is tried again every ten minutes by asking for the balance, which costs nothing. `sending` are
        the jobs whose answer this process still waits for. Errors: LedgerError.
        """
        standing = self.context.ledger.accounts.standing(self.context.account.id)
        tried = standing.rejected_at or self.context.clock()
        if self._is_prepared and not (standing.rejected and abs(self.context.clock() - tried) > TRY_KEY_AGAIN):
            return not standing.rejected
        credits = self.balance.fetch_if_key_works()
        if not self._is_prepared:
            self._close_interrupted(credits, sending)
        self._is_prepared = True
        if credits is not None and standing.rejected:
            self.context.ledger.accounts.clear_rejection(self.context.account.id)
            self.on_key_works()
        return not self.context.ledger.accounts.standing(self.context.account.id).rejected

    def _close_interrupted(self, balance: float | None, sending: Set[str]) -> None:
        """Record for the jobs that were being sent when the studio stopped that their answer is lost."""
        at = self.context.clock()
        facts = {"reason": STOPPED, "hint": ConnectionFailed.unclear_hint, "answered_at": at}
        if balance is not None:
            facts |= {"balance_after": balance, "measured_at": at}
        for job in self.context.ledger.jobs.in_state(self.context.account.id, State.UNCONFIRMED):
            if not job.answered_at and job.id not in sending:
                self.context.ledger.jobs.change(job.id, **facts)
