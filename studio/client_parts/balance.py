"""The balance of an account, as a person sees it."""

from dataclasses import dataclass, replace

from studio.client_parts.context import ClientContext
from studio.core.account import Standing
from studio.core.calls import attribute_calls_to


@dataclass(frozen=True)
class Balance:
    context: ClientContext

    def standing(self) -> Standing:
        """Return the balance, or why it is not known, and whether the key was rejected."""
        standing = self.context.ledger.accounts.standing(self.context.account.id)
        return replace(standing, no_balance=self.context.runtime.api.no_balance)

    def refresh(self) -> None:
        """Ask for the balance now. An answer also shows that the key works, so jobs that were paused continue.

        Errors: StudioError when there is no answer; a rejected key is recorded.
        """
        context = self.context
        context.check_may_spend()
        with attribute_calls_to(context.person):
            context.runtime.balance.fetch()
        context.ledger.accounts.clear_rejection(context.account.id)
        context.runtime.wake()
