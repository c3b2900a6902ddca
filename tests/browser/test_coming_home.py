"""What a person sees when something broke between press and picture: nothing is sent twice, everything comes back."""

import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests.browser.driving import cards, generate, go, idle, prompt, visit
from tests.browser.studio import Start
from tests.conftest import order, until

pytestmark = pytest.mark.browser

POST = "/v1/generation/text-to-image"


def card(page: Page, text: str) -> Locator:
    """The card with this prompt: the evidence on other cards may name it, too."""
    return cards(page).filter(has=page.get_by_text(text, exact=True))


def test_an_unconfirmed_job_is_brought_home_by_a_call_by_its_task_id_or_dismissed(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    sandbox.backend.policy = Policy("once")
    studio = start(sandbox, called=True)
    visit(page, studio.url)

    order(sandbox, "callbacks", how="late", seconds=4)
    order(sandbox, "fault", kind="cut-inside")
    generate(page, "Home by its call")
    expect(card(page, "Home by its call")).to_contain_text(
        "The balance fell from 1,000 to 993, and nothing else was sent"
    )
    expect(card(page, "Home by its call")).to_contain_text("its webhook will update this card")
    expect(card(page, "Home by its call")).to_contain_text("saved")

    order(sandbox, "callbacks", how="never")
    for text in ("Home by its task id", "Nobody wants it"):
        order(sandbox, "fault", kind="cut-inside")
        generate(page, text)
        expect(card(page, text)).to_contain_text("WeryAI may have accepted this and charged for it")
    (task,) = [task for task in sandbox.backend.tasks.values() if task.body["prompt"] == "Home by its task id"]
    card(page, "Home by its task id").get_by_role("button", name="Enter task ID").click()
    page.get_by_role("textbox", name="Task ID").fill(task.id)
    page.get_by_role("button", name="Link this task").click()
    expect(card(page, "Home by its task id")).to_contain_text("saved")
    card(page, "Nobody wants it").get_by_role("button", name="Dismiss…").click()
    page.get_by_role("button", name="Dismiss", exact=True).click()
    expect(card(page, "Nobody wants it")).to_contain_text("Dismissed")
    assert sandbox.backend.posts[POST] == 3

    go(page, "Call history")
    page.get_by_role("button", name="Webhooks: last at").click()
    expect(page.get_by_text("job recovered")).to_be_visible()


def test_who_leaves_in_the_middle_of_sending_pays_once_and_finds_the_job(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    studio = start(sandbox)
    order(sandbox, "fault", kind="slow", seconds=2, times=3)
    leaves: dict[str, Callable[[Page], Any]] = {
        "Tab closed": lambda tab: tab.close(),
        "Page reloaded": lambda tab: tab.reload(),
        "Page changed": lambda tab: tab.get_by_test_id("stSidebarNav").get_by_role("link", name="Video").click(),
    }

    def has_come(text: str) -> bool:
        return any(task.body["prompt"] == text for task in sandbox.backend.tasks.values())

    for text, permissions in leaves.items():
        tab = page.context.new_page()
        visit(tab, studio.url)
        prompt(tab).fill(text)
        tab.get_by_role("button", name="Generate").click()
        until(partial(has_come, text))
        permissions(tab)
    visit(page, studio.url)
    for text in leaves:
        expect(card(page, text)).to_have_count(1)
        expect(card(page, text)).to_contain_text("saved")
    assert (sandbox.backend.posts[POST], len(sandbox.backend.tasks)) == (3, 3)


def test_a_studio_that_is_killed_while_it_sends_says_afterwards_what_is_known(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    studio = start(sandbox)
    visit(page, studio.url)
    order(sandbox, "fault", kind="hang", seconds=20)
    generate(page, "Two hills and a sun")
    until(lambda: sandbox.backend.tasks)
    studio.kill(signal.SIGKILL)
    studio.start()
    visit(page, studio.url)
    expect(card(page, "Two hills and a sun")).to_contain_text("The studio stopped before WeryAI answered")
    expect(card(page, "Two hills and a sun")).to_contain_text("he balance fell from 1,000 to 993")
    card(page, "Two hills and a sun").get_by_role("button", name="Send again").click()
    page.get_by_role("button", name="Send anyway").click()
    expect(card(page, "Two hills and a sun")).to_have_count(2)
    expect(card(page, "Two hills and a sun").first).to_contain_text("saved")
    idle(page)
    assert sandbox.backend.posts[POST] == 2, "the second one was asked for"
