"""What people paste: any script, code, far too much. It is shown as text, fetches nothing, and is never lost."""

import pytest
from playwright.sync_api import Page, expect

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests.browser.driving import cards, form, generate, idle, prompt, visit
from tests.browser.studio import Start
from tests.conftest import until

pytestmark = pytest.mark.browser

EVIL = "http://127.0.0.1:9/stolen.png"
PROMPTS = [
    "山の上の猫 🐈‍⬛🏔️ 👩‍👩‍👧 e\u0301",
    "\u202eمرحبا بالعالم\u202c שלום",
    f"<img src={EVIL} onerror=alert(1)><script>alert(1)</script><b>hi</b>",
    f"![x]({EVIL}) [link](javascript:alert(1)) **bold** :red[x] $e=mc^2$ :material/key: {EVIL}",
    "w" * 700,
    "two\nlines\tand a tab",
]


def test_any_prompt_is_a_card_that_shows_it_as_text(start: Start, page: Page, sandbox: Sandbox) -> None:
    sandbox.backend.policy = Policy("once")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("dialog", lambda dialog: fetched.append(dialog.message))
    studio = start(sandbox)
    visit(page, studio.url)
    for number, text in enumerate(PROMPTS, start=1):
        prompt(page).fill(text)
        page.get_by_role("button", name="Generate").click()
        expect(cards(page)).to_have_count(number)
        idle(page)
        expect(prompt(page)).to_have_value(text)
    until(lambda: len(sandbox.backend.tasks) == len(PROMPTS))
    assert {task.body["prompt"] for task in sandbox.backend.tasks.values()} == set(PROMPTS)
    said = cards(page).all_inner_texts()
    for text, card in zip(PROMPTS, reversed(said), strict=True):
        assert "".join(text.split())[:80] in "".join(card.replace("\u200b", "").split())
    assert not [address for address in fetched if not address.startswith((studio.url, sandbox.url, "data:", "blob:"))]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"


def test_far_too_much_is_refused_with_a_sentence_and_stays_in_the_field(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    studio = start(sandbox)
    visit(page, studio.url)
    # Typed as a script can: filling a megabyte in by keys takes the browser half a minute.
    prompt(page).evaluate(
        """field => {
            const value = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
            field.focus();
            value.set.call(field, "words ".repeat(200_000));
            field.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    page.get_by_role("button", name="Generate").click()
    expect(form(page).get_by_text("Shorten the prompt by 1,197,999 characters.")).to_be_visible()
    assert len(prompt(page).input_value()) == 1_200_000
    assert not sandbox.backend.posts
    generate(page, "Two hills and a sun")
    until(lambda: sandbox.backend.posts)
