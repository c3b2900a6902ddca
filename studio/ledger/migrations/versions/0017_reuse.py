"""Presets of forms: inputs under a name. And each prompt of a person once, with the last job that was made with it."""

import hashlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from studio.ledger.tables import Moment

revision = "0017"
down_revision = "0016"

_WITH_PROMPT = "{0}prompt_key <> '' AND {0}deleted_at IS NULL AND {0}removed_at IS NULL"
_KEYS = {
    "sqlite": "studio_prompt_key(prompt)",
    "postgresql": "substr(encode(sha256(convert_to(prompt, 'UTF8')), 'hex'), 1, 32)",
}
_KEY = "account, person, prompt_key"
_OF_LAST = {"last_at": "created_at", "last_job": "id"}
_CHANGES = f"UPDATE OF {_KEY}, deleted_at, removed_at ON jobs"


def _last(column: str, of: str) -> str:
    """The last job with a prompt, or its time."""
    which = f"{_same(of)} AND {_WITH_PROMPT.format('')}"
    return f"(SELECT {column} FROM jobs WHERE {which} ORDER BY created_at DESC, id DESC LIMIT 1)"


def _same(row: str) -> str:
    return f"({_KEY}) = ({row}.account, {row}.person, {row}.prompt_key)"


def _follow(row: str) -> str:
    """Without a job left, the row is about to go: PostgreSQL changes all rows of a statement before their triggers."""
    last = {name: f"coalesce({_last(of, 'prompts')}, {name})" for name, of in _OF_LAST.items()}
    return f"UPDATE prompts SET {', '.join(f'{name} = {value}' for name, value in last.items())} WHERE {_same(row)};"


_ADD = (
    f"INSERT INTO prompts ({_KEY}, last_at, last_job, number) "
    "VALUES (new.account, new.person, new.prompt_key, new.created_at, new.id, 1) "
    f"ON CONFLICT ({_KEY}) DO UPDATE SET number = prompts.number + 1; {_follow('new')}"
)
_DROP = (
    f"DELETE FROM prompts WHERE number = 1 AND {_same('old')}; "
    f"UPDATE prompts SET number = number - 1 WHERE {_same('old')}; {_follow('old')}"
)
_WAS_LISTED, _IS_LISTED = _WITH_PROMPT.format("old."), _WITH_PROMPT.format("new.")

_SQLITE = (
    f"CREATE TRIGGER search_prompts_added AFTER INSERT ON jobs WHEN {_IS_LISTED} BEGIN {_ADD} END",
    f"CREATE TRIGGER search_prompts_dropped AFTER DELETE ON jobs WHEN {_WAS_LISTED} BEGIN {_DROP} END",
    f"CREATE TRIGGER search_prompts_left AFTER {_CHANGES} WHEN {_WAS_LISTED} BEGIN {_DROP} END",
    f"CREATE TRIGGER search_prompts_came AFTER {_CHANGES} WHEN {_IS_LISTED} BEGIN {_ADD} END",
)
_POSTGRESQL = (
    "CREATE FUNCTION search_prompts_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP <> 'INSERT' THEN IF {_WAS_LISTED} THEN {_DROP} END IF; END IF; "
    f"IF TG_OP <> 'DELETE' THEN IF {_IS_LISTED} THEN {_ADD} END IF; END IF; RETURN NULL; END $$",
    "CREATE TRIGGER search_prompts_added AFTER INSERT OR DELETE ON jobs "
    "FOR EACH ROW EXECUTE FUNCTION search_prompts_follow()",
    f"CREATE TRIGGER search_prompts_changed AFTER {_CHANGES} FOR EACH ROW EXECUTE FUNCTION search_prompts_follow()",
)
_FILL = (
    f"INSERT INTO prompts ({_KEY}, last_at, number) SELECT {_KEY}, max(created_at), count(*) FROM jobs "
    f"WHERE {_WITH_PROMPT.format('')} GROUP BY {_KEY}",
    f"UPDATE prompts SET last_job = {_last('id', 'prompts')}",
)


def upgrade() -> None:
    op.create_table(
        "presets",
        sa.Column("id", sa.Text(), primary_key=True),
        *map(_text, ("account", "person", "kind", "name", "mode", "model")),
        sa.Column("inputs", sa.JSON(), nullable=False),
        *(sa.Column(name, Moment(), nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("deleted_at", Moment()),
    )
    op.create_index(op.f("ix_presets_account_kind"), "presets", ["account", "kind"])
    _prompt_keys()
    op.create_table(
        "prompts",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("account", "person", "prompt_key")),
        sa.Column("last_at", Moment(), nullable=False),
        _text("last_job"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "person", "prompt_key"),
    )
    newest = ["account", "person", "last_at", "last_job"]
    op.create_index(op.f("ix_prompts_account_person_last_at_last_job"), "prompts", newest)
    connection = op.get_bind()
    for statement in (*_FILL, *(_SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL)):
        connection.exec_driver_sql(statement)


def _prompt_keys() -> None:
    op.add_column("jobs", _text("prompt_key"))
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.driver_connection
        raw.create_function("studio_prompt_key", 1, _key)
    op.execute(f"UPDATE jobs SET prompt_key = {_KEYS[connection.dialect.name]} WHERE trim(prompt) <> ''")
    where = sa.text(_WITH_PROMPT.format(""))
    of_prompts = ["account", "person", "prompt_key", "created_at", "id"]
    op.create_index("ix_jobs_prompts", "jobs", of_prompts, sqlite_where=where, postgresql_where=where)


def _key(prompt: str) -> str:
    return hashlib.sha256(prompt.encode()).hexdigest()[:32]


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)
