"""The list of the history in a browser."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import idle, there

FIRST_ROW = 60  # pixels below the top of a list


def come(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name="Call history", exact=True)).to_be_visible()
    there(page)


def rows(page: Page) -> Locator:
    return page.get_by_test_id("stDataFrame").last


def lists(page: Page, what: str) -> None:
    """Wait until the line below the list says so."""
    expect(page.get_by_text(re.compile(rf"^1 to \d+ of {what}"))).to_be_visible()
    idle(page)
