"""What a form holds is there again in the browser that it was typed in, and nowhere else."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from components.served import routes
from components.served.draft_route import LARGEST
from components.session import browser_id, services
from sandbox.server import Sandbox
from studio.core.drafts import Owner
from studio.core.errors import LedgerError
from studio.ledger.drafts import DraftLedger
from tests.conftest import KEY
from tests.pages.driving import (
    FILES,
    MINE,
    OTHER,
    ROOT,
    As,
    Open,
    checked,
    field,
    generate,
    pictures,
    texts,
    until_saved,
)
from tests.pages.test_viewer import newest, view_of
from tests.pages.test_viewer import press as press_in_viewer


@pytest.fixture
def outside(studio: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """What a browser sends beside the pages."""
    monkeypatch.setattr(services.host, "serves_routes", True)
    with TestClient(Starlette(routes=routes.all_routes(""), middleware=[Middleware(browser_id.BrowserId)])) as client:
        client.cookies.set(browser_id.COOKIE, MINE)
        yield client


def route(at: AppTest) -> str:
    """Where the browser sends a text whose page is left."""
    parts = urlsplit(field(at, "Prompt").given["route"])
    return f"{parts.path[parts.path.index('/drafts/') :]}?{parts.query}"


def kept(kind: str = "image") -> str:
    found = services.shared().ledger.drafts.get(Owner(browser_id.fingerprint(MINE)), kind)
    return found.text if found else ""


def test_a_new_session_finds_what_the_form_held_in_its_browser(page: Open, as_browser: As) -> None:
    at = page("Video")
    checked(field(at, "Start from").set_value("image_to_video").run())
    checked(field(at, "Duration").set_value(10).run())
    checked(field(at, "Prompt").set_value("A sun rises").run())
    at = page("Video")
    assert field(at, "Prompt").value == "A sun rises" and field(at, "Duration").value == 10
    assert field(at, "Start from").value == "image_to_video"
    assert "kept only your prompt" not in texts(at)
    assert field(page(), "Prompt").value == "", "each page has a form of its own"
    as_browser(OTHER)
    assert field(page("Video"), "Prompt").value == ""
    as_browser("no such name")
    assert field(page("Video"), "Prompt").value == ""


def test_a_result_that_is_used_before_the_form_is_drawn_joins_what_the_browser_kept(
    page: Open, as_browser: As, quick: Sandbox
) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    checked(field(at, "Prompt").set_value("Kept words").run())
    view = view_of(newest(at))
    at = AppTest.from_file(str(ROOT / "components" / "navigation.py"), default_timeout=60)
    checked(at.switch_page(FILES["Call history"]).run())  # its first page
    press_in_viewer(at, view, "Use as input: Change this image")
    assert at.title[0].value == "Image" and field(at, "Start from").value == "image_to_image"
    assert "Reference: Two hills" in pictures(at) and field(at, "Prompt").value == "Kept words"


def test_who_only_looks_leaves_nothing(page: Open, as_browser: As) -> None:
    checked(page().run())
    assert services.shared().ledger.drafts.get(Owner(browser_id.fingerprint(MINE)), "image") is None


def test_a_session_keeps_a_prompt_whose_page_is_left_also_where_the_browser_has_no_name(
    page: Open, as_browser: As
) -> None:
    as_browser("no such name")
    at = page()
    checked(field(at, "Prompt").set_value("Two hills").run())
    checked(checked(at.switch_page("../pages/video.py").run()).run())
    assert field(checked(at.switch_page("../pages/image.py").run()), "Prompt").value == "Two hills"


def test_a_text_that_comes_after_its_page_was_left_is_in_the_form_and_in_the_ledger(
    page: Open, outside: TestClient, as_browser: As
) -> None:
    at = page()
    assert outside.post(route(at), json={"text": "Two hills", "version": 5}).status_code == 204
    assert kept() == "Two hills"
    assert field(checked(at.run()), "Prompt").value == "Two hills"
    outside.post(route(at), json={"text": "Two", "version": 4})
    assert field(checked(at.run()), "Prompt").value == kept() == "Two hills", "an older one changes nothing"


def test_nobody_else_changes_a_form_and_nothing_else_is_taken(page: Open, outside: TestClient, as_browser: As) -> None:
    at, other = page(), page()
    theirs = f"{route(other).partition('?')[0]}?{route(at).partition('?')[2]}"
    sound = {"text": "Forged", "version": 9}
    for forged in (theirs, route(at).partition("?")[0], route(at)[:-1]):
        assert outside.post(forged, json=sound).status_code == 403
    for wrong in ({"text": "x"}, {"text": 1, "version": 1}, {"text": "x", "version": 2**31}, ["x"], "x"):
        assert outside.post(route(at), json=wrong).status_code == 400
    for broken in (b"{", b"[" * 20_000, b'{"text": ' * 9_000):
        assert outside.post(route(at), content=broken).status_code == 400
        assert outside.post(route(at).partition("?")[0], content=broken).status_code == 403
    assert outside.post(route(at), json={"text": "x" * LARGEST, "version": 1}).status_code == 400
    assert field(checked(at.run()), "Prompt").value == field(checked(other.run()), "Prompt").value == kept() == ""


def test_a_key_that_was_put_into_the_prompt_by_mistake_is_not_written_down(
    page: Open, outside: TestClient, as_browser: As
) -> None:
    at = page()
    outside.post(route(at), json={"text": f"{KEY} hills", "version": 1})
    checked(at.run())
    checked(field(at, "Prompt").set_value(f"{KEY} and hills").run())
    assert kept() == ""


def test_a_key_in_another_text_is_not_written_down(page: Open, as_browser: As) -> None:
    at = page()
    checked(field(at, "Prompt").set_value("Two hills").run())
    checked(field(at, "Negative prompt").set_value(f"{KEY} clouds").run())
    found = services.shared().ledger.drafts.get(Owner(browser_id.fingerprint(MINE)), "image")
    assert found and found.text == "Two hills" and KEY not in str(found)


def test_a_ledger_that_fails_costs_the_draft_and_not_the_page(
    page: Open, as_browser: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise LedgerError("The disk is full.")

    for name in ("get", "keep"):
        monkeypatch.setattr(DraftLedger, name, fail)
    at = page()
    assert field(checked(field(at, "Prompt").set_value("Two hills").run()), "Prompt").value == "Two hills"


def test_a_browser_is_given_a_name_with_its_first_page_and_keeps_it() -> None:
    async def hello(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"hello"})

    client = TestClient(browser_id.BrowserId(hello))
    first = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in first and "SameSite=lax" in first
    assert browser_id.fingerprint(client.cookies[browser_id.COOKIE])
    assert "set-cookie" not in client.get("/").headers
    made_up = TestClient(browser_id.BrowserId(hello), cookies={browser_id.COOKIE: "made up"})
    assert "set-cookie" in made_up.get("/").headers


def test_whoever_enters_a_key_is_shown_the_way_to_what_they_made_before(page: Open, as_browser: As) -> None:
    until_saved(generate(page(), "Two hills"))
    at = page()
    checked(field(at, "API key").set_value("sk-mine-0123456789abcdef99aa").run())
    assert "No images with your key yet" in texts(at)
    (link,) = [one.proto for one in at.get("page_link") if "earlier work" in one.proto.label]
    assert link.page == "history" and "account=team" in link.query_string
    assert "Your videos will appear here" in texts(page("Video")), "there are none of the team's"


def test_a_personal_account_is_chosen_again_in_the_browser_where_its_key_was_entered(
    page: Open, as_browser: As
) -> None:
    checked(field(page(), "API key").set_value("sk-mine-0123456789abcdef99aa").run())
    at = page()
    assert "Forget this key" in [button.label for button in at.button]
    checked(field(at, "Forget this key").click().run())
    assert "Forget this key" not in [button.label for button in page().button]
    checked(field(page(), "API key").set_value("sk-mine-0123456789abcdef99aa").run())
    as_browser(OTHER)
    assert "Forget this key" not in [button.label for button in page().button]
    as_browser(MINE)
    browser_id.set_account(Owner(browser_id.fingerprint(MINE)), "")  # as after a restart
    at = page()
    assert "Enter your key again" in texts(at)
    checked(field(at, "Forget this key").click().run())  # who has it no more is not asked for ever
    assert "Enter your key again" not in texts(page())
    with services.shared().ledger.database.read() as connection:
        assert "sk-mine" not in str(connection.exec_driver_sql("SELECT * FROM drafts").all())
