"""The open ledger: one object for each subject, all over one database."""

from dataclasses import dataclass

from studio.core.changes import Changes
from studio.ledger.accounts import AccountLedger
from studio.ledger.callbacks import CallbackLedger
from studio.ledger.calls import CallLedger
from studio.ledger.comparisons import ComparisonLedger
from studio.ledger.database import Database, open_database
from studio.ledger.drafts import DraftLedger
from studio.ledger.earlier_prompts import EarlierPromptLedger
from studio.ledger.evidence import EvidenceLedger
from studio.ledger.files import FileLedger
from studio.ledger.gallery.gallery import GalleryLedger, open_gallery
from studio.ledger.history.history import HistoryLedger, open_history
from studio.ledger.jobs import JobLedger
from studio.ledger.model_history import ModelHistoryLedger
from studio.ledger.people import PeopleLedger
from studio.ledger.presets import PresetLedger
from studio.ledger.prices import PriceLedger
from studio.ledger.references import ReferenceLedger
from studio.ledger.spending import SpendingLedger
from studio.ledger.spending_limits import SpendingLimitLedger


@dataclass(frozen=True)
class Ledger:
    database: Database
    jobs: JobLedger
    models: ModelHistoryLedger
    calls: CallLedger
    accounts: AccountLedger
    callbacks: CallbackLedger
    files: FileLedger
    references: ReferenceLedger
    evidence: EvidenceLedger
    drafts: DraftLedger
    presets: PresetLedger
    earlier_prompts: EarlierPromptLedger
    people: PeopleLedger
    spending: SpendingLedger
    spending_limits: SpendingLimitLedger
    prices: PriceLedger
    history: HistoryLedger
    gallery: GalleryLedger
    comparisons: ComparisonLedger

    @property
    def changes(self) -> Changes:
        """The recent changes, and their listeners."""
        return self.database.changes

    def close(self) -> None:
        """Close the threads and the connections of the ledger."""
        self.history.parallel.close()
        self.database.close()


def open_ledger(url: str, *, alone: bool = False) -> Ledger:
    """Open the ledger at an SQLAlchemy URL; with `alone`, other studios are locked out. Errors: LedgerError."""
    database = open_database(url, alone=alone)
    return Ledger(
        database,
        JobLedger(database),
        ModelHistoryLedger(database),
        CallLedger(database),
        AccountLedger(database),
        CallbackLedger(database),
        FileLedger(database),
        ReferenceLedger(database),
        EvidenceLedger(database),
        DraftLedger(database),
        PresetLedger(database),
        EarlierPromptLedger(database),
        PeopleLedger(database),
        SpendingLedger(database),
        SpendingLimitLedger(database),
        PriceLedger(database),
        open_history(database),
        open_gallery(database),
        ComparisonLedger(database),
    )
