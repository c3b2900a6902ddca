"""The tables of the ledger, one module for each subject."""

from studio.ledger.tables.calls import OF_A_CALL, POLL, SLOW_MS, STATUS, callbacks, calls, tallies, words
from studio.ledger.tables.comparisons import comparison_jobs, comparison_votes, comparisons
from studio.ledger.tables.drafts import drafts
from studio.ledger.tables.gallery import collection_outputs, collections, marks, tags
from studio.ledger.tables.jobs import jobs, outputs, prompts, reference_files, reference_names, tasks, uploads
from studio.ledger.tables.people import accounts, admin_actions, ended_sign_ins, keys, people, prices, settings
from studio.ledger.tables.presets import presets
from studio.ledger.tables.types import SEARCH, Choice, Moment, Words, metadata

__all__ = [
    "OF_A_CALL",
    "POLL",
    "SEARCH",
    "SLOW_MS",
    "STATUS",
    "Choice",
    "Moment",
    "Words",
    "accounts",
    "admin_actions",
    "callbacks",
    "calls",
    "collection_outputs",
    "collections",
    "comparison_jobs",
    "comparison_votes",
    "comparisons",
    "drafts",
    "ended_sign_ins",
    "jobs",
    "keys",
    "marks",
    "metadata",
    "outputs",
    "people",
    "presets",
    "prices",
    "prompts",
    "reference_files",
    "reference_names",
    "settings",
    "tags",
    "tallies",
    "tasks",
    "uploads",
    "words",
]
