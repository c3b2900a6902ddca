"""Only so many keys are in use at once, and whoever makes some up does not take the room of those that work."""

import pytest

from sandbox.server import Sandbox
from studio.core.errors import SettingsError
from tests.conftest import KEY, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.flows.restarts import STRANGE, Start


def test_keys_made_up_while_weryai_does_not_answer_leave_room_for_those_that_work(
    start: Start,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("studio.engine.accounts.MOST_ACCOUNTS", 4)
    accounts = start(KEY)
    accounts.shared()
    order(sandbox, "fault", kind="gateway", on="balance", times=99)
    accounts.open(f"{STRANGE}1")
    with pytest.raises(SettingsError, match="Too many"):
        accounts.open(f"{STRANGE}2")
    order(sandbox, "reset")
    for number in (3, 4):
        accounts.open(f"{STRANGE}{number}")
    with pytest.raises(SettingsError, match="Too many"):
        accounts.open(f"{STRANGE}5")
