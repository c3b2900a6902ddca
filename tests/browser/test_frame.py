"""What is around every page: the logo, and the reload of a page whose connection has ended for good."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import scenes
from tests.browser.driving import go, visit

pytestmark = pytest.mark.browser

NAME = """colour => {
  const found = getComputedStyle(document.querySelector(":has(> [data-testid=stSidebarLogo])"), "::after");
  return found.content === '"WeryAI Studio"' && found.color === colour;
}"""


END = """() => {
  const ended = document.body.appendChild(document.createElement("div"));
  window.isOld = true;
  ended.dataset.testConnectionState = "DISCONNECTED_FOREVER";
}"""


def test_a_page_whose_connection_has_ended_is_loaded_again(page: Page) -> None:
    with scenes.opened() as (studio, _):
        visit(page, studio.url)
        page.evaluate(END)
        page.wait_for_function("() => !window.isOld")
        expect(page.get_by_role("heading", name="Image", exact=True)).to_be_visible()


def test_the_name_beside_the_logo_has_the_colour_of_a_theme_at_once(page: Page) -> None:
    with scenes.opened() as (studio, _):
        visit(page, studio.url)
        page.wait_for_function(NAME, arg="rgb(24, 24, 27)")
        for theme, colour in (("Dark", "rgb(237, 237, 239)"), ("Light", "rgb(24, 24, 27)")):
            page.get_by_test_id("stMainMenuButton").click()
            page.get_by_role("menuitemradio", name=theme).click()
            page.wait_for_function(NAME, arg=colour)
            page.keyboard.press("Escape")
            go(page, "Gallery")  # there the logo is a button that leads back
            page.wait_for_function(NAME, arg=colour)
            page.get_by_role("button", name="Navigate to home page").click()
            expect(page.get_by_role("heading", name="Image", exact=True)).to_be_visible()
