"""The people who use the studio, as one of them knows the others."""

from dataclasses import dataclass

from studio.client_parts.context import ClientContext


@dataclass(frozen=True)
class People:
    context: ClientContext

    def label(self, person: str) -> str:
        """How others know this person; empty for nobody."""
        known = self.context.ledger.people.by_id().get(person)
        return known.label if known else ""
