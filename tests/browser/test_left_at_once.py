"""What is pressed in the gallery and its viewer is kept, however fast more follows and the page is left."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import scenes
from tests.browser.driving import visit
from tests.browser.test_gallery import results
from tests.conftest import until

pytestmark = pytest.mark.browser

RESULTS, SOME = 13, 8


@pytest.fixture
def gallery(page: Page) -> Iterator[Page]:
    """The gallery, which was reached from the Image page."""
    with scenes.opened(scenes.day) as (studio, _):
        visit(page, studio.url, "Image")
        page.get_by_role("link", name="Gallery").click()
        expect(page.get_by_text(f"{RESULTS} results")).to_be_visible()
        expect(results(page)).to_have_count(RESULTS)
        yield page


def favour(page: Page) -> None:
    for place in range(SOME):
        results(page).nth(place).press("f")


def there_are(page: Page, number: int, query: str) -> None:
    """The gallery has so many results: what a page posts when it is left is written a moment later."""
    url = f"{page.url.partition('?')[0].rstrip('/').removesuffix('/gallery')}/gallery?{query}"

    def is_seen() -> bool:
        visit(page, url, "Gallery")
        return page.get_by_text(f"{number} results", exact=True).is_visible()

    until(is_seen)


def test_favourites_are_kept_when_another_page_is_opened_at_once(gallery: Page) -> None:
    favour(gallery)
    gallery.get_by_role("link", name="Image", exact=True).first.click()
    expect(gallery.get_by_role("heading", name="Image")).to_be_visible()
    there_are(gallery, SOME, "favourite=yes")


def test_favourites_are_kept_when_another_filter_is_chosen_at_once(gallery: Page) -> None:
    favour(gallery)
    gallery.get_by_role("searchbox", name="Search").fill("clay")
    gallery.keyboard.press("Enter")
    expect(gallery).to_have_url(re.compile("words=clay"))
    there_are(gallery, SOME, "favourite=yes")


def test_what_is_deleted_in_the_viewer_is_deleted_when_the_page_is_left_at_once(gallery: Page) -> None:
    results(gallery).first.click()
    expect(gallery.get_by_role("dialog").get_by_role("status")).to_have_text(f"1 of {RESULTS}")
    for _ in range(SOME):
        gallery.keyboard.press("Delete")
    gallery.go_back()
    gallery.go_back()
    expect(gallery.get_by_role("heading", name="Image")).to_be_visible()
    there_are(gallery, SOME, "deleted=yes")
    there_are(gallery, RESULTS - SOME, "")
