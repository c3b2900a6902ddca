"""The tables of the ledger, and the types that keep times and words alike on every database."""

import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC: SQLite knows no time zones, so it is stored there without one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Any text: PostgreSQL takes no NUL, and neither database half a surrogate pair, but the API may send them."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return re.sub("[\0\ud800-\udfff]", "\ufffd", value) if value else value


metadata = sa.MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)


def _text(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, Words, nullable=False, default="", server_default="", **more)


settings = sa.Table("settings", metadata, sa.Column("name", Words, primary_key=True), _text("value"))

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", Words, primary_key=True),
    _text("base_url"),
    _text("label"),
    sa.Column("balance", sa.Float),
    sa.Column("balance_at", Moment),
    _text("rejected"),
    sa.Column("rejected_at", Moment),
)

# Which account a key was last seen to be of; a key is known by its fingerprint only.
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("submission", Words, nullable=False, unique=True),
    _text("account"),
    _text("person"),
    _text("mode"),
    _text("kind"),
    _text("model"),
    _text("prompt"),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    _text("state"),
    sa.Column("created_at", Moment, nullable=False),
    _text("reason"),
    _text("hint"),
    _text("error_kind"),
    _text("field"),
    sa.Column("not_before", Moment),
    sa.Column("sent_at", Moment),
    sa.Column("answered_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("hidden_at", Moment),
    _text("batch_id", index=True),
    sa.Column("balance_before", sa.Float),
    sa.Column("balance_after", sa.Float),
    sa.Column("measured_at", Moment),
    sa.Column("cost", sa.Float),
    sa.Index(None, "account", "state"),
    sa.Index(None, "account", "kind", "created_at"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("job", Words, sa.ForeignKey("jobs.id"), nullable=False, index=True),
    _text("account"),
    _text("task_id"),
    sa.Column("position", sa.Integer, nullable=False),
    _text("status"),
    _text("reason"),
    sa.Column("cost", sa.Float),
    sa.Column("accepted_at", Moment),
    sa.Column("asked_at", Moment),
    sa.Column("finished_at", Moment),
    sa.UniqueConstraint("account", "task_id"),
)

outputs = sa.Table(
    "outputs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("task", sa.Integer, sa.ForeignKey("tasks.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    _text("kind"),
    _text("url"),
    _text("key", index=True),
    _text("preview"),
    sa.Column("size", sa.BigInteger, nullable=False, default=0),
    _text("sha256"),
    sa.Column("width", sa.Integer, nullable=False, default=0),
    sa.Column("height", sa.Integer, nullable=False, default=0),
    sa.Column("seconds", sa.Float, nullable=False, default=0.0),
    sa.Column("saved_at", Moment),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("try_at", Moment),
    _text("problem"),
    sa.UniqueConstraint("task", "position"),
)

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", Words, primary_key=True),
    _text("account"),
    sa.Column("at", Moment, nullable=False),
    _text("method"),
    _text("url"),
    _text("path"),
    sa.Column("duration_ms", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("http_status", sa.Integer),
    _text("code"),
    _text("error_kind"),
    _text("error"),
    _text("vendor_id", index=True),
    _text("job", index=True),
    _text("task_id", index=True),
    _text("batch_id", index=True),
    _text("model"),
    sa.Column("request_headers", sa.JSON, nullable=False),
    _text("request_body"),
    sa.Column("response_headers", sa.JSON, nullable=False),
    _text("response_body"),
    sa.Index(None, "account", "at"),
)

# The calls that the API made to us. One without an account was not looked into yet, or is about no job.
callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", Words, primary_key=True),
    _text("job", index=True),
    sa.Column("at", Moment, nullable=False),
    _text("account"),
    _text("outcome"),
    sa.Column("settled_at", Moment),
    _text("body"),
    sa.Index(None, "account", "at"),
    sa.Index(None, "settled_at", "at"),
)

# Files that people gave jobs to work from, by their content; `key` may name an output. ("references" is a word of SQL.)
reference_files = sa.Table(
    "reference_files",
    metadata,
    sa.Column("sha256", Words, primary_key=True),
    _text("medium"),
    _text("name"),
    _text("key"),
    _text("preview"),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    _text("person"),
    sa.Index(None, "medium", "added_at"),
)

# Where WeryAI has them. One that it no longer takes is forgotten, and still says which file a job was given.
uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("account", Words, primary_key=True),
    sa.Column("url", Words, primary_key=True, index=True),
    sa.Column("sha256", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("forgotten_at", Moment),
    sa.Index(None, "account", "sha256"),
)
