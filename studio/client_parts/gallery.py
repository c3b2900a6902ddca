"""The gallery of an account, as a person sees it: find saved outputs, in the same lists as the cards of their jobs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.core.errors import NotAllowed
from studio.core.gallery import (
    GalleryChoices,
    GalleryFilter,
    GalleryItem,
    GalleryLayout,
    Viewer,
    checked_rating,
    checked_tag,
)
from studio.ledger.gallery.gallery import GalleryLedger


@dataclass(frozen=True)
class Gallery:
    context: ClientContext

    def find(self, filters: GalleryFilter) -> GalleryLayout:
        """Return all outputs that match, newest job first, as IDs and shapes: enough to lay out rows of 100,000."""
        return self._ledger.outputs.find(filters, self._viewer)

    def items(self, ids: Sequence[int], *, deleted: bool = False) -> list[GalleryItem]:
        """Return these outputs, some 100 at once, in this order, without those that this person does not see.

        With `deleted`, the deleted ones of them, else all others.
        """
        return self._ledger.outputs.items(ids, self._viewer, deleted=deleted)

    def choices(self) -> GalleryChoices:
        """Return what the menus of a filter list; `client.people` has the names of people."""
        return self._ledger.outputs.choices(self._viewer)

    def set_favourite(self, ids: Iterable[int], favourite: bool) -> int:
        """Make outputs favourites of this person, or no favourites; return how many. Whoever may look may do so."""
        return self._ledger.marks.set_favourite(ids, self._viewer, favourite=favourite)

    def rate(self, ids: Iterable[int], rating: int) -> int:
        """Write this person's rating of outputs, 1 to 5, or 0 for none; return how many. Whoever may look may do so.

        Errors: DraftError for another number.
        """
        return self._ledger.marks.rate(ids, self._viewer, checked_rating(rating))

    def add_tag(self, ids: Iterable[int], text: str) -> int:
        """Add a tag to outputs; return to how many it was added: an output has up to `MOST_TAGS`, each once.

        Everybody who sees an output sees its tags, so this is for people who may make jobs, also on outputs of others.
        Errors: DraftError for an empty or long tag, NotAllowed.
        """
        self.context.check_may_spend()
        return self._ledger.marks.add_tag(ids, self._viewer, checked_tag(text))

    def remove_tag(self, ids: Iterable[int], text: str) -> int:
        """Remove a tag from outputs, whoever added it; return from how many. Errors: as `add_tag`."""
        self.context.check_may_spend()
        return self._ledger.marks.remove_tag(ids, self._viewer, checked_tag(text))

    def delete(self, ids: Iterable[int]) -> int:
        """Delete outputs of jobs that this person may change; return how many: those of other people stay.

        They can be restored for `UNDO_DAYS`. Errors: NotAllowed when all that are there belong to other people.
        """
        theirs = self._owned(ids, deleted=False)
        number = self._ledger.deleted.delete(theirs, self._viewer, self.context.clock())
        self._record("deleted", theirs)
        return number

    def restore(self, ids: Iterable[int]) -> int:
        """Undo `delete`, and restore the cards of the outputs' jobs; return how many outputs. Errors: as `delete`."""
        theirs = self._owned(ids, deleted=True)
        number = self._ledger.deleted.restore(theirs, self._viewer, self.context.undo_since)
        self._record("restored", theirs)
        return number

    def _owned(self, ids: Iterable[int], *, deleted: bool) -> dict[int, str]:
        """Return those of these outputs that this person may change, with the people of their jobs."""
        self.context.check_may_spend()
        found = self._ledger.deleted.owners(ids, self._viewer, deleted=deleted)
        theirs = {one: person for one, person in found.items() if self.context.may_change_of(person)}
        if found and not theirs:
            raise NotAllowed("These results belong to someone else.", hint="Only their owner or an admin can do that.")
        return theirs

    def _record(self, verb: str, owners: Mapping[int, str]) -> None:
        """Record what an admin did with other people's outputs."""
        for owner, number in Counter(owners.values()).items():
            if self.context.is_admin and owner not in ("", self.context.person):
                what = f"{verb} {number} result{'' if number == 1 else 's'}"
                self.context.ledger.spending.record(self.context.admin_action(what, "", owner))

    @property
    def _ledger(self) -> GalleryLedger:
        return self.context.ledger.gallery

    @property
    def _viewer(self) -> Viewer:
        return Viewer(self.context.account.id, self.context.person, self.context.listed)
