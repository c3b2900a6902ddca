"""Without a mouse and without eyes: everything is reached by keyboard, focus stays, and what changes is said once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.server import Sandbox
from tests.browser import scenes
from tests.browser.driving import cards, generate, idle, prompt, there, visit
from tests.browser.studio import Studio
from tests.conftest import KEY, order

pytestmark = pytest.mark.browser
FOCUSED = """() => {
  const found = document.activeElement;
  if (found === document.body) return '';
  const image = found.querySelector('img')?.alt;
  return found.getAttribute('aria-label') || found.labels?.[0]?.innerText || found.innerText || image || '';
}"""
SAID = """() => {
  window.said = [];
  const hear = change => change.addedNodes.forEach(node => window.said.push(node.textContent));
  new MutationObserver(all => all.forEach(hear)).observe(document.getElementById('said'), {childList: true});
}"""
# Each time an alert enters the page, or the text of one that is there changes.
ALERTS = """() => {
  window.alerts = 0;
  const alert = node => node.parentElement?.closest('[role=alert]') || node.querySelector?.('[role=alert]');
  const hear = change => change.type === 'characterData' ? [change.target] : [...change.addedNodes];
  const count = all => { window.alerts += all.flatMap(hear).filter(alert).length; };
  new MutationObserver(count).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    """A studio with a job under way, and one whose fate is not known."""
    with scenes.opened(scenes.half_done) as found:
        yield found


@pytest.fixture
def studio(opened: tuple[Studio, Sandbox]) -> Studio:
    return opened[0]


def come(page: Page, address: str, heading: str = "Image") -> None:
    visit(page, address, heading)
    there(page)


def tab_to(page: Page, words: str, most: int = 40) -> None:
    """Press Tab until the focus is on what says these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in str(page.evaluate(FOCUSED)):
            return
    raise AssertionError(f"{words} is not reached")


def ticks(card: Locator, number: int = 2) -> None:
    """Wait until the card has been drawn anew so many times: its clock has gone on."""
    for _ in range(number):
        changed_from(card, card.inner_text())


def changed_from(part: Locator, before: str) -> None:
    """Wait until this part of the page says something else."""
    expect(part).not_to_have_text(before, use_inner_text=True)


def test_an_image_is_made_without_a_mouse(studio: Studio, page: Page) -> None:
    come(page, studio.url)
    tab_to(page, "Skip to main content", 1)
    page.keyboard.press("Enter")
    tab_to(page, "Presets", 1)
    tab_to(page, "Text", 1)
    tab_to(page, "Wildcards", 1)
    tab_to(page, "Earlier prompts", 1)
    tab_to(page, "Prompt", 1)
    page.keyboard.type("Made without a mouse")
    tab_to(page, "Model", 1)
    tab_to(page, "More models", 1)
    tab_to(page, "Many prompts", 1)
    tab_to(page, "1:1", 1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    tab_to(page, "1", 1)
    tab_to(page, "More", 1)
    tab_to(page, "Generate", 1)
    assert page.evaluate("getComputedStyle(document.activeElement).outline").startswith("rgb(58, 31, 176) solid 2px")
    page.keyboard.press("Enter")
    card = cards(page, "Made without a mouse")
    expect(card.get_by_text("saved")).to_be_visible()
    result = card.get_by_role("link", name="Made without a mouse")
    expect(result).to_be_visible()  # the preview comes later
    idle(page)
    expect(page.get_by_role("button", name="Generate")).to_be_focused()  # the next variation is one press away
    tab_to(page, "Made without a mouse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Text to image")
    page.keyboard.press("Escape")
    expect(result).to_be_focused()
    tab_to(page, "Download", 1)
    expect(card.get_by_role("link", name="Download")).to_be_focused()
    tab_to(page, "Use as input", 1)
    tab_to(page, "Reuse", 1)
    tab_to(page, "Variation", 1)
    tab_to(page, "Details", 1)
    tab_to(page, "Delete", 1)


def test_ticks_take_neither_the_focus_nor_an_open_menu_nor_what_is_typed(studio: Studio, page: Page) -> None:
    come(page, studio.url)
    open_card = cards(page, "Half of it is done")
    done = cards(page, "Four that are done")
    done.get_by_role("button", name="Reuse").focus()
    ticks(open_card)
    expect(done.get_by_role("button", name="Reuse")).to_be_focused()
    done.get_by_role("button", name="Download…").press("Enter")
    expect(page.get_by_role("link", name="Image 1")).to_be_visible()
    ticks(open_card)
    expect(page.get_by_role("link", name="Image 1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(done.get_by_role("button", name="Download…")).to_be_focused()
    prompt(page).press_sequentially("Half a ")
    ticks(open_card)
    prompt(page).press_sequentially("thought")
    expect(prompt(page)).to_have_value("Half a thought")


def test_a_call_is_opened_by_the_arrow_keys(studio: Studio, page: Page) -> None:
    come(page, f"{studio.url}/history?view=calls&time=all", "Call history")
    page.get_by_role("searchbox", name="Search").focus()
    tab_to(page, "Fullscreen: Calls")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("tab", name="Request")).to_be_visible()
    there(page)  # a run that still draws takes the focus's place away
    opened = page.locator(".st-key-call").inner_text()
    page.keyboard.press("ArrowDown")
    changed_from(page.locator(".st-key-call"), opened)
    there(page)
    tab_to(page, "Next page", 100)
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"11 to \d+ of"))).to_be_visible()
    expect(page).to_have_url(re.compile("before="))  # of the list as it was


def test_what_ends_and_what_is_refused_is_said_once_and_politely(studio: Studio, page: Page) -> None:
    come(page, studio.url)
    expect(page.locator("#said[role=status]")).to_be_attached()
    open_card = cards(page, "Half of it is done")
    page.evaluate(SAID)
    page.evaluate(ALERTS)
    page.get_by_role("button", name="Generate").click()
    page.wait_for_function("() => said.length")
    generate(page, "Heard once")
    expect(page.get_by_test_id("stToast").filter(has_text="Ready: Heard once")).to_be_visible()
    ticks(open_card)
    assert page.evaluate("said") == ["Write a prompt first.", "Ready: Heard once"]
    assert page.evaluate("alerts") == 0, "the box of the unconfirmed job is drawn at each tick, and said at none"
    assert page.get_by_text("usually").first.evaluate("one => !one.closest('[role=status],[role=alert],[aria-live]')")


def test_a_rejected_key_is_said_once(opened: tuple[Studio, Sandbox], page: Page) -> None:
    studio, sandbox = opened
    come(page, studio.url)
    page.evaluate(ALERTS)
    order(sandbox, "reject-keys", keys=[KEY])
    try:
        page.get_by_role("button", name="Refresh balance").click()
        expect(page.get_by_text("Key rejected")).to_be_visible()
        idle(page)
        assert page.evaluate("alerts") == 1
    finally:
        order(sandbox, "reject-keys", keys=[])
