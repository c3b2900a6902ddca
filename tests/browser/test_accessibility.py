"""axe finds nothing serious of ours on any page in any state, and a narrow page scrolls down only."""

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.browser import scenes
from tests.browser.axe import BEYOND, FITS, serious
from tests.browser.driving import TIMEOUT, form, go, prompt, visit
from tests.conftest import KEY, order

pytestmark = pytest.mark.browser
PAGES = ("Image", "Video", "Call history")
LOOKS = ((1440, "light"), (390, "dark"))
NARROW = (820, 720, 390)  # 720 is a window of 1440 at 200 %


def scrolls_sideways(window: Page) -> bool:
    """The page stays wider than its window; a table follows the window a moment later."""
    try:
        window.wait_for_function(FITS, timeout=TIMEOUT / 2)
    except TimeoutError:
        return True
    return False


def found_on(window: Page, url: str, *pages: str, say: str = "", first: int = 0) -> list[object]:
    """What axe finds on these pages, and whether one scrolls sideways.

    Every other page is wide and light, and those between are narrow and dark; from the `first` look on.
    """
    found: list[object] = []
    for number, heading in enumerate(pages, start=first):
        width, theme = LOOKS[number % 2]
        window.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        wide(window, url)
        go(window, heading)
        window.set_viewport_size({"width": width, "height": 900})
        expect(window.get_by_text(say).first).to_be_visible()
        found += [(heading, width, theme, *one) for one in serious(window)]
        found += sideways(window, heading)
    return found


def wide(window: Page, url: str) -> None:
    """With the sidebar there: to go from page to page, and for what stands in it."""
    window.set_viewport_size({"width": 1440, "height": 900})
    if not window.url.startswith(url):
        visit(window, url)


def sideways(window: Page, heading: str) -> list[object]:
    """At which widths this page scrolls sideways."""
    found: list[object] = []
    for width in NARROW:
        window.set_viewport_size({"width": width, "height": 900})
        if scrolls_sideways(window):
            found.append((heading, width, "scrolls sideways", window.evaluate(BEYOND)))
    return found


def test_nothing_serious_on_a_first_visit(window: Page) -> None:
    with scenes.opened(key="") as (studio, _):
        assert not found_on(window, studio.url, *PAGES, say="No API key set")


def test_nothing_serious_while_jobs_are_open_nor_when_the_key_is_rejected(window: Page) -> None:
    with scenes.opened(scenes.busy) as (studio, sandbox):
        assert not found_on(window, studio.url, *PAGES, say="WeryAI")
        order(sandbox, "reject-keys", keys=[KEY])
        wide(window, studio.url)
        window.get_by_role("button", name="Refresh balance").click()
        expect(window.get_by_text("Key rejected").first).to_be_visible()
        assert not found_on(window, studio.url, PAGES[0], say="Key rejected", first=1)


def test_nothing_serious_when_jobs_have_ended_in_every_way_nor_without_credits(window: Page) -> None:
    with scenes.opened(scenes.ended) as (studio, sandbox):
        assert not found_on(window, studio.url, *PAGES, say="WeryAI", first=1)
        order(sandbox, "balance", key=KEY, credits=3)
        wide(window, studio.url)
        go(window, "Image")
        prompt(window).fill("Too dear")
        window.get_by_role("button", name="Generate").click()
        expect(form(window).get_by_text("Not enough credits")).to_be_visible()
        assert not serious(window)
        assert not found_on(window, studio.url, PAGES[1], say="This usually costs more than the balance")
