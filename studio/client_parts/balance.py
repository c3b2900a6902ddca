"""The balance of an account: what is known of it, and asking for it."""

from dataclasses import dataclass, replace

from studio.client_parts.context import ClientContext
from studio.core.account import Standing
from studio.core.calls import made_for


@dataclass(frozen=True)
class Balance:
    context: ClientContext

    def standing(self) -> Standing:
        """The balance, or why it is not known, and whether the key was rejected."""
        standing = self.context.ledger.accounts.standing(self.context.account.id)
        return replace(standing, no_balance=self.context.runtime.api.no_balance)

    def refresh(self) -> None:
        """Ask for the balance now; an answer also shows that the key works, and wakes what a rejected one had stopped.

        Errors: StudioError when it is not told; a rejected key is written down.
        """
        context = self.context
        context.check_may_spend()
        with made_for(context.person):
            context.runtime.balance.fetch()
        context.ledger.accounts.forgive(context.account.id)
        context.runtime.wake()
