"""Sign-in in a real browser, with an OpenID provider on this machine: one studio for all tests of the module."""

# ruff: noqa: F811

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.axe import serious
from tests.browser.driving import generate, give, go, new_context, prompt, there
from tests.browser.sign_in import (  # noqa: F401
    MEMBERS,
    Place,
    cookies,
    expect_door,
    expect_page,
    forgeries,
    place,
    sign_in,
    sign_out,
    visitor,
)
from tests.browser.studio import AS_PAGE_SCRIPT, ROOT, Studio, free_port
from tests.conftest import Tally, until
from tests.fault_matrix import picture

pytestmark = pytest.mark.browser
PAGES = {"/": "Image", "/video": "Video", "/history": "Call history"}


def test_a_stranger_sees_the_door_at_every_address(place: Place, visitor: BrowserContext, tally: Tally) -> None:
    page = visitor.new_page()
    for path in (*PAGES, "/spending", "/image", "/nowhere"):
        page.goto(place.studio.url + path)
        expect_door(page, "Sign in to continue")
        expect(page.get_by_role("dialog")).to_have_count(0)
        tally.note(page.get_by_role("heading", name="WeryAI Studio").count() != 1)


PRESS_IF_THERE = "name => [...document.querySelectorAll('button')].find(one => one.textContent.includes(name))?.click()"


def test_a_deep_link_survives_sign_in_and_signing_out_ends_it_in_every_tab(
    place: Place, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    sign_in(page, f"{place.studio.url}/history?search=req_1234", "max")
    expect_page(page, "Call history")
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("req_1234")
    expect(page.get_by_text("max@team.example · member")).to_be_visible()
    for path, heading in PAGES.items():  # and then each is a cold deep link that opens at once
        page.goto(place.studio.url + path)
        expect_page(page, heading)
    kept = cookies(visitor)
    other = visitor.new_page()
    other.goto(f"{place.studio.url}/video")
    expect_page(other, "Video")
    sign_out(page)
    expect_door(page, "Sign in to continue")
    other.evaluate(PRESS_IF_THERE, "Refresh balance")  # a change may have shown it the door already
    expect_door(other, "Sign in to continue")
    visitor.add_cookies(kept)  # a copy of the cookie is worth nothing
    page.goto(place.studio.url)
    expect_door(page, "Sign in to continue")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_opens_cold_through_sign_in(place: Place, visitor: BrowserContext, path: str) -> None:
    page = visitor.new_page()
    sign_in(page, place.studio.url + path, "vera")
    expect_page(page, PAGES[path])
    assert page.url.removeprefix(place.studio.url).partition("?")[0] == path


@pytest.mark.parametrize(("name", "words"), [("eve", "not on the list"), ("unsure", "has not verified")])
def test_who_is_not_allowed_or_not_verified_sees_why_and_nothing_else(
    place: Place, visitor: BrowserContext, name: str, words: str
) -> None:
    page = visitor.new_page()
    sign_in(page, f"{place.studio.url}/history", name)
    expect_door(page, words)
    sign_out(page)
    expect_door(page, "Sign in to continue")


def test_who_is_taken_off_the_list_is_out_at_the_next_click(
    place: Place, visitor: BrowserContext, tally: Tally
) -> None:
    page = visitor.new_page()
    sign_in(page, place.studio.url, "max")
    expect_page(page, "Image")
    prompt(page).fill("Two hills")
    prompt(page).blur()  # sends the text now: later, it would be the next click
    there(page)
    place.let_in("anna@team.example")
    page.get_by_role("button", name="Generate").click()
    expect_door(page, "not on the list")
    tally.note(place.sandbox.backend.posts)


def test_a_cookie_that_was_tampered_with_opens_nothing(place: Place, visitor: BrowserContext, tally: Tally) -> None:
    page = visitor.new_page()
    sign_in(page, place.studio.url, "max")
    expect_page(page, "Image")
    (cookie,) = [one for one in cookies(visitor) if one["name"] == "_streamlit_user"]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    value = cookie["value"]
    for forged in (value[:20] + ("A" if value[20] != "A" else "B") + value[21:], value[:-2], f"x{value}"):
        visitor.add_cookies([cookie | {"value": forged}])
        page.goto(f"{place.studio.url}/history")
        expect_door(page, "Sign in to continue")
        tally.note(page.get_by_role("searchbox", name="Search").count())


def test_an_address_of_a_file_or_of_an_export_is_its_persons_while_they_are_let_in(
    place: Place, visitor: BrowserContext, browser: Browser, tally: Tally
) -> None:
    page = visitor.new_page()
    sign_in(page, place.studio.url, "max")
    expect_page(page, "Image")
    generate(page, "Two hills")
    picture = page.locator("img[src*='/archive/']").first
    expect(picture).to_be_visible()
    address = picture.get_attribute("src") or ""
    go(page, "Call history")
    export = page.get_by_role("link", name="Export").get_attribute("href") or ""
    assert visitor.request.get(address).status == 200
    jobs = visitor.request.get(export)
    assert jobs.text().startswith("id,created (UTC)") and "Two hills" in jobs.text()
    assert "content-length" not in jobs.headers, "it is streamed"

    def refused(context: BrowserContext, tried: str) -> None:
        tally.note(context.request.get(tried).status != 403)

    others = [export.replace("since", "until"), re.sub("signature=.", "signature=", export), export.split("?")[0]]
    others.append(export.replace("/jobs.csv", "/calls.csv"))
    for forged in (*forgeries(place, address, "max", "anna"), *others):
        refused(visitor, forged)
    stranger = new_context(browser)
    refused(stranger, address)
    refused(stranger, export)
    sign_in(other := stranger.new_page(), place.studio.url, "anna")
    expect_page(other, "Image")
    refused(stranger, address)
    refused(stranger, export)
    place.let_in("anna@team.example")  # which the server sees when it looks at the file again
    until(lambda: visitor.request.get(address).status == 403)
    place.let_in(*MEMBERS)
    until(lambda: visitor.request.get(address).status == 200)
    kept = cookies(visitor)
    sign_out(page)
    expect_door(page, "Sign in to continue")
    visitor.add_cookies(kept)
    refused(visitor, address)
    refused(visitor, export)
    stranger.close()


def test_no_page_wants_what_the_policy_forbids_and_an_admin_has_one_more(place: Place, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, f"{place.studio.url}/spending", "anna")
    expect_page(page, "Spending")
    go(page, "Image")
    generate(page, "Three hills")
    expect(page.locator("img[src*='/archive/']").first).to_be_visible()
    page.get_by_role("radiogroup", name="Start from").get_by_role("radio", name="Images").click()
    give(page, "red.png", picture(b"\xff\0\0" * 64, 8))
    expect(page.get_by_role("img", name="Reference: red.png")).to_be_visible()
    go(page, "Call history")
    expect(page.get_by_test_id("stDataFrame").locator("canvas").first).to_be_visible()
    go(page, "Spending")
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    expect(page.locator("#said")).to_have_count(1)  # our own script ran
    assert not [text for text in said if "Content Security Policy" in text]
    assert not serious(page)


def test_beside_the_pages_a_stranger_gets_nothing_that_is_the_teams(place: Place, tally: Tally) -> None:
    up = ("/archive/..%2f..%2fstudio.db", "/app/static/../../studio.db", "/app/static/..%2f..%2fdata/studio.db")
    for path in ("/archive/2026/11/job/1.png", *up):
        asked = requests.Request("GET", place.studio.url).prepare()
        asked.url = place.studio.url + path  # as it stands: requests would take the dots out
        with requests.Session() as session:
            answer = session.send(asked, timeout=10)
        tally.note(answer.ok and not answer.headers["Content-Type"].startswith("text/html"))
    for path in ("/webhooks/weryai/0/job", f"/webhooks/weryai/{'0' * 32}/test"):
        tally.note(requests.post(place.studio.url + path, data="{}", timeout=10).status_code != 404)
    static = {file.name for file in (ROOT / "components" / "static").iterdir()}
    assert all(name.startswith(("geist-", "GEIST-", "mark.")) for name in static), "fonts and the logo only"


def test_a_cold_deep_link_names_no_file_where_the_host_knows_pages_only(
    place: Place, visitor: BrowserContext, tmp_path: Path, tally: Tally
) -> None:
    environment = {**place.studio.environment, "DATA_FOLDER": str(tmp_path)}
    studio = Studio(tmp_path, environment, AS_PAGE_SCRIPT, free_port()).start()
    try:
        page = visitor.new_page()
        page.add_init_script(
            "window.seen = ''; new MutationObserver(() => {"
            "window.seen += document.querySelector('#root')?.innerText ?? ''})"
            ".observe(document, {childList: true, subtree: true, characterData: true})"
        )
        page.goto(f"{studio.url}/video")
        expect_door(page, "Sign in to continue")
        seen = page.evaluate("window.seen")
        assert "Sign in" in seen
        tally.note(any(word in seen for word in ("history", "video", "image", "Video", "Prompt")))
    finally:
        studio.kill()
