"""What can be done with a card, on three widths: delete it, undo that, make a variation of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests.browser import scenes
from tests.browser.axe import FITS, serious
from tests.browser.driving import cards, generate, there, visit
from tests.browser.studio import Studio

pytestmark = pytest.mark.browser

FIRST, SECOND, THIRD = "A lighthouse in the fog", "Four red kites over a bay", "A quiet harbour at dusk"
IN_SIGHT = """button => {
  const {x, top, bottom} = button.getBoundingClientRect();
  return top > 0 && bottom < innerHeight && button.contains(document.elementFromPoint(x + 5, (top + bottom) / 2));
}"""


def past(before: scenes.Past) -> None:
    before.job(FIRST, ago=9)
    before.job(SECOND, ago=8, image_number=4)
    before.job(THIRD, ago=7)


@pytest.fixture
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    with scenes.opened(past) as found:
        yield found


def button(page: Page, words: str, name: str) -> Locator:
    return cards(page, words).get_by_role("button", name=name, exact=True)


def test_a_card_is_deleted_at_one_click_and_comes_back_without_a_mouse(
    opened: tuple[Studio, Sandbox], wide: Page
) -> None:
    visit(wide, opened[0].url)
    there(wide)
    button(wide, SECOND, "Delete").dblclick()
    expect(wide.get_by_text(f"Deleted: {SECOND}").first).to_be_visible()
    there(wide)
    expect(cards(wide)).to_have_count(2)
    undo = wide.get_by_role("button", name="Undo", exact=True)
    expect(undo).to_be_focused()
    assert undo.evaluate(IN_SIGHT)
    assert wide.evaluate(FITS) and not serious(wide)
    wide.keyboard.press("Enter")
    expect(cards(wide, SECOND)).to_be_visible()
    expect(button(wide, SECOND, "Delete")).to_be_focused()
    wide.keyboard.press("Enter")
    expect(undo).to_be_focused()
    button(wide, FIRST, "Delete").click()
    wide.get_by_role("button", name="Undo all 2").click()
    expect(cards(wide)).to_have_count(3)
    expect(button(wide, FIRST, "Delete")).to_be_focused()
    assert wide.evaluate(FITS)


def test_a_double_click_on_variation_makes_one_job_and_nothing_moves(
    opened: tuple[Studio, Sandbox], wide: Page
) -> None:
    visit(wide, opened[0].url)
    there(wide)
    variation, jobs = button(wide, FIRST, "Variation"), len(opened[1].backend.tasks)
    variation.scroll_into_view_if_needed()
    top = variation.bounding_box()
    variation.dblclick()
    expect(cards(wide, FIRST)).to_have_count(2)
    expect(cards(wide, FIRST).first).to_contain_text("saved")
    there(wide)
    assert len(opened[1].backend.tasks) == jobs + 1
    again = button(wide, FIRST, "Variation").last
    expect(again).to_be_focused()
    assert again.bounding_box() == pytest.approx(top, abs=1)
    _second_click(wide, again)
    wide.mouse.move(9, 9)  # a toast under the mouse would stay
    again.click()
    expect(cards(wide, FIRST)).to_have_count(3)
    expect(cards(wide, FIRST).first).to_contain_text("saved")
    assert len(opened[1].backend.tasks) == jobs + 2


def _second_click(page: Page, place: Locator) -> None:
    """Finish a double click where the page has drawn another button since the first click."""
    box = place.bounding_box()
    assert box
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    there(page)


@pytest.mark.parametrize("heading", ["Image", "Video"])
def test_a_card_is_as_high_while_its_job_goes_on_as_with_its_results(
    opened: tuple[Studio, Sandbox], wide: Page, heading: str
) -> None:
    opened[1].backend.policy = Policy("seconds", 3600, 3600)
    visit(wide, f"{opened[0].url}/{'' if heading == 'Image' else 'video'}", heading)
    generate(wide, "A fox in the snow")
    card = cards(wide, "A fox in the snow")
    expect(card).to_contain_text("Waiting")
    expect(card.get_by_text("You can close this page")).to_be_visible()
    there(wide)
    before = card.bounding_box()
    opened[1].backend.policy = Policy("once")
    expect(card).to_contain_text("saved")
    expect(card.get_by_role("button", name="Variation")).to_be_visible()
    there(wide)
    after = card.bounding_box()
    assert before and after and after["height"] == pytest.approx(before["height"], abs=1)
