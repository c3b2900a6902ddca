"""The gallery of an account, as a person sees it: find saved outputs, in the same lists as the cards of their jobs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.client_parts.context import ClientContext
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

    @property
    def _ledger(self) -> GalleryLedger:
        return self.context.ledger.gallery

    @property
    def _viewer(self) -> Viewer:
        return Viewer(self.context.account.id, self.context.person, self.context.listed)
