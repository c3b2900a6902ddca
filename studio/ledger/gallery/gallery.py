"""The gallery in the ledger: one object for each of its subjects."""

from dataclasses import dataclass

from studio.ledger.database import Database
from studio.ledger.gallery.collections import CollectionLedger
from studio.ledger.gallery.deleted import DeletedLedger
from studio.ledger.gallery.families import FamilyLedger
from studio.ledger.gallery.finder import OutputFinder
from studio.ledger.gallery.marks import MarkLedger


@dataclass(frozen=True)
class GalleryLedger:
    outputs: OutputFinder
    marks: MarkLedger
    deleted: DeletedLedger
    collections: CollectionLedger
    families: FamilyLedger


def open_gallery(database: Database) -> GalleryLedger:
    """Return the gallery of an open ledger."""
    return GalleryLedger(
        OutputFinder(database),
        MarkLedger(database),
        DeletedLedger(database),
        CollectionLedger(database),
        FamilyLedger(database),
    )
