"""Tables of calls to the API and callbacks from it, and of the texts and tallies by which the history finds them."""

import sqlalchemy as sa

from studio.ledger.tables.types import JsonObject, Moment, Words, beginnings, metadata, text_column

# The columns that lists, filters and sums of the history read.
OF_A_CALL = ("id", "model", "method", "endpoint", "http_status", "code", "error_kind", "person", "duration_ms", "job")
SLOW_MS = 500
_FAILED = sa.text("error_kind <> ''")
_SLOW = sa.text(f"duration_ms > {SLOW_MS}")
STATUS = "/status"  # the end of a poll's path
# A successful poll, as nearly all calls are. The index has all other calls, failed polls included.
POLL = f"{{0}}method = 'GET' AND substr({{0}}endpoint, length({{0}}endpoint) - 6) = '{STATUS}' AND {{0}}error_kind = ''"
_NO_POLL = sa.text(f"NOT ({POLL.format('')})")
_WITH_MODEL = sa.text("model <> ''")
_HAS_BODY = sa.text("body <> ''")
_WITH_BODY = sa.text("request_body <> '' OR response_body <> ''")

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", Words, primary_key=True),
    text_column("account"),
    sa.Column("at", Moment, nullable=False),
    text_column("method"),
    text_column("url"),
    text_column("path"),
    sa.Column("duration_ms", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("http_status", sa.Integer),
    text_column("code"),
    text_column("error_kind"),
    text_column("error"),
    text_column("vendor_id"),
    text_column("job"),
    text_column("task_id"),
    text_column("batch_id"),
    text_column("model"),
    sa.Column("request_headers", JsonObject, nullable=False),
    text_column("request_body"),
    sa.Column("response_headers", JsonObject, nullable=False),
    text_column("response_body"),
    text_column("person"),
    text_column("endpoint"),  # the path without its ids
    *(beginnings(name) for name in ("vendor_id", "task_id", "batch_id")),
    sa.Index("ix_calls_of_job", "job", "at", "id", "error_kind", postgresql_ops={"job": "text_pattern_ops"}),
    # These indexes contain all columns that a page of the history reads: a row with its bodies is long.
    sa.Index("ix_calls_newest", "account", "at", *OF_A_CALL),
    sa.Index("ix_calls_newest_of_person", "account", "person", "at", *(name for name in OF_A_CALL if name != "person")),
    sa.Index("ix_calls_failed", "account", "at", *OF_A_CALL, sqlite_where=_FAILED, postgresql_where=_FAILED),
    sa.Index("ix_calls_no_poll", "account", "at", *OF_A_CALL, sqlite_where=_NO_POLL, postgresql_where=_NO_POLL),
    sa.Index(
        "ix_calls_no_poll_by_path",  # with all columns of its condition, else SQLite reads rows for it
        *("account", "endpoint", "method", "error_kind", "job"),
        sqlite_where=_NO_POLL,
        postgresql_where=_NO_POLL,
    ),
    sa.Index("ix_calls_slow", "account", "at", *OF_A_CALL, sqlite_where=_SLOW, postgresql_where=_SLOW),
    sa.Index(
        "ix_calls_of_model",
        *("account", "model", "at", *(name for name in OF_A_CALL if name != "model")),
        sqlite_where=_WITH_MODEL,
        postgresql_where=_WITH_MODEL,
    ),
    sa.Index("ix_calls_with_body", "at", sqlite_where=_WITH_BODY, postgresql_where=_WITH_BODY),
)

# The number of calls of each kind on each day (UTC), so that sums of a year need not count calls. Triggers update it.
tallies = sa.Table(
    "tallies",
    metadata,
    *(sa.Column(name, Words, primary_key=True) for name in ("account", "day", "person")),
    *(sa.Column(name, Words, primary_key=True) for name in ("model", "method", "endpoint")),
    sa.Column("http_status", sa.Integer, primary_key=True, autoincrement=False),  # 0 for no answer
    *(sa.Column(name, Words, primary_key=True) for name in ("code", "error_kind")),
    sa.Column("number", sa.Integer, nullable=False),
)

# The texts that the search finds: of a job its prompt, its reason and those of its tasks, of a call its error.
# Triggers update it.
words = sa.Table(
    "words",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    text_column("about", unique=True),
    text_column("job"),
    text_column("account"),
    text_column("person"),
    text_column("text"),
)

# The calls that the API made to us. A row without an account was not processed yet, or is about no job.
callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", Words, primary_key=True),
    text_column("job", index=True),
    sa.Column("at", Moment, nullable=False),
    text_column("account"),
    text_column("outcome"),
    sa.Column("settled_at", Moment),
    text_column("body"),
    sa.Index(None, "account", "at"),
    sa.Index(None, "settled_at", "at"),
    sa.Index("ix_callbacks_with_body", "at", sqlite_where=_HAS_BODY, postgresql_where=_HAS_BODY),
)
