"""What the tests of the flow share: the fault matrix, and answers that hang for a short while only."""

from pathlib import Path

import pytest

from sandbox import media
from sandbox.server import Sandbox
from studio.core.account import Account
from studio.core.calls import Call
from studio.weryai import downloads
from studio.weryai.api import WeryAI
from tests.conftest import KEY, Harness
from tests.fault_matrix import Matrix
from tests.flows.restarts import start  # noqa: F401
from tests.flows.webhook_calls import callbacks  # noqa: F401
from tests.killed_process import opened


@pytest.fixture(autouse=True)
def small_media(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the files is not looked at here, and large ones take most of the time to draw and to decode."""
    monkeypatch.setattr(media, "LARGEST", 96)


@pytest.fixture
def matrix(request: pytest.FixtureRequest) -> Matrix:
    """Where a test proves what became of its job; each proof is a case in the table at the end of the run."""
    return Matrix(request.node.user_properties)


@pytest.fixture
def impatient(harness: Harness, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Nobody waits half a minute for an answer that hangs."""
    if "hang" in request.node.name:
        harness.runtime.api._api.read_seconds = harness.runtime.api._registry.read_seconds = 0.5
        monkeypatch.setattr(downloads, "READ_SECONDS", 0.5)


@pytest.fixture
def empty(sandbox: Sandbox, tmp_path: Path) -> Path:
    """A folder with a ledger that knows the account, to be copied."""
    with opened(tmp_path / "empty", sandbox):
        return tmp_path / "empty"


@pytest.fixture
def calls() -> list[Call]:
    return []


@pytest.fixture
def api(sandbox: Sandbox, calls: list[Call]) -> WeryAI:
    return client(sandbox.url, calls)


def client(url: str, calls: list[Call], key: str = KEY) -> WeryAI:
    return WeryAI(Account("test", url, "sk-…343e"), key, url, calls.append)
