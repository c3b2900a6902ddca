"""The calls of an account: those to WeryAI, and those that WeryAI makes when a task ends."""

from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.core.calls import Call, Callback


@dataclass(frozen=True)
class Calls:
    context: ClientContext

    def get(self, call_id: str) -> Call | None:
        return self.context.ledger.calls.get(self.context.account.id, call_id)

    def last_callback(self) -> Callback | None:
        """The last time that WeryAI called about a job of this account, or somebody tried whether a call arrives."""
        return self.context.ledger.callbacks.newest(self.context.account.id)

    def has_webhook(self) -> bool:
        """WeryAI was given an address to call when a task ends."""
        return bool(self.context.runtime.dispatcher.webhook("", self.context.account))
