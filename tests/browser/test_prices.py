"""The price table in a real browser: uploaded, changed in its editor, and shown in the form before Generate."""

# ruff: noqa: F811

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.browser.axe import serious
from tests.browser.driving import click_row, idle, new_context
from tests.browser.sign_in import Place, expect_page, place, sign_in, visitor  # noqa: F401
from tests.conftest import until

pytestmark = pytest.mark.browser
CSV = "mode,model,resolution,unit,credits\ntext_to_image,WERYAI_IMAGE_2_0,,result,9\n"
SAVED = re.compile(r"Saved\. The table has 1 price|No changes")


def upload(page: Page, text: str) -> None:
    page.get_by_role("button", name="Upload CSV").click()
    file = FilePayload(name="prices.csv", mimeType="text/csv", buffer=text.encode())
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Replace the table").click()


def enter_credits(page: Page, credits: str) -> None:
    """Type into the last cell of the first row, by its place, as the table is drawn on a canvas."""
    table = page.get_by_test_id("stDataFrame").first
    box = table.bounding_box()
    assert box
    idle(page)  # a run in progress draws the table anew
    click_row(table, int(box["width"]) - 40, 52)
    page.keyboard.press("Enter")
    page.locator("#portal input").fill(credits)
    page.locator("#portal input").press("Enter")


def is_saved(page: Page) -> bool:
    """Press the button: the editor sends what was typed a moment after it, and a click before that changes nothing."""
    page.get_by_role("button", name="Save prices").click()
    idle(page)
    return page.get_by_text("Saved. The table has 1 price.").count() > 0


def test_a_price_is_uploaded_and_changed_and_is_in_the_form_of_another_person(
    place: Place, visitor: BrowserContext, browser: Browser
) -> None:
    page = visitor.new_page()
    sign_in(page, f"{place.studio.url}/spending", "anna")
    expect_page(page, "Spending")
    upload(page, CSV.replace("result", "each"))
    expect(page.get_by_text("Line 2: the unit must be result or second.")).to_be_visible()
    page.reload()
    expect_page(page, "Spending")
    upload(page, CSV)
    expect(page.get_by_text(SAVED).last).to_be_visible()
    theirs = new_context(browser, width=1280)
    other = theirs.new_page()
    sign_in(other, place.studio.url, "max")
    expect(other.get_by_text("9 credits by the price table")).to_be_visible()
    page.reload()
    expect_page(page, "Spending")
    enter_credits(page, "12.5")
    until(lambda: is_saved(page))
    other.reload()
    expect(other.get_by_text("12.5 credits by the price table")).to_be_visible()
    idle(page)
    assert not serious(page)
    assert not serious(other)
    theirs.close()
