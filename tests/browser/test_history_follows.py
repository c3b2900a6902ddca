"""The list of the history while jobs run: its rows change where they stand, and new ones wait until they are wanted."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.driving import click_row, idle, there, visit
from tests.browser.history_rows import FIRST_ROW, rows
from tests.browser.scripted_studio import ScriptedStudio, frames

pytestmark = pytest.mark.browser
ROW = 40
UNDER_WAY = re.compile("^(Waiting|Processing)$")
PLACE = """() => [document.querySelector("[data-testid=stMain]").scrollTop, document.activeElement.textContent]"""


def cell(page: Page, row: int, text: str | re.Pattern[str]) -> Locator:
    """A cell of the list, as a screen reader finds it."""
    return (
        page.get_by_test_id("stDataFrame")
        .first.locator(f"[role=row][aria-rowindex='{row + 1}'] [role=gridcell]")
        .filter(has_text=text)
    )


def test_rows_change_where_they_stand_and_new_jobs_wait_above_them(scripted: ScriptedStudio, page: Page) -> None:
    scripted.submit("1", "2", "3")
    received = frames(page)
    visit(page, f"{scripted.studio.url}/history", "Call history")
    expect(page.get_by_text("1 to 3 of 3 jobs")).to_be_visible()
    click_row(rows(page), 200, FIRST_ROW + ROW)
    trace = page.locator(".st-key-trace")
    named = trace.get_by_text("Number 2 [stuck]", exact=True).first
    expect(named).to_be_visible()
    there(page)
    opened, place = page.url, page.evaluate(PLACE)
    received.clear()
    scripted.order(("3", "succeeded"))
    expect(cell(page, 1, "Succeeded")).to_be_attached()
    scripted.submit("4")
    show = page.get_by_role("button", name="Show 1 new job")
    expect(show).to_be_visible()
    idle(page)
    assert page.evaluate(PLACE) == place, "the focus and the scroll position stay"
    assert page.url == opened and named.is_visible()
    expect(cell(page, 2, UNDER_WAY)).to_have_attribute("aria-selected", "true")
    ended = {one.script_finished for one in received if one.HasField("script_finished")}
    assert ended and ForwardMsg.FINISHED_SUCCESSFULLY not in ended, "parts of the page were drawn, and never all of it"
    show.focus()
    scripted.submit("5")
    expect(page.get_by_role("button", name="Show 2 new jobs")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 to 5 of 5 jobs")).to_be_visible()
    expect(cell(page, 1, "Number 5")).to_be_attached()
    expect(page.get_by_role("button", name="Show 2 new jobs")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("job="))


def test_the_first_job_of_an_empty_list_is_drawn_by_itself(scripted: ScriptedStudio, page: Page) -> None:
    visit(page, f"{scripted.studio.url}/history", "Call history")
    expect(page.get_by_text("No jobs yet")).to_be_visible()
    there(page)
    scripted.submit("1")
    expect(page.get_by_text("1 to 1 of 1 job")).to_be_visible()
    expect(page.get_by_role("button", name="Show 1 new job")).to_have_count(0)


def test_a_row_is_closed_by_its_button_and_enter_leads_to_what_the_arrow_keys_opened(
    scripted: ScriptedStudio, page: Page
) -> None:
    scripted.submit("1", "2")
    visit(page, f"{scripted.studio.url}/history", "Call history")
    click_row(rows(page), 200, FIRST_ROW)
    opened = page.get_by_role("heading", name="Job: ", level=2)
    expect(opened).to_be_focused()
    there(page)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(opened).to_have_count(0)
    expect(page).not_to_have_url(re.compile("job="))
    there(page)
    click_row(rows(page), 200, FIRST_ROW)
    expect(opened).to_be_focused()
    first = opened.inner_text()
    there(page)
    page.get_by_test_id("data-grid-canvas").first.focus()
    page.keyboard.press("ArrowDown")
    expect(opened).not_to_have_text(first)
    there(page)
    page.keyboard.press("Enter")
    expect(opened).to_be_focused()
    expect(opened).not_to_have_text(first)
