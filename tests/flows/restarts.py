"""A studio that is started with one key after another."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.archive.archive import Archive
from studio.core.settings import Settings
from studio.engine.accounts import Accounts
from studio.ledger.ledger import Ledger
from tests.conftest import KEY, order

NEW, STRANGE = "sk-new-0123456789abcdef99aa", "sk-strange-0123456789abcd77cc"


Start = Callable[[str], Accounts]


@pytest.fixture
def start(sandbox: Sandbox, ledger: Ledger, tmp_path: Path) -> Iterator[Start]:
    """Start a studio with this shared key, on the same ledger as the one before."""
    sandbox.backend.policy = Policy("once")
    order(sandbox, "same-account", keys=[KEY, NEW])
    settings = Settings(base_url=sandbox.url, models_base_url=sandbox.url, data=tmp_path)
    started: list[Accounts] = []

    def studio(key: str) -> Accounts:
        for runtime in started:
            runtime.stop()
        started.append(Accounts(replace(settings, api_key=key), ledger, Archive((tmp_path / "archive").as_uri())))
        return started[-1]

    yield studio
    started[-1].stop()
