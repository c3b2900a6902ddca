"""The prompts that this person has used with this account."""

from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.core.earlier_prompts import EarlierPrompt


@dataclass(frozen=True)
class EarlierPrompts:
    context: ClientContext

    def newest(self, limit: int, search: str = "") -> list[EarlierPrompt]:
        """Return this person's prompts, each once, the last used first; with a `search` those with all of its words.

        Prompts of other people and of deleted jobs are not among them.
        """
        context = self.context
        return context.ledger.earlier_prompts.newest(context.account.id, context.person, limit, search)
