"""Making the next one from an earlier one: presets of a form and earlier prompts, on every width."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import scenes
from tests.browser.axe import FITS, serious
from tests.browser.driving import cards, form, idle, prompt, there, visit
from tests.browser.studio import Studio

pytestmark = pytest.mark.browser


@pytest.fixture
def opened() -> Iterator[Studio]:
    with scenes.opened(scenes.day) as (studio, _):
        yield studio


@pytest.fixture(scope="module")
def kept() -> Iterator[Studio]:
    """A studio for tests that make nothing in it."""
    with scenes.opened(scenes.day) as (studio, _):
        yield studio


def write(page: Page, text: str) -> None:
    prompt(page).fill(text)
    prompt(page).blur()
    there(page)


def ratio(page: Page, name: str) -> Locator:
    return page.get_by_role("radio", name=name)


def undo(page: Page) -> None:
    """And wait for the run's end: until then the page may have a widget twice, where it was and where it comes."""
    page.get_by_role("button", name="Undo", exact=True).click()
    idle(page)


def has_no_sideways_scrolling(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_presets_are_saved_replaced_renamed_deleted_and_fill_the_form(opened: Studio, wide: Page) -> None:
    visit(wide, opened.url)
    write(wide, "A fox in the snow")
    ratio(wide, "9:16").click()
    idle(wide)
    wide.get_by_role("button", name="Presets").click()
    dialog = wide.get_by_role("dialog")
    name = dialog.get_by_role("textbox", name="Save this form as")
    dialog.get_by_text("With the prompt").click()
    name.fill("Tall foxes")
    name.press("Control+Enter")  # no press of Generate, which is behind the dialog
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text('"Tall foxes" saved.')).to_be_visible()
    expect(name).to_have_value("")
    expect(cards(wide, "A fox in the snow")).to_have_count(0)
    assert not serious(wide) and has_no_sideways_scrolling(wide)

    dialog.get_by_text("With the prompt").click()
    name.fill("tall foxes")
    name.press("Enter")
    expect(dialog.get_by_text("It replaces your preset of that name.")).to_be_visible()
    expect(dialog.get_by_text("A fox in the snow")).to_have_count(0)
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.get_by_text("A fox in the snow")).to_be_visible()
    dialog.get_by_role("button", name='Rename "Tall foxes"').click()
    dialog.get_by_role("textbox", name="New name").fill("Foxes")
    dialog.get_by_role("button", name="Rename", exact=True).click()
    dialog.get_by_role("button", name='Delete "Foxes"').click()
    expect(dialog.get_by_text("No presets yet.")).to_be_visible()
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.get_by_role("button", name="Foxes", exact=True)).to_be_visible()
    idle(wide)
    wide.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    write(wide, "Something else")
    ratio(wide, "1:1").click()
    idle(wide)
    wide.get_by_role("button", name="Presets").click()
    dialog.get_by_role("button", name="Foxes", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(form(wide).get_by_text('Filled from the preset "Foxes".')).to_be_visible()
    expect(prompt(wide)).to_have_value("A fox in the snow")
    expect(ratio(wide, "9:16")).to_be_checked()
    undo(wide)
    expect(prompt(wide)).to_have_value("Something else")
    expect(ratio(wide, "1:1")).to_be_checked()


def test_an_earlier_prompt_is_found_by_its_words_and_fills_the_form(kept: Studio, wide: Page) -> None:
    visit(wide, kept.url)
    write(wide, "Something else")
    ratio(wide, "9:16").click()
    idle(wide)
    wide.get_by_role("button", name="Earlier prompts").click()
    dialog = wide.get_by_role("dialog")
    found = dialog.get_by_role("button", name="Three clay vases on a seamless backdrop", exact=True)
    expect(found).to_be_visible()
    expect(dialog.get_by_text("3 jobs")).to_have_count(2)
    assert not serious(wide) and has_no_sideways_scrolling(wide)

    dialog.get_by_role("searchbox", name="Search your prompts").fill("layered fog")
    expect(found).to_have_count(0)
    dialog.get_by_role("button", name="Layered mountains at first light").click()
    expect(dialog).to_have_count(0)
    expect(prompt(wide)).to_have_value(re.compile("^Layered mountains at first light, low fog"))
    expect(ratio(wide, "9:16")).to_be_checked()
    expect(form(wide).get_by_text("Filled from an earlier job.")).to_be_visible()
    undo(wide)
    expect(prompt(wide)).to_have_value("Something else")


def test_a_card_gives_its_prompt_its_settings_or_both_and_a_result_as_input(kept: Studio, wide: Page) -> None:
    text = "Three clay vases on a seamless backdrop, soft daylight from the left"
    visit(wide, kept.url)
    write(wide, "Something else")
    reuse = cards(wide, text).get_by_role("button", name="Reuse")
    for way, written, chosen in (
        ("Prompt only", text, "16:9"),
        ("Settings only", "Something else", "1:1"),
        ("Everything", text, "1:1"),
    ):
        reuse.click()
        wide.get_by_role("menuitem", name=way).click()
        expect(prompt(wide)).to_have_value(written)
        expect(ratio(wide, chosen)).to_be_checked()
        expect(form(wide).get_by_text("Filled from an earlier job.")).to_be_in_viewport()
        there(wide)
        if way != "Everything":
            undo(wide)
            expect(prompt(wide)).to_have_value("Something else")
            expect(ratio(wide, "16:9")).to_be_checked()
            there(wide)
    assert not serious(wide) and wide.evaluate(FITS)
    cards(wide, text).get_by_role("button", name="Use as input").click()
    wide.get_by_role("dialog").get_by_role("button", name="Image 2").click()
    assert not serious(wide)
    wide.get_by_role("menuitem", name="Start a video with it").click()
    expect(wide.get_by_role("heading", name="Video", exact=True)).to_be_visible()
    expect(wide.get_by_role("img", name="Reference: Three clay")).to_be_in_viewport()
    assert wide.evaluate(FITS)
