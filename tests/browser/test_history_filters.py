"""Each way to find something in the history, in a real browser on a desk and on a phone, and Back from it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.server import Sandbox
from tests.browser import scenes
from tests.browser.driving import DRAWN, idle, new_context, pick
from tests.browser.history_rows import come, lists
from tests.browser.studio import Studio

pytestmark = pytest.mark.browser
JOBS = {"Mode": "mode", "Model": "model", "Outcome": "outcome"}
CALLS = {
    "Model": "model",
    "Outcome": "outcome",
    "Path": "path",
    "Method": "method",
    "HTTP status": "status",
    "Error code": "code",
}

NUMBERED = re.compile(r"\(([\d,]+)\)$")


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    with scenes.opened(_a_day_with_a_failure) as found:
        yield found


def _a_day_with_a_failure(past: scenes.Past) -> None:
    scenes.day(past)
    past.job("A famous actor drinking tea in the rain", ago=16, took=6, outcomes=["failed"])


@pytest.fixture(params=[1440, 390])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = new_context(browser, width=request.param, touch=request.param < 600)
    yield context.new_page()
    context.close()


def below(page: Page) -> str:
    """What the line below the list says, as far as it counts the lines."""
    idle(page)
    said = page.get_by_text(re.compile(r"^1 to \d+ of "))
    expect(said).to_be_visible()
    return said.inner_text().partition(" of ")[2].partition(" · ")[0]


def offered(page: Page, label: str) -> str:
    """Open the choices of filters; returns the last that this one offers and counts."""
    page.get_by_text("Add filter").click()
    field = page.get_by_role("combobox", name=label, exact=True)
    field.scroll_into_view_if_needed()  # what scrolls later would close its list
    idle(page)
    field.focus()
    page.evaluate(DRAWN)
    field.press("ArrowDown")
    return page.get_by_role("option").filter(has_text=NUMBERED).last.inner_text()


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.evaluate(DRAWN)  # the list takes the key as long as it is there
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


@pytest.mark.parametrize(("view", "filters"), [("jobs", JOBS), ("calls", CALLS)])
def test_each_filter_finds_as_many_as_it_says_stands_in_the_address_and_goes_with_back(
    page: Page, opened: tuple[Studio, Sandbox], view: str, filters: dict[str, str]
) -> None:
    come(page, f"{opened[0].url}/history?view={view}&time=all")
    everything = below(page)
    for label, name in filters.items():
        option = offered(page, label)
        number = NUMBERED.search(option) or pytest.fail("no number")
        pick(page, label, option)
        expect(page).to_have_url(re.compile(f"[?&]{name}="))
        close(page)
        lists(page, f"{number[1]} {view if number[1] != '1' else view.removesuffix('s')}")
        page.go_back()
        expect(page).not_to_have_url(re.compile(f"[?&]{name}="))
        lists(page, everything)


def test_what_took_longer_and_what_came_earlier_are_filters_too(page: Page, opened: tuple[Studio, Sandbox]) -> None:
    come(page, f"{opened[0].url}/history?time=all")
    everything = below(page)
    page.get_by_text("Add filter").click()
    slower = page.get_by_role("spinbutton", name="Slower than, in seconds")
    slower.fill("20")
    slower.press("Enter")
    expect(page).to_have_url(re.compile("slower=20"))
    close(page)
    expect(page.get_by_role("button", name="slower than 20 s")).to_be_visible()
    assert below(page) != everything
    page.get_by_role("button", name="slower than 20 s").click()
    expect(page).not_to_have_url(re.compile("slower"))
    lists(page, everything)


def test_a_job_is_found_by_each_of_its_ids_and_by_the_words_of_its_error(
    page: Page, opened: tuple[Studio, Sandbox]
) -> None:
    come(page, f"{opened[0].url}/history?search=ridge")
    lists(page, "2 jobs")
    come(page, f"{opened[0].url}/history?view=calls&search=ridge&method=POST")
    found = page.request.get(page.get_by_role("link", name="Export").get_attribute("href") or "").text().splitlines()
    request, job = (found[1].split(",")[place] for place in (0, 9))
    come(page, f"{opened[0].url}/history?job={job}")
    ids = page.locator(".st-key-trace").locator("code").all_inner_texts()
    named = [one for one in ids if re.match(r"(job|task|batch)_?", one)]
    assert len(named) >= 2, "its own and that of its task"
    search = page.get_by_role("searchbox", name="Search").or_(page.get_by_role("textbox", name="Search"))
    for text in (request, *named, "credits returned"):
        come(page, f"{opened[0].url}/history")
        lists(page, "11 jobs")
        search.fill(text)
        search.press("Enter")
        expect(page).to_have_url(re.compile(f"search={text.replace(' ', '.')}"))
        lists(page, "1 job")
