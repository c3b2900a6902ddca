"""Tables of jobs, their tasks and outputs, and their reference files."""

import hashlib
from typing import Any

import sqlalchemy as sa

from studio.core.reference import Medium
from studio.core.values import Kind, State, Status
from studio.ledger.tables.types import JsonObject, Moment, Words, beginnings, choice_column, metadata, text_column

_ENDED_BADLY = sa.text("status IN ('failed', 'gone')")
_OPEN = sa.text("status IN ('waiting', 'processing')")
_NOT_FINISHED = sa.text("state <> 'finished'")
_WITH_PROMPT = sa.text("prompt_key <> '' AND deleted_at IS NULL AND removed_at IS NULL")
_NOT_REMOVED = sa.text("removed_at IS NULL")
_NOT_SAVED = sa.text("saved_at IS NULL")
_DELETED = sa.text("deleted_at IS NOT NULL")


def prompt_key(prompt: str, template: str = "") -> str:
    """Return what prompts are compared by, as an index takes no long text; empty for an empty prompt.

    All prompts of one template have its key, which no prompt has: NUL is in none.
    """
    text = f"\0{template}" if template else prompt
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32] if prompt.strip() else ""


def _prompt_key_of(context: Any) -> str:
    given = context.get_current_parameters()
    return prompt_key(str(given["prompt"]), str(given.get("template") or ""))


jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("submission", Words, nullable=False, unique=True),
    text_column("account"),
    text_column("person"),
    text_column("mode"),
    choice_column("kind", Kind),
    text_column("model"),
    text_column("prompt"),
    text_column("template"),
    sa.Column("prompt_key", Words, nullable=False, default=_prompt_key_of, server_default=""),
    sa.Column("inputs", JsonObject, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    choice_column("state", State),
    sa.Column("created_at", Moment, nullable=False),
    text_column("reason"),
    text_column("hint"),
    text_column("error_kind"),
    text_column("field"),
    sa.Column("not_before", Moment),
    sa.Column("sent_at", Moment),
    sa.Column("answered_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("hidden_at", Moment),
    sa.Column("removed_at", Moment),
    sa.Column("deleted_at", Moment),
    text_column("deleted_by"),
    sa.Column("unshared_at", Moment),
    text_column("batch_id"),
    sa.Column("balance_before", sa.Float),
    sa.Column("balance_after", sa.Float),
    sa.Column("measured_at", Moment),
    sa.Column("cost", sa.Float),
    sa.Column("reserved", sa.Float),
    # Few jobs are not finished, and their number does not grow; `ledger/job_queries.py` has conditions that use it.
    sa.Index(
        "ix_jobs_not_finished",
        *("account", "state", "created_at", "id"),
        sqlite_where=_NOT_FINISHED,
        postgresql_where=_NOT_FINISHED,
    ),
    sa.Index(None, "account", "kind", "created_at"),
    sa.Index(None, "account", "person", "created_at"),
    sa.Index(None, "account", "sent_at"),
    sa.Index(None, "account", "model", "created_at"),
    sa.Index(
        "ix_jobs_newest",  # all columns for sums, times and counts of the history: a row with its inputs is long
        *("account", "created_at", "cost", "model", "mode", "person", "state", "id", "sent_at", "finished_at"),
    ),
    sa.Index(
        "ix_jobs_gallery",  # all columns by which the gallery finds outputs
        *("account", "created_at", "id", "model", "mode", "person"),
        sqlite_where=_NOT_REMOVED,
        postgresql_where=_NOT_REMOVED,
    ),
    sa.Index(
        "ix_jobs_prompts",  # the last job with a prompt
        *("account", "person", "prompt_key", "created_at", "id"),
        sqlite_where=_WITH_PROMPT,
        postgresql_where=_WITH_PROMPT,
    ),
    beginnings("batch_id"),
)

# Each prompt or template of a person once: the last of their jobs with it that is not deleted, and how many jobs have
# it. Triggers update it.
prompts = sa.Table(
    "prompts",
    metadata,
    *(sa.Column(name, Words, primary_key=True) for name in ("account", "person", "prompt_key")),
    sa.Column("last_at", Moment, nullable=False),
    text_column("last_job"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Index(None, "account", "person", "last_at", "last_job"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("job", Words, sa.ForeignKey("jobs.id"), nullable=False, index=True),
    text_column("account"),
    text_column("task_id"),
    sa.Column("position", sa.Integer, nullable=False),
    choice_column("status", Status),
    text_column("reason"),
    sa.Column("cost", sa.Float),
    sa.Column("accepted_at", Moment),
    sa.Column("asked_at", Moment),
    sa.Column("finished_at", Moment),
    sa.UniqueConstraint("account", "task_id"),
    sa.Index("ix_tasks_failed", "job", "cost", sqlite_where=_ENDED_BADLY, postgresql_where=_ENDED_BADLY),
    sa.Index("ix_tasks_open", "account", "job", sqlite_where=_OPEN, postgresql_where=_OPEN),
    sa.Index("ix_tasks_ended", "finished_at", sqlite_where=_ENDED_BADLY, postgresql_where=_ENDED_BADLY),
)

outputs = sa.Table(
    "outputs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("task", sa.Integer, sa.ForeignKey("tasks.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    choice_column("kind", Kind),
    text_column("url"),
    text_column("key", index=True),
    text_column("preview"),
    sa.Column("size", sa.BigInteger, nullable=False, default=0),
    text_column("sha256"),
    sa.Column("width", sa.Integer, nullable=False, default=0),
    sa.Column("height", sa.Integer, nullable=False, default=0),
    sa.Column("seconds", sa.Float, nullable=False, default=0.0),
    text_column("format"),
    sa.Column("saved_at", Moment),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("try_at", Moment),
    text_column("problem"),
    sa.Column("deleted_at", Moment),
    text_column("deleted_by"),
    sa.UniqueConstraint("task", "position"),
    sa.Index(
        "ix_outputs_gallery",  # all columns by which the gallery finds outputs: a row with its URL is long
        *("task", "position", "deleted_at", "kind", "width", "height", "seconds", "key"),
    ),
    sa.Index("ix_outputs_unsaved", "task", sqlite_where=_NOT_SAVED, postgresql_where=_NOT_SAVED),
    sa.Index("ix_outputs_deleted", "deleted_at", sqlite_where=_DELETED, postgresql_where=_DELETED),
)

# Reference files, by their content; `key` may name an output's file. ("references" is a keyword of SQL.)
# Their names are in the next table.
reference_files = sa.Table(
    "reference_files",
    metadata,
    sa.Column("sha256", Words, primary_key=True),
    choice_column("medium", Medium),
    text_column("key"),
    text_column("preview"),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    text_column("source"),
    sa.Index(None, "medium", "added_at"),
    sa.Index(None, "source"),
)

# Each person's name for a reference file, with each account, and the format from which it was converted for them.
# Nobody else sees these, even if they have added the same file.
reference_names = sa.Table(
    "reference_names",
    metadata,
    *(sa.Column(name, Words, primary_key=True) for name in ("sha256", "account", "person")),
    text_column("name"),
    text_column("converted"),
)

# The URLs of reference files at WeryAI. A URL with `forgotten_at` is no longer accepted there, but its row still shows
# which file a job used.
uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("account", Words, primary_key=True),
    sa.Column("url", Words, primary_key=True, index=True),
    sa.Column("sha256", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("forgotten_at", Moment),
    text_column("person"),
    sa.Index(None, "account", "sha256"),
)
