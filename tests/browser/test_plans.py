"""Many jobs from one form in a real browser: wildcards and lists, on a desktop, a tablet and a phone."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from sandbox.server import Sandbox
from tests.browser import scenes
from tests.browser.axe import FITS, serious
from tests.browser.driving import cards, idle, pick, prompt, there, visit
from tests.browser.studio import Studio
from tests.conftest import order, until

pytestmark = pytest.mark.browser
POST = "/v1/generation/text-to-image"


@pytest.fixture
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    with scenes.opened() as found:
        yield found


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[Studio, Sandbox]]:
    """A studio for tests with prompts of their own."""
    with scenes.opened() as found:
        yield found


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def wildcards(page: Page, text: str) -> None:
    """Type a prompt, and leave it, so that the form knows it."""
    prompt(page).fill(text)
    prompt(page).blur()
    expect(page.get_by_text("balance").first).to_be_visible()
    there(page)


def test_after_a_restart_the_table_is_closed_and_says_so_and_can_be_sent(
    page: Page, opened: tuple[Studio, Sandbox]
) -> None:
    studio, sandbox = opened
    visit(page, studio.url)
    wildcards(page, "A {red|blue} kite")
    dialog = page.get_by_role("dialog")
    button(page, "Generate 2 jobs").click()
    expect(button(dialog, "Send 2 jobs")).to_be_visible()
    studio.kill()
    studio.start()
    expect(
        page.get_by_text("The studio restarted, so what was open here is closed. Open it again.").last
    ).to_be_visible()
    expect(dialog).to_have_count(0)
    idle(page)
    assert not sandbox.backend.posts[POST]
    button(page, "Generate 2 jobs").click()
    button(dialog, "Send 2 jobs").click()
    expect(page.get_by_text("2 jobs submitted at").first).to_be_visible()
    for text in ("A red kite", "A blue kite"):
        expect(cards(page, text)).to_have_count(1)


def test_a_prompt_with_wildcards_is_shown_as_a_table_and_each_job_is_sent_once(
    wide: Page, opened: tuple[Studio, Sandbox]
) -> None:
    studio, sandbox = opened
    visit(wide, studio.url)
    wildcards(wide, "A {red|blue} kite")
    dialog = wide.get_by_role("dialog")
    button(wide, "Generate 2 jobs").dblclick()
    expect(button(dialog, "Send 2 jobs")).to_be_visible()
    expect(dialog.get_by_role("region", name="2 jobs: prompt")).to_be_visible()
    assert not serious(wide) and wide.evaluate(FITS)
    wide.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    idle(wide)
    button(wide, "Generate 2 jobs").click()
    button(dialog, "Send 2 jobs").dblclick()
    expect(dialog).to_have_count(0)
    expect(wide.get_by_text("2 jobs submitted at").first).to_be_visible()
    for text in ("A red kite", "A blue kite"):
        expect(cards(wide, text)).to_have_count(1)
    idle(wide)
    until(lambda: sandbox.backend.posts[POST] == 2)
    assert wide.evaluate(FITS)


def test_ctrl_and_enter_opens_the_table_and_sends_nothing_behind_it_or_behind_a_list(
    page: Page, opened: tuple[Studio, Sandbox]
) -> None:
    studio, sandbox = opened
    visit(page, studio.url)
    dialog = page.get_by_role("dialog")
    prompt(page).fill("A {red|blue} kite")
    prompt(page).press("Control+Enter")
    expect(button(dialog, "Send 2 jobs")).to_be_visible()
    idle(page)
    page.keyboard.press("Control+Enter")
    idle(page)
    expect(button(dialog, "Send 2 jobs")).to_be_visible()
    button(dialog, "Back").click()
    expect(dialog).to_have_count(0)
    wildcards(page, "One kite")
    button(page, "Many prompts").click()
    lines = dialog.get_by_role("textbox", name="Prompts, one in a line")
    lines.fill("A fox\nAn owl")
    lines.press("Control+Enter")
    idle(page)
    expect(lines).to_have_value("A fox\nAn owl")
    button(dialog, "Show the jobs").click()
    expect(button(dialog, "Send 2 jobs")).to_be_visible()
    assert not sandbox.backend.posts[POST]


def test_a_list_and_a_csv_file_are_shown_as_the_same_table(wide: Page, opened: tuple[Studio, Sandbox]) -> None:
    studio, sandbox = opened
    visit(wide, studio.url)
    there(wide)
    dialog = wide.get_by_role("dialog")
    button(wide, "Many prompts").click()
    dialog.get_by_role("radio", name="CSV file").click()
    rows = b"prompt,aspect_ratio\nA fox,1:1\nAn owl,7:1\n"
    chosen = FilePayload(name="list.csv", mimeType="text/csv", buffer=rows)
    dialog.locator("input[type=file]").set_input_files(chosen)
    expect(dialog.get_by_text("list.csv").first).to_be_visible()
    idle(wide)
    with wide.expect_download() as download:
        button(dialog, "Example CSV").click()
    assert download.value.path().read_text("utf-8").startswith("prompt,model,aspect_ratio")
    assert not serious(wide) and wide.evaluate(FITS)
    button(dialog, "Show the jobs").click()
    expect(dialog.get_by_text("Line 3, Aspect ratio: WeryAI Image 2.0 does not support")).to_be_visible()
    assert not serious(wide)
    button(dialog, "Send 1 job").click()
    expect(dialog.get_by_text("1 job queued.")).to_be_visible()
    button(dialog, "Close").last.click()
    expect(dialog).to_have_count(0)
    expect(cards(wide, "A fox")).to_have_count(1)
    idle(wide)
    assert sandbox.backend.posts[POST] == 1


def test_one_prompt_is_sent_to_two_models_whose_results_are_compared(wide: Page, kept: tuple[Studio, Sandbox]) -> None:
    studio, sandbox = kept
    text = f"A paper boat, {secrets.token_hex(4)}"  # the studio has the jobs of the widths before
    visit(wide, studio.url)
    wildcards(wide, text)
    button(wide, "More models").click()
    pick(wide, "Also with", "Seedream 4.5")
    assert not serious(wide)
    wide.keyboard.press("Escape")
    expect(wide.get_by_text("Also with Seedream 4.5")).to_be_visible()
    idle(wide)
    button(wide, "Generate 2 jobs").click()
    button(wide.get_by_role("dialog"), "Send 2 jobs").click()
    expect(cards(wide, text)).to_have_count(2)
    button(wide, "Compare them").click()
    expect(wide.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    for model in ("WeryAI Image 2.0", "Seedream 4.5"):
        expect(wide.get_by_role("region", name=text).get_by_text(model)).to_be_visible()
    picks = wide.get_by_role("region", name=text).get_by_role("button", name=re.compile("^Compare: "))
    expect(picks).to_have_count(2)  # they fill in
    sent = [task.body["model"] for task in sandbox.backend.tasks.values() if task.body["prompt"] == text]
    assert sorted(sent) == ["SEEDREAM_4_5", "WERYAI_IMAGE_2_0"]
    assert not serious(wide) and wide.evaluate(FITS)


def test_a_list_of_prompts_is_queued_and_cancelled_at_once(wide: Page, opened: tuple[Studio, Sandbox]) -> None:
    studio, sandbox = opened
    order(sandbox, "fault", kind="refuse", code=6002, message="too many requests", http=429, times=1000)
    visit(wide, studio.url)
    there(wide)
    dialog = wide.get_by_role("dialog")
    button(wide, "Many prompts").click()
    dialog.get_by_role("textbox", name="Prompts, one in a line").fill("A fox\nAn owl\nA hare")
    button(dialog, "Show the jobs").click()
    button(dialog, "Send 3 jobs").click()
    expect(dialog).to_have_count(0)
    expect(wide.get_by_text("3 jobs submitted at").first).to_be_visible()
    expect(cards(wide, "Queued")).to_have_count(3)
    there(wide)
    button(cards(wide, "An owl"), "Cancel all queued").click()
    expect(wide.get_by_text("3 jobs are queued. None was sent")).to_be_visible()
    assert not serious(wide) and wide.evaluate(FITS)
    button(wide, "Cancel 3 jobs").click()
    expect(cards(wide, "Cancelled")).to_have_count(3)
    expect(button(wide, "Cancel all queued")).to_have_count(0)
    assert not sandbox.backend.tasks
    assert not serious(wide) and wide.evaluate(FITS)
