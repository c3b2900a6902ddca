"""Limits in a real browser: the form of an admin keeps what is typed, time after time, and tells who is held to it."""

# ruff: noqa: F811

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import serious
from tests.browser.driving import idle, new_context
from tests.browser.sign_in import Place, expect_page, place, sign_in, visitor  # noqa: F401

pytestmark = pytest.mark.browser
DAY = "Each person, per day"


def save(page: Page, **limits: str) -> None:
    for label, value in limits.items():
        page.get_by_role("spinbutton", name=label).fill(value)
    page.get_by_role("button", name="Save limits").click()


def test_a_limit_is_saved_again_and_again_and_emptied_and_others_see_it_at_once(
    place: Place, visitor: BrowserContext, browser: Browser
) -> None:
    page = visitor.new_page()
    sign_in(page, f"{place.studio.url}/spending", "anna")
    expect_page(page, "Spending")
    theirs = new_context(browser, width=1280)
    other = theirs.new_page()
    sign_in(other, place.studio.url, "max")
    expect_page(other, "Image")
    save(page, **{DAY: "30"})
    expect(page.get_by_text("Not saved. Task of unknown cost:")).to_be_visible()
    save(page, **{"Task of unknown cost": "8"})
    expect(page.get_by_text("Saved. Limits: person 30 a day, unknown cost counts as 8.").last).to_be_visible()
    for value in ("30", "40", "50"):
        save(page, **{DAY: value})
        expect(other.get_by_text(f"You today: 0 of {value} credits")).to_be_visible()
        expect(page.get_by_text(f"You today: 0 of {value} credits")).to_be_visible()
        expect(page.get_by_role("spinbutton", name=DAY)).to_have_value(value)
    save(page, **{DAY: ""})
    expect(other.get_by_text("You today:")).to_have_count(0)
    page.reload()
    expect_page(page, "Spending")
    expect(page.get_by_role("spinbutton", name="Task of unknown cost")).to_have_value("8")
    expect(page.get_by_role("spinbutton", name=DAY)).to_have_value("")
    idle(page)
    assert not serious(page)
    theirs.close()
