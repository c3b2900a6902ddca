"""Things under a name that have an owner, as collections, comparisons and presets: who may change and delete them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from studio.client_parts.context import ClientContext
from studio.core.errors import NotAllowed


class Owned(Protocol):
    @property
    def person(self) -> str: ...

    @property
    def deleted_at(self) -> datetime | None: ...


T = TypeVar("T", bound=Owned)


class OwnedLedger(Protocol[T]):
    def get(self, account: str, one: str, /) -> T | None: ...

    def change(self, thing: T, /, **changes: Any) -> None: ...


@dataclass(frozen=True)
class OwnedThings(Generic[T]):
    """The things of one kind of an account. Only their owner or an admin may change them; else NotAllowed."""

    context: ClientContext
    noun: str
    ledger: OwnedLedger[T]

    def find(self, one: str) -> T | None:
        """Return a thing of this account, also a deleted one. Errors: NotAllowed when it is somebody else's."""
        self.context.check_may_spend()
        found = self.ledger.get(self.context.account.id, one)
        if found and not self.context.may_change_of(found.person):
            raise NotAllowed(
                f"This {self.noun} belongs to someone else.", hint="Only its owner or an admin can do that."
            )
        return found

    def there(self, one: str) -> T | None:
        """Return a thing that is not deleted. Errors: NotAllowed."""
        found = self.find(one)
        return found if found and not found.deleted_at else None

    def change(self, one: str, **changes: Any) -> bool:
        """Change columns of a thing; whether it is there. Errors: NotAllowed."""
        found = self.there(one)
        if found:
            self.ledger.change(found, **changes)
        return found is not None

    def delete(self, one: str) -> bool:
        """Delete a thing; whether it is there. It can be restored for `UNDO_DAYS`. Errors: NotAllowed."""
        found = self.there(one)
        if found:
            self.ledger.change(found, deleted_at=self.context.clock())
            self.record("deleted", found)
        return found is not None

    def restorable(self, one: str) -> T | None:
        """Return a deleted thing; None when it is too late. Errors: NotAllowed."""
        found = self.find(one)
        return found if found and self.context.is_restorable(found.deleted_at) else None

    def restore(self, one: str) -> bool:
        """Undo `delete`; False when it is too late. Errors: NotAllowed."""
        found = self.restorable(one)
        if found:
            self.ledger.change(found, deleted_at=None)
            self.record("restored", found)
        return found is not None

    def record(self, verb: str, thing: T) -> None:
        """Record what an admin did with somebody else's thing, without its name, which may be private."""
        self.context.record_for(thing.person, f"{verb} a {self.noun}")
