"""What a person typed or chose is there again: after a tap on a link, a reload, a restart; and each press is a job."""

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests.browser import scenes
from tests.browser.driving import cards, choose, form, generate, give, go, idle, new_context, prompt, visit
from tests.browser.studio import Start, Studio
from tests.conftest import KEY, until
from tests.fault_matrix import picture

pytestmark = pytest.mark.browser
ROUNDS = 50
TAPS = 20
COUNT_CLICKS = """() => {
  window.clicks = 0;
  const isButton = element => element.closest(".st-key-inputs button");
  document.addEventListener("click", event => { if (isButton(event.target)) window.clicks++; }, true);
}"""
PASTE = """(field, [name, coded]) => {
  const given = new DataTransfer(), bytes = Uint8Array.from(atob(coded), one => one.charCodeAt(0));
  given.items.add(new File([bytes], name, {type: "image/png"}));
  field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: given, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    with scenes.opened() as found:
        yield found


def link(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True)


@pytest.mark.parametrize("touch", [True, False], ids=["touch", "click"])
def test_a_link_that_is_followed_right_after_typing_loses_nothing(
    opened: tuple[Studio, Sandbox], browser: Browser, touch: bool
) -> None:
    page = new_context(browser, touch=touch).new_page()
    visit(page, opened[0].url)
    pages, typed = ["Image", "Video"], {"Image": "", "Video": ""}
    for number in range(ROUNDS):
        here, there = pages
        prompt(page).press_sequentially(f"{number} ")
        typed[here] += f"{number} "
        (link(page, there).tap if touch else link(page, there).click)()
        expect(page.get_by_role("heading", name=there, exact=True)).to_be_visible()
        expect(prompt(page)).to_have_value(typed[there])
        pages.reverse()
    page.context.close()


def test_other_text_fields_lose_nothing_either(opened: tuple[Studio, Sandbox], page: Page) -> None:
    visit(page, opened[0].url)
    form(page).get_by_text("More", exact=True).click()
    negative = page.get_by_role("textbox", name="Negative prompt")
    negative.press_sequentially("fog")
    link(page, "Video").click()
    expect(page.get_by_role("heading", name="Video", exact=True)).to_be_visible()
    go(page, "Image")
    expect(negative).to_have_value("fog")
    choose(page, "Model", "NOBODY_KNOWS_IT")
    model = page.get_by_role("textbox", name="Model key")
    model.press("End")
    model.press_sequentially("_AT_ALL")
    link(page, "Call history").click()
    expect(page.get_by_role("heading", name="Call history", exact=True)).to_be_visible()
    page.get_by_role("searchbox", name="Search").press_sequentially("fog")
    link(page, "Image").click()
    expect(model).to_have_value("NOBODY_KNOWS_IT_AT_ALL")
    page.go_back()
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("fog")


def kept(studio: Studio) -> str:
    """What the ledger has of the forms."""
    with closing(sqlite3.connect(Path(studio.environment["DATA_FOLDER"]) / "studio.db")) as ledger:
        return str(ledger.execute("SELECT choices FROM drafts").fetchall())


def test_a_form_is_there_again_after_a_reload_and_a_restart(start: Start, page: Page, sandbox: Sandbox) -> None:
    studio = start(sandbox)
    visit(page, f"{studio.url}/video", "Video")
    page.get_by_role("radiogroup", name="Start from").get_by_role("radio", name="Image", exact=True).click()
    give(page, "red.png", picture(b"\xff\0\0" * 64, 8))
    expect(page.get_by_role("img", name="Reference: red.png")).to_be_visible()
    idle(page)
    choose(page, "Duration", "10 s")
    until(lambda: '"video-duration": 10' in kept(studio))  # the server has heard of it, which no page shows
    prompt(page).fill("A sun")

    def expect_all(text: str) -> None:
        expect(prompt(page)).to_have_value(text)
        expect(page.get_by_role("img", name="Reference: red.png")).to_be_visible()
        expect(page.get_by_role("combobox", name="Duration")).to_have_value("10 s")
        idle(page)

    prompt(page).press_sequentially(" rises")
    page.reload()  # before the next pause
    expect_all("A sun rises")
    page.close()
    studio.kill()
    studio.start()
    page = page.context.new_page()
    visit(page, f"{studio.url}/video", "Video")
    expect_all("A sun rises")
    other = new_context(page.context.browser).new_page()  # type: ignore[arg-type]
    visit(other, f"{studio.url}/video", "Video")
    expect(prompt(other)).to_have_value("")


def test_what_is_typed_while_the_studio_is_down_is_there_when_it_is_back(start: Start, page: Page) -> None:
    studio = start()
    visit(page, studio.url)
    prompt(page).fill("Two hills")
    idle(page)
    studio.kill()
    prompt(page).press_sequentially(" and a sun")
    studio.start()
    idle(page)
    page.get_by_role("button", name="Generate").click()
    expect(cards(page, "Two hills and a sun").first).to_be_visible()


def test_a_personal_account_stays_chosen_and_after_a_restart_its_key_is_asked_for(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    studio = start(WERYAI_BASE_URL=sandbox.url, WERYAI_MODELS_BASE_URL=sandbox.url)
    visit(page, studio.url)
    page.get_by_role("textbox", name="API key").fill(KEY)
    page.get_by_role("textbox", name="API key").press("Enter")
    expect(page.get_by_role("button", name="Forget this key")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Forget this key")).to_be_visible()
    assert KEY not in page.content()
    studio.kill()
    studio.start()
    page.reload()
    expect(page.get_by_test_id("stSidebar").get_by_text("Enter your key again")).to_be_visible()


def test_each_press_is_a_job_however_soon_it_follows_and_a_double_click_is_one(
    opened: tuple[Studio, Sandbox], page: Page
) -> None:
    studio, sandbox = opened
    sandbox.backend.policy = Policy("once")
    sandbox.backend.posts.clear()
    visit(page, studio.url)
    wanted = [f"{name} hills" for name in ("Red", "Green", "Blue", "White", "Black", "Brown", "Grey", "Pink")]
    for one in wanted:
        prompt(page).fill(one)
        page.get_by_role("button", name="Generate").click()
    for one in wanted:
        expect(cards(page, one)).to_have_count(1)
    prompt(page).fill("Twice")
    page.get_by_role("button", name="Generate").dblclick()
    expect(cards(page, "Twice")).to_have_count(1)
    idle(page)
    expect(cards(page, "Twice")).to_have_count(1)


@pytest.mark.parametrize("keys", [("Control", "Enter"), ("Enter",)])
def test_keys_that_are_held_down_send_one_job(
    opened: tuple[Studio, Sandbox], page: Page, keys: tuple[str, ...]
) -> None:
    number = len(opened[1].backend.tasks)  # another one if the test is repeated
    words, after = f"Held down {number}", f"Let go {number}"
    opened[1].backend.policy = Policy("once")
    visit(page, opened[0].url)
    prompt(page).fill(words)
    if len(keys) == 1:
        page.get_by_role("button", name="Generate").focus()
    for key in keys:
        page.keyboard.down(key)
    expect(cards(page, words)).to_contain_text("saved")
    for _ in range(3):
        page.keyboard.down("Enter")  # the browser repeats it while it is held
        idle(page)
    for key in keys:
        page.keyboard.up(key)
    generate(page, after)
    expect(cards(page, after)).to_contain_text("saved")
    expect(cards(page, words)).to_have_count(1)


UNDER_THE_POINTER = [
    "button => { document.querySelector('.st-key-inputs').style.paddingTop = '300px'; }",
    "button => { const place = button.parentNode; button.remove(); place.append(button); }",  # as drawn anew
    "button => {}",
]


@pytest.mark.parametrize("happens", UNDER_THE_POINTER)
def test_a_press_counts_whatever_the_page_does_under_the_pointer(
    opened: tuple[Studio, Sandbox], page: Page, happens: str
) -> None:
    visit(page, opened[0].url)
    prompt(page).fill("A press that slipped off")
    before = cards(page, "A press that slipped off").count()
    button = page.get_by_role("button", name="Generate")
    button.hover()
    page.mouse.down()
    button.evaluate(happens)
    page.mouse.up()
    expect(cards(page, "A press that slipped off")).to_have_count(before + 1)
    button.hover()
    page.mouse.down()
    page.mouse.move(9, 9)  # somebody thought better of it
    page.mouse.up()
    idle(page)
    expect(cards(page, "A press that slipped off")).to_have_count(before + 1)


@pytest.mark.parametrize("happens", UNDER_THE_POINTER)
def test_a_press_of_any_button_counts_once(opened: tuple[Studio, Sandbox], page: Page, happens: str) -> None:
    """A second click of this one would close what the first has opened."""
    visit(page, opened[0].url)
    idle(page)
    button, explanation = form(page).get_by_role("button", name="Wildcards"), page.get_by_text("{red|blue}").first
    expect(explanation).to_be_hidden()
    button.hover()
    page.mouse.down()
    button.evaluate(happens)
    page.mouse.up()
    expect(explanation).to_be_visible()
    idle(page)
    expect(explanation).to_be_visible()


def test_a_tap_on_generate_is_one_click(opened: tuple[Studio, Sandbox], browser: Browser) -> None:
    """The click of a finger comes after its release, in a task of its own."""
    page = new_context(browser, width=390, touch=True).new_page()
    visit(page, opened[0].url)
    page.evaluate(COUNT_CLICKS)
    for number in range(1, TAPS + 1):
        page.get_by_role("button", name="Generate").tap()
        expect(form(page).get_by_text("Write a prompt first")).to_be_visible()
        idle(page)
        assert page.evaluate("window.clicks") == number
    page.context.close()


def test_a_picture_that_is_pasted_into_the_prompt_becomes_a_reference(
    opened: tuple[Studio, Sandbox], page: Page
) -> None:
    visit(page, opened[0].url)
    prompt(page).fill("As in this picture")
    coded = base64.b64encode(picture(b"\xff\0\0" * 64, 8)).decode()
    prompt(page).evaluate(PASTE, ["pasted.png", coded])
    expect(page.get_by_role("img", name="Reference: pasted.png")).to_be_visible()
    expect(page.get_by_role("radiogroup", name="Start from").get_by_role("radio", name="Images")).to_be_checked()
    expect(prompt(page)).to_have_value("As in this picture")


def test_the_counter_moves_with_the_typing_and_a_reason_goes_when_it_is_not_true(
    opened: tuple[Studio, Sandbox], page: Page
) -> None:
    visit(page, opened[0].url)
    page.get_by_role("button", name="Generate").click()
    reason = form(page).get_by_text("Write a prompt first")
    expect(reason).to_be_visible()
    idle(page)
    page.evaluate("() => { window.traffic.sent = 0; window.traffic.heard = 0; }")
    prompt(page).press_sequentially("hi")
    expect(page.get_by_text("2 / 2,000")).to_be_visible()
    expect(reason).to_be_hidden()
