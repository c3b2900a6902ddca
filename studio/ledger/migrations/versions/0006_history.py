"""A history that is searched: by words, by the beginning of an id, and without reading the bodies of all calls.

And what people call the files that they give is each one's own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_OF_A_CALL = ["id", "model", "method", "endpoint", "http_status", "code", "error_kind", "person", "duration_ms", "job"]
_FAILED = sa.text("error_kind <> ''")
_ENDED_BADLY = sa.text("status IN ('failed', 'gone')")
_SLOW = sa.text("duration_ms > 500")
_WITH_MODEL = sa.text("model <> ''")
_OPEN = sa.text("status IN ('waiting', 'processing')")
_NOT_FINISHED = sa.text("state <> 'finished'")
_WITH_BODY = sa.text("request_body <> '' OR response_body <> ''")
_BY_BEGINNING = (("calls", "vendor_id"), ("calls", "task_id"), ("calls", "batch_id"))

_MARKS = """!"#$&()*+,-./:;<=>?@[]^_`{|}~\\"""  # would make one word of a host's name, or of 16.5
_SPACES = " " * len(_MARKS)
# Kept, as it takes longer to make than to look into.
_SAID = (
    "ALTER TABLE words ADD COLUMN search_text tsvector GENERATED ALWAYS AS "
    f"(to_tsvector('simple', translate(text, '{_MARKS}', '{_SPACES}'))) STORED"
)
_ADD = "INSERT INTO words (about, job, account, person, text) "
_REASONS = {"sqlite": "group_concat(DISTINCT reason)", "postgresql": "string_agg(DISTINCT reason, ' ')"}


def _of_job(row: str, dialect: str) -> str:
    """What is kept of a job's words, as values: its prompt, and what was said of it and of its tasks."""
    said = f"(SELECT {_REASONS[dialect]} FROM tasks WHERE job = {row}.id)"
    text = f"{row}.prompt || ' ' || {row}.reason || ' ' || coalesce({said}, '')"
    return f"{row}.id, {row}.id, {row}.account, {row}.person, {text}"


def _fill(dialect: str) -> tuple[str, ...]:
    calls = "SELECT id, job, account, person, error FROM calls WHERE error <> ''"
    return (f"{_ADD}SELECT {_of_job('jobs', dialect)} FROM jobs", f"{_ADD}{calls}")


def _anew(dialect: str) -> str:
    """The words of the job of a task, made anew."""
    return (
        f"DELETE FROM words WHERE about = new.job; {_ADD}SELECT {_of_job('jobs', dialect)} FROM jobs WHERE id = new.job"
    )


_OF_CALL = "VALUES (new.id, new.job, new.account, new.person, new.error)"
_DROP = "DELETE FROM words WHERE about = old.id"
_GONE = "INSERT INTO search_words (search_words, rowid, text) VALUES ('delete', old.id, old.text)"
_THERE = "INSERT INTO search_words (rowid, text) VALUES (new.id, new.text)"
_JOB_CHANGES = "UPDATE OF prompt, reason, account, person ON jobs"
_TALLY_CHANGES = "UPDATE OF account, person ON calls"
_CALL_CHANGES = "UPDATE OF error, account, person ON calls"
_HAS_REASON, _OTHER_REASON = "new.reason <> ''", "new.reason <> old.reason"

_SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5(text, content='words', content_rowid='id', "
    'tokenize="unicode61 remove_diacritics 2")',
    f"CREATE TRIGGER search_words_added AFTER INSERT ON words BEGIN {_THERE}; END",
    f"CREATE TRIGGER search_words_dropped AFTER DELETE ON words BEGIN {_GONE}; END",
    f"CREATE TRIGGER search_words_changed AFTER UPDATE ON words BEGIN {_GONE}; {_THERE}; END",
    f"CREATE TRIGGER search_jobs_added AFTER INSERT ON jobs BEGIN {_ADD}SELECT {_of_job('new', 'sqlite')}; END",
    f"CREATE TRIGGER search_jobs_dropped AFTER DELETE ON jobs BEGIN {_DROP}; END",
    f"CREATE TRIGGER search_jobs_changed AFTER {_JOB_CHANGES} "
    f"BEGIN {_DROP}; {_ADD}SELECT {_of_job('new', 'sqlite')}; END",
    f"CREATE TRIGGER search_tasks_added AFTER INSERT ON tasks WHEN {_HAS_REASON} BEGIN {_anew('sqlite')}; END",
    f"CREATE TRIGGER search_tasks_changed AFTER UPDATE OF reason ON tasks WHEN {_OTHER_REASON} "
    f"BEGIN {_anew('sqlite')}; END",
    f"CREATE TRIGGER search_calls_added AFTER INSERT ON calls WHEN new.error <> '' BEGIN {_ADD}{_OF_CALL}; END",
    f"CREATE TRIGGER search_calls_dropped AFTER DELETE ON calls WHEN old.error <> '' BEGIN {_DROP}; END",
    f"CREATE TRIGGER search_calls_changed AFTER {_CALL_CHANGES} WHEN old.error <> '' OR new.error <> '' "
    f"BEGIN {_DROP}; {_ADD}{_OF_CALL}; END",
)

_KINDS = "account, day, person, model, method, endpoint, http_status, code, error_kind"
_DAYS = {"sqlite": "substr({}.at, 1, 10)", "postgresql": "to_char({}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"}


def _of(row: str, dialect: str) -> str:
    """The kind of a call, as values."""
    columns = ("person", "model", "method", "endpoint", "http_status", "code", "error_kind")
    values = [f"coalesce({row}.http_status, 0)" if name == "http_status" else f"{row}.{name}" for name in columns]
    return ", ".join([f"{row}.account", _DAYS[dialect].format(row), *values])


def _count(row: str, dialect: str) -> str:
    return (
        f"INSERT INTO tallies ({_KINDS}, number) VALUES ({_of(row, dialect)}, 1) "
        f"ON CONFLICT ({_KINDS}) DO UPDATE SET number = tallies.number + 1"
    )


def _discount(row: str, dialect: str) -> str:
    """What is left of a person whose calls are deleted is nothing."""
    same = f"({_KINDS}) = ({_of(row, dialect)})"
    return f"UPDATE tallies SET number = number - 1 WHERE {same}; DELETE FROM tallies WHERE number < 1 AND {same}"


def _tallies(dialect: str) -> tuple[str, ...]:
    fill = (
        f"INSERT INTO tallies ({_KINDS}, number) SELECT {_of('calls', dialect)}, count(*) FROM calls "
        "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
    )
    more, less = _count("new", dialect), _discount("old", dialect)
    if dialect == "sqlite":
        return (
            fill,
            f"CREATE TRIGGER search_tallies_added AFTER INSERT ON calls BEGIN {more}; END",
            f"CREATE TRIGGER search_tallies_dropped AFTER DELETE ON calls BEGIN {less}; END",
            f"CREATE TRIGGER search_tallies_changed AFTER {_TALLY_CHANGES} BEGIN {less}; {more}; END",
        )
    return (
        fill,
        "CREATE FUNCTION search_tallies_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {less}; END IF; IF TG_OP <> 'DELETE' THEN {more}; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER search_tallies_added AFTER INSERT OR DELETE ON calls "
        "FOR EACH ROW EXECUTE FUNCTION search_tallies_follow()",
        f"CREATE TRIGGER search_tallies_changed AFTER {_TALLY_CHANGES} "
        "FOR EACH ROW EXECUTE FUNCTION search_tallies_follow()",
    )


def _function(table: str, values: str, is_wanted: str) -> str:
    """Drop what was known of a row's words, and add what is true now."""
    return (
        f"CREATE FUNCTION search_{table}_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {_DROP}; END IF; "
        f"IF TG_OP <> 'DELETE' THEN IF {is_wanted} THEN {_ADD}{values}; END IF; END IF; "
        "RETURN NULL; END $$"
    )


_POSTGRESQL = (
    "CREATE INDEX search_words_text ON words USING gin (search_text)",
    "CREATE INDEX search_calls_id ON calls (id text_pattern_ops)",
    "CREATE INDEX search_jobs_id ON jobs (id text_pattern_ops)",
    "CREATE INDEX search_tasks_task_id ON tasks (task_id text_pattern_ops)",
    _function("jobs", f"SELECT {_of_job('new', 'postgresql')}", "true"),
    _function("calls", _OF_CALL, "new.error <> ''"),
    "CREATE TRIGGER search_jobs_added AFTER INSERT OR DELETE ON jobs "
    "FOR EACH ROW EXECUTE FUNCTION search_jobs_follow()",
    f"CREATE TRIGGER search_jobs_changed AFTER {_JOB_CHANGES} FOR EACH ROW EXECUTE FUNCTION search_jobs_follow()",
    "CREATE FUNCTION search_tasks_follow() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN PERFORM 1 FROM jobs WHERE id = new.job FOR NO KEY UPDATE; {_anew('postgresql')}; RETURN NULL; END $$",
    "CREATE TRIGGER search_tasks_added AFTER INSERT ON tasks "
    f"FOR EACH ROW WHEN ({_HAS_REASON}) EXECUTE FUNCTION search_tasks_follow()",
    "CREATE TRIGGER search_tasks_changed AFTER UPDATE OF reason ON tasks "
    f"FOR EACH ROW WHEN ({_OTHER_REASON}) EXECUTE FUNCTION search_tasks_follow()",
    "CREATE TRIGGER search_calls_added AFTER INSERT ON calls "
    "FOR EACH ROW WHEN (new.error <> '') EXECUTE FUNCTION search_calls_follow()",
    "CREATE TRIGGER search_calls_dropped AFTER DELETE ON calls "
    "FOR EACH ROW WHEN (old.error <> '') EXECUTE FUNCTION search_calls_follow()",
    f"CREATE TRIGGER search_calls_changed AFTER {_CALL_CHANGES} "
    "FOR EACH ROW WHEN (old.error <> '' OR new.error <> '') EXECUTE FUNCTION search_calls_follow()",
)


# A file is of whoever let it be uploaded, and called so by whoever gave it first.
_NAMES = (
    "INSERT INTO reference_names (sha256, account, person, name) "
    "SELECT DISTINCT uploads.sha256, uploads.account, uploads.person, "
    "CASE WHEN uploads.person = reference_files.person THEN reference_files.name ELSE '' END "
    "FROM uploads JOIN reference_files ON reference_files.sha256 = uploads.sha256"
)


def upgrade() -> None:
    _names()
    op.add_column("calls", sa.Column("endpoint", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE calls SET endpoint = CASE WHEN task_id <> '' THEN replace(path, task_id, '{task_id}') "
        "WHEN batch_id <> '' THEN replace(path, batch_id, '{batch_id}') ELSE path END"
    )
    _indexes()
    op.create_table(
        "words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("job", sa.Text(), server_default="", nullable=False),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("about", name=op.f("uq_words_about")),
    )
    key = ("account", "day", "person", "model", "method", "endpoint", "http_status", "code", "error_kind")
    op.create_table(
        "tallies",
        *(sa.Column(name, sa.Integer() if name == "http_status" else sa.Text(), nullable=False) for name in key),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*key),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        for statement in (*_SQLITE, *_fill("sqlite"), *_tallies("sqlite")):
            op.get_bind().exec_driver_sql(statement)
    else:
        for statement in (_SAID, *_fill("postgresql"), *_POSTGRESQL, *_tallies("postgresql")):
            op.get_bind().exec_driver_sql(statement)


def _names() -> None:
    op.create_table(
        "reference_names",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("sha256", "account", "person")),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("sha256", "account", "person"),
    )
    op.execute(_NAMES)
    with op.batch_alter_table("reference_files") as table:
        table.drop_column("name")
        table.drop_column("person")


def _indexes() -> None:
    for table, name in (*_BY_BEGINNING, ("jobs", "batch_id")):
        op.drop_index(op.f(f"ix_{table}_{name}"), table)
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name], postgresql_ops={name: "text_pattern_ops"})
    pattern = {"job": "text_pattern_ops"}
    op.create_index("ix_calls_of_job", "calls", ["job", "at", "id", "error_kind"], postgresql_ops=pattern)
    for name in ("account_at", "account_person_at", "job"):
        op.drop_index(op.f(f"ix_calls_{name}"), "calls")
    of_person = ["account", "person", "at", *(name for name in _OF_A_CALL if name != "person")]
    op.create_index("ix_calls_newest", "calls", ["account", "at", *_OF_A_CALL])
    op.create_index("ix_calls_newest_of_person", "calls", of_person)
    newest = ["account", "at", *_OF_A_CALL]
    of_model = ["account", "model", "at", *(name for name in _OF_A_CALL if name != "model")]
    for name, table, columns, where in (
        ("failed", "calls", newest, _FAILED),
        ("slow", "calls", newest, _SLOW),
        ("of_model", "calls", of_model, _WITH_MODEL),
        ("with_body", "calls", ["at"], _WITH_BODY),
        ("not_finished", "jobs", ["account", "state", "created_at", "id"], _NOT_FINISHED),
        ("failed", "tasks", ["job", "cost"], _ENDED_BADLY),
        ("ended", "tasks", ["finished_at"], _ENDED_BADLY),
        ("open", "tasks", ["account", "job"], _OPEN),
    ):
        op.create_index(f"ix_{table}_{name}", table, columns, sqlite_where=where, postgresql_where=where)
    op.drop_index(op.f("ix_jobs_account_state"), "jobs")
    for name, moment in (("ended", "finished_at, answered_at"), ("answered", "answered_at, sent_at")):
        op.execute(f"CREATE INDEX search_jobs_{name} ON jobs (coalesce({moment}))")
    of_a_job = ["account", "created_at", "cost", "model", "mode", "person", "state", "id", "sent_at", "finished_at"]
    op.create_index("ix_jobs_newest", "jobs", of_a_job)
