"""What lies beside the runs of a page, where no guard stands, such as a file that is made when it is asked for."""

import io
import json
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest
import streamlit as st

from components.session import services
from sandbox.server import Sandbox
from studio.core.errors import LedgerError, StudioError
from tests.conftest import Tally, order, until
from tests.pages.driving import ADMINS, checked, field, generate, texts
from tests.pages.signed_in import LIST, SECRETS, Enter, claims, drawn, is_closed

Files = dict[str, Callable[[], str | bytes]]
PICTURES, OF_ADMINS = "Download all 2", {"Download as CSV", "Download prices as CSV"}


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """What is behind each download button, as Streamlit has it when somebody presses one."""
    found: Files = {}
    monkeypatch.setattr(st, "download_button", lambda label, *, data, **_: found.update({label: data}))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("access", "gets_pictures"),
    [
        ({**LIST, "admins": []}, True),
        ({**LIST, "emails": ["max@team.example"]}, False),
        ({**LIST, "emails": "unreadable"}, False),
    ],
)
def test_a_file_that_is_made_when_it_is_asked_for_is_for_who_is_let_in_then(
    enter: Enter,
    files: Files,
    tally: Tally,
    monkeypatch: pytest.MonkeyPatch,
    access: dict[str, Any],
    gets_pictures: bool,
) -> None:
    at = generate(enter(claims("anna@team.example")), "Two hills", Number_of_images=2)
    until(lambda: checked(at.run()) and PICTURES in files)
    checked(at.switch_page(ADMINS["Spending"]).run())
    monkeypatch.setattr(st, "secrets", SECRETS)
    assert files.keys() > OF_ADMINS and all(is_given(make) for make in files.values())
    monkeypatch.setattr(st, "secrets", {**SECRETS, "access": access})
    for label, make in files.items():
        if label not in OF_ADMINS and gets_pictures:
            assert is_given(make)
        else:
            tally.note(is_given(make))


def is_given(make: Callable[[], str | bytes]) -> bool:
    try:
        return bool(make())
    except StudioError:
        return False


def test_in_the_sandbox_a_stranger_reads_nothing_of_the_teams_key_that_was_here(
    enter: Enter,
    quick: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generate(enter(claims("anna@team.example")), "The team's hills [stuck]")
    services.stop()
    monkeypatch.setattr(services.host, "start_sandbox", lambda _: quick.url)
    monkeypatch.delenv("WERYAI_API_KEY")
    at = enter({}, {})
    assert [title.value for title in at.title] == ["Image"] and "343e" not in drawn(at)
    services.stop()
    monkeypatch.setenv("SPEND_WITHOUT_SIGN_IN", "yes")
    assert "343e" in texts(enter({}, {}))


def test_a_stranger_does_not_let_the_studio_try_one_key_after_another(
    enter: Enter,
    quick: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    tally: Tally,
) -> None:
    monkeypatch.setattr(services, "KEY_TRIES_PER_MINUTE", 2)
    monkeypatch.setattr("components.frame.personal_key.network_of", lambda _: "203.0.113.5")  # AppTest has no address
    services.shared.clear()
    order(quick, "reject-keys", keys=[f"sk-guess-0123456789abcdef{number}" for number in range(3)])
    for number in range(3):
        at = enter({}, {})  # another session, the same address
        checked(field(at, "API key").set_value(f"sk-guess-0123456789abcdef{number}").run())
        is_asked = "WeryAI rejected this key" in texts(at)
        assert is_asked or "Too many keys were tried" in texts(at)
        if number == 2:
            tally.note(is_asked)


def test_who_signs_out_while_the_ledger_takes_nothing_is_out_all_the_same(
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at, ended = enter(claims("max@team.example")), list[bool]()
    monkeypatch.setattr(st, "logout", lambda: ended.append(True))
    monkeypatch.setattr(services.shared().ledger.database, "write", _full)
    checked(field(at, "Sign out").click().run())
    assert is_closed(at) and ended


def _full() -> None:
    raise LedgerError("The disk is full.")


def test_what_is_kept_of_a_person_is_handed_over_as_one_packed_file(
    enter: Enter,
    files: Files,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generate(enter(claims("anna@team.example")), "The hills of Anna")
    at = checked(enter(claims("anna@team.example")).switch_page(ADMINS["Spending"]).run())
    (anna,) = services.shared().ledger.people.by_id()
    checked(at.selectbox(key="kept-of").set_value(anna).run())
    monkeypatch.setattr(st, "secrets", SECRETS)
    packed = files["Export everything"]()
    assert isinstance(packed, bytes)
    with ZipFile(io.BytesIO(packed)) as archive:
        lines = archive.read(f"{anna}.jsonl").decode().splitlines()
    assert json.loads(lines[0])["email"] == "anna@team.example" and "The hills of Anna" in {
        json.loads(line).get("prompt") for line in lines
    }
