"""The people who use the studio."""

from dataclasses import dataclass

from studio.client_parts.context import ClientContext


@dataclass(frozen=True)
class People:
    context: ClientContext

    def label(self, person: str) -> str:
        """Return the name of this person that others see; empty if unknown."""
        known = self.context.ledger.people.by_id().get(person)
        return known.label if known else ""
