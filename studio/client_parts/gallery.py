"""The gallery of an account, as a person sees it: find saved outputs, in the same lists as the cards of their jobs."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.core.gallery import GalleryChoices, GalleryFilter, GalleryItem, GalleryLayout, Viewer
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

    @property
    def _ledger(self) -> GalleryLedger:
        return self.context.ledger.gallery

    @property
    def _viewer(self) -> Viewer:
        return Viewer(self.context.account.id, self.context.person, self.context.listed)
