"""The list of keyboard shortcuts, and the way to a search by a key; neither while somebody types."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from sandbox.server import Sandbox
from tests.browser import scenes
from tests.browser.axe import FITS, serious
from tests.browser.driving import go, open_sidebar, prompt, visit
from tests.browser.studio import Studio

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    with scenes.opened(scenes.history) as found:
        yield found


def test_the_shortcuts_are_listed_by_a_key_and_in_the_sidebar(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    visit(wide, opened[0].url)
    listed = wide.get_by_role("dialog", name="Keyboard shortcuts")
    prompt(wide).press("?")
    expect(prompt(wide)).to_have_value("?")
    expect(listed).to_be_hidden()
    prompt(wide).blur()
    wide.keyboard.press("?")
    expect(listed).to_be_visible()
    expect(listed.get_by_role("definition").filter(has_text="Generate")).to_be_visible()
    assert not serious(wide)
    wide.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    open_sidebar(wide)
    wide.get_by_role("button", name="Keyboard shortcuts").click()
    expect(listed).to_be_visible()
    listed.get_by_role("button", name="Close").click()
    expect(listed).to_be_hidden()
    assert wide.evaluate(FITS)


def test_over_the_viewer_the_list_has_the_keys(opened: tuple[Studio, Sandbox], page: Page) -> None:
    visit(page, f"{opened[0].url}/gallery", "Gallery")
    page.locator(".studio-grid").get_by_role("link").first.click()
    viewer = page.get_by_role("dialog", name="Viewer")
    expect(viewer.get_by_role("status")).to_have_text("1 of 6")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Delete")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    expect(viewer.get_by_role("status")).to_have_text("1 of 6")


def test_a_key_goes_to_the_search(opened: tuple[Studio, Sandbox], page: Page) -> None:
    visit(page, opened[0].url)
    for name in ("Gallery", "Call history"):
        go(page, name)
        page.keyboard.press("/")
        search = page.get_by_role("searchbox", name="Search")
        expect(search).to_be_focused()
        page.keyboard.press("/")
        expect(search).to_have_value("/")
        search.fill("")
