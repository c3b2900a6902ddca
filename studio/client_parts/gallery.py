"""The gallery of an account, as a person sees it: find saved outputs, in the same lists as the cards of their jobs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from studio.client_parts.context import ClientContext
from studio.client_parts.owned import OwnedThings
from studio.core import ids as new_ids
from studio.core.errors import NotAllowed
from studio.core.gallery import (
    Collection,
    GalleryChoices,
    GalleryFilter,
    GalleryItem,
    GalleryLayout,
    Mark,
    Tag,
    Viewer,
    checked_name,
    checked_rating,
    checked_tag,
)
from studio.ledger.gallery.gallery import GalleryLedger


@dataclass(frozen=True)
class Gallery:
    context: ClientContext

    def find(self, filters: GalleryFilter) -> GalleryLayout:
        """Return all outputs that match, newest job first, as IDs and shapes: enough to lay out rows of 100,000.

        Of the deleted ones, those that this person may restore.
        """
        if filters.deleted and self.context.may_not_spend:
            return GalleryLayout()
        return self._ledger.outputs.find(filters, self._viewer)

    def among(self, ids: frozenset[int], filters: GalleryFilter) -> frozenset[int]:
        """Return those of a few outputs that `find` would find."""
        if not ids or (filters.deleted and self.context.may_not_spend):
            return frozenset()
        return self._ledger.outputs.among(ids, filters, self._viewer)

    def items(self, ids: Sequence[int], *, deleted: bool = False) -> list[GalleryItem]:
        """Return these outputs, some 100 at once, in this order, without those that this person does not see.

        With `deleted`, the deleted ones of them, else all others.
        """
        if deleted and self.context.may_not_spend:
            return []
        return self._ledger.outputs.items(ids, self._viewer, deleted=deleted)

    def choices(self) -> GalleryChoices:
        """Return what the menus of a filter list; `client.people` has the names of people."""
        return self._ledger.outputs.choices(self._viewer)

    def marks(self, ids: Iterable[int]) -> dict[int, Mark]:
        """Return this person's marks, by output, of those outputs that have any."""
        return self._ledger.marks.of(ids, self._viewer)

    def set_favourite(self, ids: Iterable[int], favourite: bool) -> int:
        """Make outputs favourites of this person, or no favourites; return how many. Whoever may look may do so."""
        return self._ledger.marks.set_favourite(ids, self._viewer, favourite=favourite)

    def rate(self, ids: Iterable[int], rating: int) -> int:
        """Write this person's rating of outputs, 1 to 5, or 0 for none; return how many. Whoever may look may do so.

        Errors: DraftError for another number.
        """
        return self._ledger.marks.rate(ids, self._viewer, checked_rating(rating))

    def add_tag(self, ids: Iterable[int], text: str) -> list[int]:
        """Add a tag to outputs; return those to which it was added: an output has up to `MOST_TAGS`, each once.

        Everybody who sees an output sees its tags, so this is for people who may make jobs, also on outputs of others.
        Errors: DraftError for an empty or long tag, NotAllowed.
        """
        self.context.check_may_spend()
        return self._ledger.marks.add_tag(ids, self._viewer, checked_tag(text))

    def remove_tag(self, ids: Iterable[int], text: str) -> list[Tag]:
        """Remove a tag from outputs, whoever added it; return what was removed. Errors: NotAllowed."""
        self.context.check_may_spend()
        removed = self._ledger.marks.remove_tag(ids, self._viewer, text)
        self._record("deleted", "tag", (tag.person for tag in removed))
        return removed

    def restore_tags(self, removed: Iterable[Tag]) -> int:
        """Undo `remove_tag`: those who had added the tags are their authors again; return of how many."""
        self.context.check_may_spend()
        restored = self._ledger.marks.restore_tags(removed, self._viewer)
        self._record("restored", "tag", (tag.person for tag in restored))
        return len(restored)

    def delete(self, ids: Iterable[int]) -> list[int]:
        """Delete outputs of jobs that this person may change; return their IDs: those of other people stay.

        They can be restored for `UNDO_DAYS`. Errors: NotAllowed when all that are there belong to other people.
        """
        theirs = self._owned(ids, deleted=False)
        done = self._ledger.deleted.delete(theirs, self._viewer, self.context.clock())
        self._record("deleted", "result", (theirs[one] for one in done))
        return done

    def restore(self, ids: Iterable[int]) -> list[int]:
        """Undo `delete`, and restore the cards of the outputs' jobs; return the outputs' IDs. Errors: as `delete`."""
        theirs = self._owned(ids, deleted=True)
        done = self._ledger.deleted.restore(theirs, self._viewer, self.context.undo_since)
        self._record("restored", "result", (theirs[one] for one in done))
        return done

    def collections(self) -> list[Collection]:
        """Return the collections of this account, newest first; whoever may look may open each of them."""
        return self._ledger.collections.of_account(self._viewer)

    def collection(self, collection_id: str) -> Collection | None:
        """Return a collection of this account; None if there is none with this ID, or it is deleted."""
        found = self._ledger.collections.get(self.context.account.id, collection_id)
        return found if found and not found.deleted_at else None

    def create_collection(self, name: str) -> Collection:
        """Make a collection of this person. Errors: DraftError for an empty or long name, NotAllowed."""
        self.context.check_may_spend()
        name, context = checked_name(name), self.context
        made = Collection(new_ids.new("col"), context.account.id, context.person, name, context.clock())
        self._ledger.collections.add(made)
        return made

    def may_change(self, collection: Collection) -> bool:
        """Whether this person may change the collection: its owner, and an admin."""
        return self.context.may_change_of(collection.person)

    def rename(self, collection_id: str, name: str) -> bool:
        """Rename a collection; whether it is there. Only its owner or an admin may do so. Errors: as for a new one."""
        return self._owned_collections.change(collection_id, name=checked_name(name))

    def delete_collection(self, collection_id: str) -> bool:
        """Delete a collection, but not its outputs; whether it is there. It can be restored for `UNDO_DAYS`.

        Only its owner or an admin may do so. Errors: NotAllowed.
        """
        return self._owned_collections.delete(collection_id)

    def restore_collection(self, collection_id: str) -> bool:
        """Undo `delete_collection`; False when it is too late. Errors: NotAllowed."""
        return self._owned_collections.restore(collection_id)

    def add_to(self, collection_id: str, ids: Iterable[int]) -> list[int]:
        """Add outputs to a collection; return those that were not in it, none when it is not there.

        Only the owner of the collection or an admin may do so, with all outputs that they see. Errors: NotAllowed.
        """
        found = self._owned_collections.there(collection_id)
        return self._ledger.collections.add_to(found, ids, self._viewer) if found else []

    def remove_from(self, collection_id: str, ids: Iterable[int]) -> list[int]:
        """Remove outputs from a collection; return those that were in it. Errors: as `add_to`."""
        found = self._owned_collections.there(collection_id)
        return self._ledger.collections.remove_from(found, ids, self._viewer) if found else []

    def _owned(self, ids: Iterable[int], *, deleted: bool) -> dict[int, str]:
        """Return those of these outputs that this person may change, with the people of their jobs."""
        self.context.check_may_spend()
        found = self._ledger.deleted.owners(ids, replace(self._viewer, restores=""), deleted=deleted)
        theirs = {one: person for one, person in found.items() if self.context.may_change_of(person)}
        if found and not theirs:
            raise NotAllowed("These results belong to someone else.", hint="Only their owner or an admin can do that.")
        return theirs

    def _record(self, verb: str, noun: str, owners: Iterable[str]) -> None:
        """Record what an admin did with other people's outputs or tags."""
        for owner, number in Counter(owners).items():
            self.context.record_for(owner, f"{verb} {number} {noun}{'' if number == 1 else 's'}")

    @property
    def _owned_collections(self) -> OwnedThings[Collection]:
        return OwnedThings(self.context, "collection", self._ledger.collections)

    @property
    def _ledger(self) -> GalleryLedger:
        return self.context.ledger.gallery

    @property
    def _viewer(self) -> Viewer:
        context = self.context
        return Viewer(context.account.id, context.person, context.listed, "" if context.is_admin else context.person)
