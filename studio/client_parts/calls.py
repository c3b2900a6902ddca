"""The calls of an account: requests to WeryAI, and WeryAI's callbacks when a task ends."""

from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.core.calls import Call, Callback


@dataclass(frozen=True)
class Calls:
    context: ClientContext

    def get(self, call_id: str) -> Call | None:
        """Return a call of this account; None if there is none with this id."""
        return self.context.ledger.calls.get(self.context.account.id, call_id)

    def last_callback(self) -> Callback | None:
        """Return the newest callback for this account, from WeryAI or from a test of the webhook."""
        return self.context.ledger.callbacks.newest(self.context.account.id)

    def has_webhook(self) -> bool:
        """Whether WeryAI gets a URL to call when a task ends."""
        return bool(self.context.runtime.dispatcher.webhook("", self.context.account))
