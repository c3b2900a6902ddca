"""An open page follows what happens: by its socket, without one, after a restart, and without disturbing anybody."""

import re
import signal
import sqlite3
import time
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.server import Sandbox
from tests.browser.axe import FITS, serious
from tests.browser.driving import cards, choose, form, go, idle, open_sidebar, prompt, visit
from tests.browser.scripted_studio import SCRIPTED, ScriptedStudio, frames
from tests.browser.studio import AS_PAGE_SCRIPT, Start
from tests.conftest import order, until

pytestmark = pytest.mark.browser

LISTENER = "[class*=st-key-draw-changes-] button"


def card(page: Page, number: str) -> Locator:
    return cards(page, f"Number {number}").first  # there are two for a moment, when the list is drawn anew


def seconds(one: Locator) -> int:
    """What a card says of how long it takes, in the first minute."""
    found = re.search(r"(\d+) s\b", one.inner_text())
    assert found
    return int(found[1])


def says(page: Page, number: str, word: str) -> None:
    expect(card(page, number)).to_contain_text(word)


def test_a_change_is_drawn_by_the_socket_alone_and_no_other_card_with_it(scripted: ScriptedStudio, page: Page) -> None:
    received = frames(page)
    visit(page, scripted.studio.url)
    scripted.submit("1", "2")
    for number in "12":
        says(page, number, "Waiting")
    expect(page).to_have_title(re.compile(r"^\(2\)"))
    expect(page.locator("[class*=st-key-line-numbers]")).to_contain_text(re.compile(r"Open jobs\s*2"))
    page.wait_for_function("() => window.live?.isDue === false")
    idle(page)
    received.clear()
    scripted.order(("1", "processing"))
    says(page, "1", "Processing")
    idle(page)
    blocks = [message.delta.add_block.id for message in received if message.delta.add_block.id]
    assert sum("-card-" in block for block in blocks) == 1
    drawn = ("-line-", "-card-", "-actions-", "-about-", "-changes")  # the last is the listener itself
    assert all(any(part in block for part in drawn) for block in blocks), "nor the numbers, nor the page"
    scripted.order(("1", "failed"))
    says(page, "1", "Failed")
    expect(page.get_by_test_id("stToast").filter(has_text="Failed: Number 1")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(1\)"))


def test_the_line_at_generate_follows_the_balance(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    expect(form(page).get_by_text("balance 1,000")).to_be_visible()
    page.wait_for_function("() => window.live?.isDue === false")
    idle(page)
    runs = page.locator("[data-run]").get_attribute("data-run")
    scripted.order(("balance", "42"))
    expect(form(page).get_by_text("balance 42")).to_be_visible()
    assert page.locator("[data-run]").get_attribute("data-run") == runs, "and not the page with it"


def test_an_open_form_learns_of_a_model_that_the_registry_lists_later_and_keeps_what_is_in_it(
    scripted: ScriptedStudio, page: Page, sandbox: Sandbox
) -> None:
    visit(page, scripted.studio.url)
    choose(page, "Model", "SEEDREAM_4_5")
    model = page.get_by_role("combobox", name="Model", exact=True)
    expect(model).to_have_value("Seedream 4.5")
    prompt(page).fill("A moon over two hills")
    page.get_by_text("More", exact=True).click()
    negative = page.get_by_role("textbox", name="Negative prompt")
    negative.fill("clouds")
    idle(page)
    negative.press_sequentially(" and rain")  # not sent to the server yet
    drawn = page.locator("[data-run]").get_attribute("data-run")
    moon = {"model_key": "MOON_1", "title": "Moon 1", "aspect_ratios": ["1:1", "16:9"]}
    order(sandbox, "registry", mode="text_to_image", extra=[moon])
    scripted.order(("models", ""))
    page.wait_for_function("drawn => document.querySelector('[data-run]').dataset.run !== drawn", arg=drawn)
    idle(page)
    expect(prompt(page)).to_have_value("A moon over two hills")
    expect(negative).to_have_value("clouds and rain")
    expect(negative).to_be_focused()
    expect(model).to_have_value("Seedream 4.5")
    choose(page, "Model", "Moon 1")
    expect(page.get_by_text("MOON_1")).to_be_visible()
    expect(negative).to_have_value("clouds and rain")


def test_of_many_changes_at_once_none_is_lost(scripted: ScriptedStudio, page: Page) -> None:
    numbers = "12345678"
    visit(page, scripted.studio.url)
    scripted.submit(*numbers)
    for number in numbers:
        says(page, number, "Waiting")
    for status, number in product(("processing", "waiting", "processing"), numbers):
        scripted.order((number, status))
        time.sleep(0.03)  # while those before are being drawn
    for number in numbers:
        says(page, number, "Processing")


def test_eight_tabs_of_one_browser_follow(scripted: ScriptedStudio, page: Page) -> None:
    tabs = [page, *(page.context.new_page() for _ in range(7))]
    for tab in tabs:
        visit(tab, scripted.studio.url)
    scripted.submit("1")
    for tab in tabs:
        says(tab, "1", "Waiting")
    scripted.order(("1", "processing"))
    for tab in tabs:
        says(tab, "1", "Processing")


def test_after_a_restart_an_open_page_follows_again(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    scripted.submit("1")
    says(page, "1", "Waiting")
    scripted.studio.kill(signal.SIGKILL)
    scripted.studio.start()
    page.wait_for_function("() => window.live?.socket?.readyState === WebSocket.OPEN")
    scripted.submit("2")
    says(page, "2", "Waiting")
    scripted.order(("1", "processing"))
    says(page, "1", "Processing")


def test_a_tab_that_nobody_sees_asks_for_nothing_and_catches_up(scripted: ScriptedStudio, page: Page) -> None:
    def show(is_shown: bool) -> None:
        page.evaluate(
            """shown => {
            Object.defineProperty(document, "hidden", {value: !shown, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
            }""",
            is_shown,
        )

    visit(page, scripted.studio.url)
    page.wait_for_function("() => window.live?.isDue === false")
    show(False)
    before = page.evaluate("traffic.sent")
    scripted.submit("1")
    page.wait_for_function("() => window.live?.isDue")
    assert page.evaluate("traffic.sent") == before
    show(True)
    says(page, "1", "Waiting")


NOTICES = """
window.told = [];
window.Notification = class {
    static permission = "granted";
    constructor(title, {body}) { if (body) told.push(body); }
    close() {}
};
AudioContext.prototype.createOscillator = new Proxy(AudioContext.prototype.createOscillator, {
    apply: (create, context) => (told.push("a tone"), create.call(context)),
});
"""


def test_the_end_of_the_last_job_is_told_where_a_person_wants_it(scripted: ScriptedStudio, wide: Page) -> None:
    wide.add_init_script(NOTICES)
    visit(wide, scripted.studio.url)
    open_sidebar(wide)
    wide.get_by_text("When my jobs end").click()
    wide.get_by_role("checkbox", name="Show a notification").check()
    wide.get_by_role("checkbox", name="Play a sound").check()
    assert wide.evaluate("told") == ["a tone", "a tone"], "how it will sound"
    assert not serious(wide) and wide.evaluate(FITS)
    visit(wide, scripted.studio.url)
    open_sidebar(wide)
    wide.get_by_text("When my jobs end").click()
    for box in wide.get_by_role("checkbox", name=re.compile("notification|sound")).all():
        expect(box).to_be_checked()
    wide.wait_for_function("() => live.notifies && live.socket?.readyState === WebSocket.OPEN")
    scripted.submit("1", "2")
    says(wide, "2", "Waiting")
    wide.evaluate("() => Object.defineProperty(document, 'visibilityState', {value: 'hidden'})")
    scripted.order(("1", "failed"))
    says(wide, "1", "Failed")
    assert wide.evaluate("told") == []
    scripted.order(("2", "failed"))
    wide.wait_for_function("() => told.length === 3")
    assert wide.evaluate("told") == ["a tone", "a tone", "All your jobs have ended."]


REFUSES = """() => {
    window.Notification = class {
        static permission = "granted";
        constructor() { throw new TypeError("Illegal constructor."); }
    };
}"""


def test_a_browser_that_blocks_or_has_no_notifications_is_named(scripted: ScriptedStudio, page: Page) -> None:
    page.add_init_script("window.Notification = class { static permission = 'denied'; close() {} }")
    visit(page, scripted.studio.url)
    page.get_by_text("When my jobs end").click()
    page.get_by_role("checkbox", name="Show a notification").click()
    expect(page.get_by_text("The browser blocks notifications of this page.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Show a notification")).not_to_be_checked()
    page.evaluate(REFUSES)  # as Chrome of a phone
    page.get_by_role("checkbox", name="Show a notification").click()
    expect(page.get_by_text("This browser shows no notifications for this page.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Show a notification")).not_to_be_checked()
    assert not page.evaluate("notices.areWanted()")


def test_what_the_page_has_not_drawn_yet_is_pressed_at_the_next_look(scripted: ScriptedStudio, page: Page) -> None:
    """As when a page has just been opened: the socket is there before the button. The page is not drawn for it."""
    visit(page, scripted.studio.url)
    scripted.submit("1")
    says(page, "1", "Waiting")
    page.wait_for_function("() => window.live?.isDue === false")
    idle(page)
    page.evaluate(
        """() => {
        const found = document.querySelector.bind(document);
        document.querySelector = selector => {
            if (!selector.includes("draw-changes")) return found(selector);
            document.querySelector = found;
            window.hasMissed = true;
            return null;
        };
        }"""
    )
    runs = page.locator("[data-run]").get_attribute("data-run")
    scripted.order(("1", "processing"))
    says(page, "1", "Processing")
    assert page.evaluate("window.hasMissed")
    assert page.locator("[data-run]").get_attribute("data-run") == runs


def test_a_trace_is_drawn_anew_while_its_job_goes_on(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    scripted.submit("1")
    says(page, "1", "Waiting")
    card(page, "1").get_by_role("link", name="Details").click()
    trace = page.locator("[class*=st-key-trace]")
    expect(trace).to_contain_text("Waiting")
    page.wait_for_function("() => window.live?.isDue === false")
    idle(page)
    runs = page.locator("[data-run]").get_attribute("data-run")
    for status, word in (("processing", "Processing"), ("failed", "Failed")):
        scripted.order(("1", status))
        expect(trace).to_contain_text(word)
    assert page.locator("[data-run]").get_attribute("data-run") == runs, "and not the page with it"


def test_seconds_pass_without_a_word_to_the_server(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    scripted.submit("1")
    says(page, "1", "Waiting")
    idle(page)
    page.wait_for_function("() => window.live?.isDue === false")
    before = page.evaluate("traffic.sent")
    first = seconds(card(page, "1"))
    for later in range(first + 1, first + 4):
        until(lambda later=later: seconds(card(page, "1")) >= later)  # type: ignore[misc]
    assert page.evaluate("traffic.sent") == before


def test_a_press_at_the_moment_of_a_change_is_not_lost(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    page.locator(LISTENER).wait_for(state="attached")
    for number in ("1", "22", "333"):
        text = f"Pressed {number} [stuck]"
        scripted.submit(number)
        prompt(page).fill(text)
        expect(page.get_by_text(f"{len(text)} / 2,000")).to_be_visible()  # it is sent
        idle(page)
        page.evaluate(
            """async () => {
            for (const key of ["draw-changes", "generate-", "draw-changes"]) {
              document.querySelector(`[class*=st-key-${key}] button`).click();
              await new Promise(done => setTimeout(done, 5));
            }
            }"""
        )
        expect(cards(page, text)).to_be_visible()
        says(page, number, "Waiting")


def test_a_press_in_the_same_message_as_a_redraw_is_not_lost(scripted: ScriptedStudio, page: Page) -> None:
    """Streamlit draws the fragment of the first press only."""
    visit(page, scripted.studio.url)
    page.locator(LISTENER).wait_for(state="attached")
    page.wait_for_function("() => window.live?.isDue === false")
    for number in ("1", "22", "333"):
        text = f"Pressed {number} [stuck]"
        prompt(page).fill(text)
        expect(page.get_by_text(f"{len(text)} / 2,000")).to_be_visible()
        idle(page)
        page.evaluate(
            """() => {
            for (const key of ["draw-changes", "generate-"])
              document.querySelector(`[class*=st-key-${key}] button`).click();
            }"""
        )
        expect(cards(page, text)).to_be_visible()


def test_what_is_pressed_just_after_a_change_is_drawn(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    page.locator(LISTENER).wait_for(state="attached")
    page.wait_for_function("() => window.live?.socket?.readyState === WebSocket.OPEN && !live.isDue")
    idle(page)
    page.evaluate(
        """() => {
        live.stillAt = live.clickedAt = 0;  // a change comes at any time
        live.socket.onmessage({data: "changed"});
        live.isDue = false;  // else the whole page would be drawn in the end
        [...document.querySelectorAll("button")].find(one => one.textContent.includes("Presets")).click();
        }"""
    )
    expect(page.get_by_role("dialog", name="Presets")).to_be_visible()


def test_a_page_that_is_being_left_is_not_called_back(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    page.locator(LISTENER).wait_for(state="attached")
    page.wait_for_function("() => window.live?.socket?.readyState === WebSocket.OPEN")
    pressed = page.evaluate(
        """() => {
        let pressed = 0;
        const press = document.querySelector("[class*=st-key-draw-changes-] button");
        press.addEventListener("click", () => { pressed += 1; });
        [...document.querySelectorAll("a")].find(link => link.textContent.trim().endsWith("Video")).click();
        live.socket.onmessage({data: "changed"});
        return pressed;
        }"""
    )
    assert pressed == 0
    expect(page.get_by_role("heading", name="Video", exact=True)).to_be_visible()
    scripted.submit("1")
    expect(page.locator(".st-key-line-numbers")).to_contain_text("Open jobs 1")  # it follows again


@pytest.mark.parametrize(
    ("happened", "asked"),
    [
        ("live.stillAt = live.clickedAt = 0", 1),
        ("live.clickedAt = 0, live.stillAt = Date.now() / 1000", 0),  # between two runs, of which one opens a page
        ("live.stillAt = 0, document.querySelector('[data-testid=stPopover] button').click()", 0),
    ],
)
def test_a_page_does_not_ask_for_changes_while_another_page_may_open(
    scripted: ScriptedStudio, page: Page, happened: str, asked: int
) -> None:
    """Streamlit would send a part of each page, and its script would fail: the page would be blank."""
    visit(page, scripted.studio.url)
    page.locator(LISTENER).wait_for(state="attached")
    page.wait_for_function("() => window.live?.socket?.readyState === WebSocket.OPEN && !live.isDue")
    idle(page)
    pressed = page.evaluate(
        f"""() => {{
        let pressed = 0;
        const press = document.querySelector("[class*=st-key-draw-changes-] button");
        press.addEventListener("click", () => {{ pressed += 1; }});
        {happened};
        live.socket.onmessage({{data: "changed"}});
        return pressed;
        }}"""
    )
    assert pressed == asked
    scripted.submit("1")
    expect(page.locator(".st-key-line-numbers")).to_contain_text("Open jobs 1")  # it asks in the end


def test_typing_is_no_reason_to_wait_with_changes(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    page.evaluate("() => { live.clickedAt = 0; }")
    prompt(page).press_sequentially("two words")
    prompt(page).press("Enter")
    assert page.evaluate("live.clickedAt") == 0


def test_a_page_that_is_left_at_the_moment_of_a_change_is_left(scripted: ScriptedStudio, page: Page) -> None:
    """Streamlit sends a press a moment after it; were the link followed in that moment, the page would stay blank."""
    visit(page, scripted.studio.url)
    for there in ("Video", "Image", "Video"):
        page.locator(LISTENER).wait_for(state="attached")
        page.wait_for_function("() => window.live")  # no press is without it
        page.evaluate(
            """there => {
            document.querySelector("[class*=st-key-draw-changes-] button").click();
            [...document.querySelectorAll("a")].find(link => link.textContent.trim().endsWith(there)).click();
            }""",
            there,
        )
        expect(page.get_by_role("heading", name=there, exact=True)).to_be_visible()
        expect(prompt(page)).to_be_visible()
        idle(page)


def test_a_menu_that_is_open_stays_open(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    go(page, "Call history")
    page.get_by_role("button", name="Webhooks").click()
    expect(page.get_by_text("Webhooks aren't set up")).to_be_visible()
    scripted.submit("1")
    expect(page.locator(".st-key-line-numbers")).to_contain_text("Open jobs 1")
    idle(page)
    expect(page.get_by_text("Webhooks aren't set up")).to_be_visible()


def test_a_dialog_stays_open_with_what_is_typed_until_it_is_closed(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, scripted.studio.url)
    page.get_by_role("button", name="Presets").click()
    name = page.get_by_role("textbox", name="Save this form as")
    name.press_sequentially("Two hi")
    for number in "123":
        scripted.submit(number)
    page.wait_for_function("() => live.isDue")
    name.press_sequentially("lls")
    idle(page)
    expect(name).to_have_value("Two hills")
    page.keyboard.press("Escape")
    for number in "123":
        says(page, number, "Waiting")


def test_a_page_that_streamlits_script_left_blank_is_loaded_again_once(scripted: ScriptedStudio, page: Page) -> None:
    fail = """() => {
        document.getElementById("root").replaceChildren();
        window.dispatchEvent(new ErrorEvent("error"));
    }"""
    later = "() => new Promise(done => setTimeout(done, 1000))"  # after the timer that would load the page
    visit(page, scripted.studio.url)
    page.evaluate(fail)
    expect(page.get_by_role("heading", name="Image", exact=True)).to_be_visible()
    visit(page, scripted.studio.url)
    page.evaluate(fail)
    page.evaluate(later)
    expect(page.get_by_role("heading", name="Image", exact=True)).to_be_hidden()


def without_routes(start: Start, sandbox: Sandbox) -> ScriptedStudio:
    return ScriptedStudio(start(sandbox, ["-c", SCRIPTED[1].replace("main()", AS_PAGE_SCRIPT[1])], LOOKS_EVERY="1"))


def test_without_a_socket_a_page_looks_at_a_pace_of_its_own(start: Start, page: Page, sandbox: Sandbox) -> None:
    scripted = without_routes(start, sandbox)
    visit(page, scripted.studio.url)
    page.wait_for_function("() => window.live && !live.socket")
    scripted.submit("1")
    says(page, "1", "Waiting")
    scripted.order(("1", "processing"))
    says(page, "1", "Processing")


def test_without_a_socket_a_page_is_drawn_again_after_a_restart_between_two_looks(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    """Streamlit repeats what was asked for while nobody was there, so nothing must be."""
    scripted, app = without_routes(start, sandbox), page.get_by_test_id("stApp")
    visit(page, scripted.studio.url)
    page.wait_for_function("() => window.live && !live.socket")
    page.evaluate("live.askedAt = Infinity")
    scripted.studio.kill(signal.SIGKILL)
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    scripted.studio.start()
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    page.evaluate("live.askedAt = 0")
    scripted.submit("1")
    says(page, "1", "Waiting")


def test_a_page_whose_socket_is_refused_looks_instead(start: Start, page: Page, sandbox: Sandbox) -> None:
    scripted = ScriptedStudio(start(sandbox, SCRIPTED, LOOKS_EVERY="1"))
    page.route_web_socket(re.compile("/events"), lambda socket: socket.close(code=1011))
    visit(page, scripted.studio.url)
    scripted.submit("1")
    says(page, "1", "Waiting")
    scripted.order(("1", "processing"))
    says(page, "1", "Processing")


def test_a_page_whose_ledger_is_locked_comes_back_by_itself(
    start: Start, page: Page, sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "locked.db"
    studio = start(sandbox, DATABASE_URL=f"sqlite:///{file}?timeout=0.1")
    visit(page, studio.url)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        prompt(page).fill("Two hills")
        page.get_by_role("button", name="Generate").click()
        expect(page.get_by_test_id("stAlert")).to_be_visible()
        expect(page.locator(LISTENER)).to_have_count(0)
    expect(page.locator(LISTENER)).to_have_count(1)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
