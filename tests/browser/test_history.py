"""The call history in a real browser, on a desk and on a phone: found, filtered, opened, gone back from, taken away."""

import re
import signal
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.server import Sandbox
from tests.browser import scenes
from tests.browser.axe import FITS, serious
from tests.browser.driving import click_row, generate, has_pixels, idle, new_context, there, visit
from tests.browser.history_rows import FIRST_ROW, come, lists, rows
from tests.browser.studio import Start, Studio

pytestmark = pytest.mark.browser
STEP = 33  # the height of a step of a trace


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    with scenes.opened(scenes.day) as found:
        yield found


@pytest.fixture(params=[1440, 390])
def history(request: pytest.FixtureRequest, opened: tuple[Studio, Sandbox], browser: Browser) -> Iterator[Page]:
    """The list as somebody finds it."""
    context = new_context(browser, width=request.param, touch=request.param < 600)
    page = context.new_page()
    come(page, f"{opened[0].url}/history")
    yield page
    context.close()


def test_a_job_is_found_by_words_opened_and_left_again(history: Page) -> None:
    lists(history, "10 jobs")
    search = history.get_by_role("searchbox", name="Search").or_(history.get_by_role("textbox", name="Search"))
    search.fill("ridge")
    search.press("Enter")
    lists(history, "2 jobs")
    expect(history).to_have_url(re.compile("search=ridge"))
    click_row(rows(history), 150, FIRST_ROW)
    trace = history.locator(".st-key-trace")
    expect(trace.get_by_role("button", name="Support bundle")).to_be_attached()
    expect(trace).to_be_in_viewport()
    expect(history).to_have_url(re.compile("job=job_"))
    heading = history.get_by_role("heading", level=2, name="Job: Waves of cloud roll over a blue ridge at dawn")
    expect(heading).to_be_focused()
    history.keyboard.press("Tab")
    expect(trace.locator(":focus")).to_have_count(1)
    trace.get_by_role("tab", name="Request").click()
    expect(trace.get_by_text('"prompt": "Waves of cloud').first).to_be_visible()
    assert history.evaluate(FITS), "it scrolls down only"
    idle(history)
    history.go_back()
    expect(trace).to_have_count(0)
    lists(history, "2 jobs")
    history.go_back()
    lists(history, "10 jobs")
    history.go_forward()
    lists(history, "2 jobs")
    expect(search).to_have_value("ridge")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_request_as_code_can_be_read(history: Page, theme: Literal["light", "dark"]) -> None:
    history.emulate_media(color_scheme=theme)
    click_row(rows(history), 150, FIRST_ROW)
    history.locator(".st-key-trace").get_by_role("tab", name="As code").click()
    expect(history.get_by_text("curl", exact=True)).to_be_visible()
    assert not serious(history)


def test_an_address_opens_one_job_from_which_one_goes_to_its_card_and_back(history: Page) -> None:
    click_row(rows(history), 150, FIRST_ROW)
    expect(history).to_have_url(re.compile("job=job_"))
    idle(history)
    colleague = history.context.new_page()
    come(colleague, history.url)
    expect(colleague.get_by_role("button", name="Back to the list")).to_be_visible()
    expect(colleague.get_by_role("heading", level=2, name=re.compile("^Job: "))).not_to_be_focused()
    colleague.get_by_role("link", name="Go to card").click()
    expect(colleague).to_have_url(re.compile(r"/(video|image)?\?job=job_"))
    idle(colleague)
    colleague.go_back()
    expect(colleague.locator(".st-key-trace")).to_be_visible()
    expect(colleague).to_have_url(history.url)


def test_from_a_trace_one_goes_to_its_calls_and_from_one_of_them_back(history: Page) -> None:
    click_row(rows(history), 150, FIRST_ROW)
    trace, call = history.locator(".st-key-trace"), history.locator(".st-key-call")
    trace.get_by_role("button", name="All calls").click()
    expect(history).to_have_url(re.compile("view=calls.*search=job_|search=job_.*view=calls"))
    lists(history, r"\d+ calls")
    click_row(rows(history), 150, FIRST_ROW)
    call.get_by_role("button", name="Go to job").click()
    expect(trace.get_by_role("button", name="All calls")).to_be_visible()


def test_a_step_of_a_trace_that_is_clicked_shows_its_call(history: Page) -> None:
    click_row(rows(history), 150, FIRST_ROW)
    trace = history.locator(".st-key-trace")
    expect(trace.get_by_text("Click a step that was a call to see its request and response.")).to_be_visible()
    there(history)
    steps = rows(history)
    submission = steps.locator("[role=row]").filter(has_text="Submission")
    line = int(submission.get_attribute("aria-rowindex") or 0)
    steps.scroll_into_view_if_needed()
    click_row(steps, 150, STEP * line - STEP // 2)
    expect(history).to_have_url(re.compile("call=req_"))
    expect(history.get_by_role("heading", level=2, name="Call: POST /v1/generation/")).to_be_focused()
    history.get_by_role("button", name="Go to job").click()
    expect(trace.get_by_role("button", name="All calls")).to_be_visible()


def test_calls_are_listed_without_polls_filtered_and_exported(history: Page) -> None:
    history.get_by_role("radio", name="Calls").click()
    lists(history, r"\d+ calls · \d+ polls hidden")
    history.get_by_role("button", name="answered polls hidden").click()
    expect(history).to_have_url(re.compile("polls=shown"))
    lists(history, r"\d+ calls$")
    history.get_by_text("Add filter").click()
    chosen = history.get_by_role("combobox", name="Method")
    chosen.fill("POST")
    history.get_by_role("option", name=re.compile("^POST")).click()
    expect(history).to_have_url(re.compile("method=POST"))
    history.keyboard.press("Escape")
    expect(history.get_by_role("option")).to_have_count(0)
    history.keyboard.press("Escape")
    expect(history.get_by_test_id("stPopoverBody")).to_have_count(0)
    lists(history, "10 calls$")
    address = history.get_by_role("link", name="Export").get_attribute("href") or ""
    said = history.request.get(
        address if address.startswith("http") else f"{history.url.partition('/history')[0]}{address}"
    )
    lines = said.text().splitlines()
    assert said.ok and len(lines) == 11 and all(",POST," in line for line in lines[1:])
    click_row(rows(history), 150, FIRST_ROW)
    call = history.locator(".st-key-call")
    expect(call.get_by_text("HTTP 200").first).to_be_visible()
    call.get_by_text("Copy link").click()
    copies = history.get_by_test_id("stPopoverBody").get_by_role("button", name="Copy to clipboard")
    expect(copies).to_be_visible()  # no pointer is over it
    expect(history.get_by_text(re.compile(r"/history\?call=req_"))).to_be_visible()


def test_an_address_of_a_job_or_a_call_opens_it_in_a_studio_that_was_started_again(start: Start, page: Page) -> None:
    studio = start()
    visit(page, studio.url)
    generate(page, "Two hills")
    has_pixels(page)
    for address, named, heading in (
        (f"{studio.url}/history", "job=job_", "Job: Two hills"),
        (f"{studio.url}/history?view=calls&method=POST", "call=req_", "Call: POST /v1/generation/text-to-image"),
    ):
        come(page, address)
        click_row(rows(page), 150, FIRST_ROW)
        expect(page).to_have_url(re.compile(named))
        idle(page)
        studio.kill(signal.SIGTERM)
        studio.start()
        come(page, page.url)
        expect(page.get_by_role("heading", level=2, name=heading)).to_be_attached()
        expect(page.get_by_role("button", name="Back to the list")).to_be_visible()
