"""A team's gallery: everybody's own results, everyone's, and those of one person, on every width."""

# ruff: noqa: F811

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import FITS, serious
from tests.browser.driving import generate, idle, new_context, pick
from tests.browser.sign_in import Place, expect_page, place, sign_in  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def team(place: Place, browser: Browser) -> Place:
    """Two people have made an image each."""
    for name, prompt in (("max", "A fox by a river"), ("anna", "An owl in a birch")):
        context = new_context(browser)
        page = context.new_page()
        sign_in(page, place.studio.url, name)
        expect_page(page, "Image")
        generate(page, prompt)
        expect(page.get_by_text("saved").first).to_be_visible()
        context.close()
    return place


def test_the_results_of_one_person_are_found_among_everyones(team: Place, wide: Page) -> None:
    sign_in(wide, f"{team.studio.url}/gallery", "anna")
    expect_page(wide, "Gallery")
    fox, owl = (wide.locator(".studio-grid").get_by_role("link", name=one) for one in ("A fox", "An owl"))
    wide.get_by_role("radio", name="Mine").click()
    expect(owl).to_have_count(1)
    expect(fox).to_have_count(0)
    idle(wide)
    wide.get_by_role("radio", name="Everyone's").click()
    expect(fox).to_have_count(1)
    expect(wide).to_have_url(re.compile("whose=everyone"))
    idle(wide)
    wide.get_by_role("button", name="More").click()
    pick(wide, "Person", "max")
    expect(owl).to_have_count(0)
    expect(wide.get_by_role("combobox", name="Person")).to_be_visible()  # for the next condition
    assert not serious(wide) and wide.evaluate(FITS)
    wide.keyboard.press("Escape")
    expect(wide.get_by_role("option")).to_have_count(0)
    wide.keyboard.press("Escape")
    expect(wide.get_by_role("button", name="More · 1")).to_be_visible()
    wide.reload()
    expect(fox).to_have_count(1)
    expect(owl).to_have_count(0)
    wide.get_by_role("button", name="Clear filters").click()
    expect(owl).to_have_count(1)
