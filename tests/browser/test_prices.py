"""The price table in a real browser: uploaded, changed in its editor, and shown in the form before Generate."""

# ruff: noqa: F811

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.browser.axe import FITS, serious
from tests.browser.driving import click_row, idle, new_context
from tests.browser.sign_in import Place, expect_page, place, sign_in, visitor  # noqa: F401
from tests.conftest import until

pytestmark = pytest.mark.browser
CSV = "mode,model,resolution,unit,credits\ntext_to_image,WERYAI_IMAGE_2_0,,result,9\n"
SAVED = re.compile(r"Saved\. The table has 1 price|No changes")


def upload(page: Page, text: str) -> None:
    idle(page)
    page.get_by_text("Upload prices as CSV").click()
    file = FilePayload(name="prices.csv", mimeType="text/csv", buffer=text.encode())
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Replace the table").click()


def enter_credits(page: Page, credits: str) -> None:
    """Type into the third cell of the first row: the table is drawn on a canvas, so the keys find the way."""
    table = page.get_by_test_id("stDataFrame").first
    idle(page)  # a run in progress draws the table anew
    click_row(table, 40, 52)
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.locator("#portal input").fill(credits)
    page.locator("#portal input").press("Enter")


def is_saved(page: Page) -> bool:
    """Press the button: the editor sends what was typed a moment after it, and a click before that changes nothing."""
    page.get_by_role("button", name="Save prices").click()
    idle(page)
    return page.get_by_text("Saved. The table has 1 price.").count() > 0


def test_a_price_is_uploaded_and_changed_and_is_in_the_form_of_another_person(
    place: Place, wide: Page, browser: Browser
) -> None:
    sign_in(wide, f"{place.studio.url}/spending", "anna")
    expect_page(wide, "Spending")
    upload(wide, CSV.replace("result", "each"))
    expect(wide.get_by_text("Line 2: the unit must be result or second.")).to_be_visible()
    wide.reload()
    expect_page(wide, "Spending")
    upload(wide, CSV)
    expect(wide.get_by_text(SAVED).last).to_be_visible()
    width = wide.evaluate("innerWidth")
    theirs = new_context(browser, width=width, touch=width < 1000)
    other = theirs.new_page()
    sign_in(other, place.studio.url, "max")
    expect(other.get_by_text("9 credits by the price table")).to_be_visible()
    wide.reload()
    expect_page(wide, "Spending")
    if width < 1000:  # where the last column is out of sight
        upload(wide, CSV.replace("9", "12.5"))
        expect(wide.get_by_text(SAVED).last).to_be_visible()
    else:
        enter_credits(wide, "12.5")
        until(lambda: is_saved(wide))
    other.reload()
    expect(other.get_by_text("12.5 credits by the price table")).to_be_visible()
    idle(wide)
    for one in (wide, other):
        assert not serious(one) and one.evaluate(FITS)
    theirs.close()


def test_edits_stay_when_another_admin_has_saved_and_are_saved_anyway(
    place: Place, visitor: BrowserContext, browser: Browser
) -> None:
    wide = visitor.new_page()
    sign_in(wide, f"{place.studio.url}/spending", "anna")
    expect_page(wide, "Spending")
    upload(wide, CSV)
    expect(wide.get_by_text(SAVED).last).to_be_visible()
    wide.reload()
    expect_page(wide, "Spending")
    theirs = new_context(browser, width=1280)
    other = theirs.new_page()
    sign_in(other, f"{place.studio.url}/spending", "anna")
    expect_page(other, "Spending")
    upload(other, CSV.replace("9", "8"))
    expect(other.get_by_text(SAVED).last).to_be_visible()
    enter_credits(wide, "12.5")
    anyway = wide.get_by_role("button", name="Save anyway")
    until(lambda: is_saved(wide) or anyway.count() > 0)
    expect(wide.get_by_text("changed the price table elsewhere")).to_be_visible()
    idle(wide)
    anyway.click()
    expect(wide.get_by_text("Saved. The table has 1 price.").last).to_be_visible()
    other.goto(place.studio.url)
    expect(other.get_by_text("12.5 credits by the price table")).to_be_visible()
    theirs.close()
