"""The gallery as people use it: find a result, see it large, mark, collect, delete and undo, on every width."""

import re
import secrets
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox.server import Sandbox
from tests.browser import scenes
from tests.browser.axe import FITS, serious
from tests.browser.driving import generate, idle, new_context, pick, visit
from tests.browser.studio import Studio

pytestmark = pytest.mark.browser

CLAY = "Three clay vases on a seamless backdrop, soft daylight from the left"


@pytest.fixture
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    with scenes.opened(scenes.day) as found:
        yield found


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[Studio, Sandbox]]:
    """A studio for tests that leave its results as they are."""
    with scenes.opened(scenes.day) as found:
        yield found


def come(page: Page, studio: Studio, query: str = "") -> None:
    visit(page, f"{studio.url}/gallery{query}", "Gallery")


def results(page: Page, words: str = "") -> Locator:
    return page.locator(".studio-grid").get_by_role("link", name=re.compile(words))


def select(page: Page, *places: int) -> None:
    page.get_by_text("Select", exact=True).click()
    boxes = page.get_by_role("checkbox", name=re.compile("^Select: "))
    expect(boxes.first).to_be_visible()
    for place in places:
        results(page).nth(place).click()  # as good as its box
        expect(boxes.nth(place)).to_be_checked()
    expect(page.get_by_text(f"{len(places)} selected")).to_be_visible()


def do(page: Page, action: str) -> None:
    bar = page.get_by_role("toolbar", name="Selected")
    button, more = (bar.get_by_role("button", name=name, exact=True) for name in (action, "More"))
    expect(button.or_(more).first).to_be_visible()
    if not button.is_visible():  # a phone's bar is folded
        more.click()
    button.click()


def test_a_result_is_found_seen_marked_and_found_again(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    come(wide, opened[0])
    expect(wide.get_by_text("13 results")).to_be_visible()
    assert not serious(wide)
    wide.get_by_role("searchbox", name="Search").fill("clay seamless daylight")
    wide.keyboard.press("Enter")
    expect(wide.get_by_text("4 results")).to_be_visible()
    expect(results(wide)).to_have_count(4)
    expect(wide).to_have_url(re.compile(r"words=clay\+seamless\+daylight"))
    results(wide).nth(1).click()
    viewer = wide.get_by_role("dialog")
    expect(viewer.get_by_role("status")).to_have_text("2 of 4")
    expect(viewer.get_by_role("button", name="Favourite")).to_be_visible()
    wide.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("status")).to_have_text("3 of 4")
    expect(viewer.get_by_text(CLAY, exact=True)).to_be_visible()
    wide.keyboard.press("f")
    expect(viewer.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    viewer.get_by_role("button", name="4 stars").click()
    expect(viewer.get_by_role("button", name="4 stars")).to_have_attribute("aria-pressed", "true")
    idle(wide)
    for key, place in (
        ("ArrowRight", "4 of 4"),
        ("ArrowLeft", "3 of 4"),
        ("ArrowLeft", "2 of 4"),
        ("ArrowRight", "3 of 4"),
    ):
        wide.keyboard.press(key)  # although a star has the focus
        expect(viewer.get_by_role("status")).to_have_text(place)
    wide.keyboard.press("Escape")
    expect(results(wide).nth(2)).to_be_focused()
    expect(wide.get_by_role("img", name="4 of 5 stars")).to_be_visible()
    wide.get_by_text("Favourites", exact=True).click()
    expect(wide.get_by_text("1 result", exact=True)).to_be_visible()
    wide.reload()
    expect(wide.get_by_text("1 result", exact=True)).to_be_visible()
    expect(results(wide)).to_have_count(1)
    assert wide.evaluate("document.documentElement.scrollWidth <= innerWidth")


ABOVE = """() => {
  const [toast, bar] = ["[data-testid=stToast]", ".studio-grid .bar"].map(one => document.querySelector(one));
  return toast?.getBoundingClientRect().bottom <= bar.getBoundingClientRect().top;
}"""


def test_results_are_tagged_collected_deleted_and_restored(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    come(wide, opened[0])
    select(wide, 0, 2)
    do(wide, "Tag…")
    wide.get_by_role("textbox", name="New tag").fill(f"sk-{'a1b2' * 8}")
    wide.keyboard.press("Enter")
    expect(wide.get_by_role("textbox", name="New tag")).to_have_value("")
    wide.get_by_role("button", name="Add tag").click()
    expect(wide.get_by_role("dialog").get_by_text("That was an API key, so it wasn't saved.")).to_be_visible()
    idle(wide)
    wide.get_by_role("textbox", name="New tag").fill("For Anna")
    wide.get_by_role("button", name="Add tag").click()
    expect(wide.get_by_text("2 results tagged For Anna.").last).to_be_visible()
    do(wide, "Undo")
    expect(wide.get_by_text("Undone.").last).to_be_visible()
    wide.wait_for_function(ABOVE)
    do(wide, "Tag…")
    wide.get_by_role("textbox", name="New tag").fill("For Anna")
    wide.get_by_role("button", name="Add tag").click()
    expect(wide.get_by_text("2 results tagged For Anna.").last).to_be_visible()
    do(wide, "Tag…")
    wide.get_by_role("textbox", name="New tag").fill("For anna")
    wide.get_by_role("button", name="Add tag").click()
    expect(wide.get_by_text("All of them have this tag")).to_be_visible()
    wide.keyboard.press("Escape")
    do(wide, "Collection…")
    wide.get_by_role("textbox", name="New collection").fill("Spring")
    wide.get_by_role("button", name="Add", exact=True).click()
    expect(wide.get_by_text("2 results added to Spring.")).to_be_visible()
    do(wide, "Delete")
    expect(wide.get_by_text("2 results deleted.")).to_be_visible()
    expect(wide.get_by_text("11 results")).to_be_visible()
    do(wide, "Undo")
    expect(wide.get_by_text("13 results")).to_be_visible()
    come(wide, opened[0], "?tag=for+anna")
    expect(results(wide)).to_have_count(2)
    assert not serious(wide)


def test_one_types_at_once_in_a_dialog_and_no_key_of_streamlit_closes_it(
    opened: tuple[Studio, Sandbox], page: Page
) -> None:
    come(page, opened[0])
    select(page, 0)
    do(page, "Tag…")
    tag, add = page.get_by_role("textbox", name="New tag"), page.get_by_role("button", name="Add tag")
    expect(tag).to_be_focused()
    page.keyboard.type("Red cars")
    page.keyboard.press("Enter")
    expect(tag).to_have_value("Red cars")
    add.focus()
    for key in ("r", "Shift+R", "c"):
        page.keyboard.press(key)
    idle(page)
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(tag).to_have_value("Red cars")
    add.click()
    expect(page.get_by_text("1 result tagged").last).to_be_visible()


def test_on_a_touch_screen_no_keyboard_opens_with_a_dialog(kept: tuple[Studio, Sandbox], browser: Browser) -> None:
    context = new_context(browser, width=390, touch=True)
    page = context.new_page()
    come(page, kept[0])
    select(page, 0)
    do(page, "Tag…")
    expect(page.get_by_role("textbox", name="New tag")).to_be_visible()
    idle(page)
    expect(page.get_by_role("dialog")).to_be_focused()
    context.close()


def test_a_result_is_a_favourite_by_its_heart_or_a_key(opened: tuple[Studio, Sandbox], page: Page) -> None:
    come(page, opened[0])
    hearts = page.get_by_role("button", name=re.compile("^Favourite: "))
    first, second = hearts.nth(0), hearts.nth(1)
    expect(first).to_have_css("opacity", "0")
    results(page).nth(0).hover()
    expect(first).to_have_css("opacity", "1")
    first.click()
    results(page).nth(1).focus()
    page.keyboard.press("f")
    for heart in (first, second):
        expect(heart).to_have_attribute("aria-pressed", "true")
    idle(page)
    expect(results(page).nth(1)).to_be_focused()
    second.press("Enter")
    expect(second).to_have_attribute("aria-pressed", "false")
    idle(page)
    expect(second).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.reload()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(first).to_have_css("opacity", "1")
    expect(second).to_have_attribute("aria-pressed", "false")
    assert not serious(page)
    select(page, 0)
    expect(page.get_by_role("listitem").filter(has=first)).to_have_class(re.compile("selected"))
    do(page, "Clear")
    expect(page.get_by_role("listitem").filter(has=first)).not_to_have_class(re.compile("selected"))


def test_a_collection_opens_by_its_address(kept: tuple[Studio, Sandbox], wide: Page) -> None:
    name = f"Spring {secrets.token_hex(3)}"  # the studio has the collections of the widths before
    come(wide, kept[0])
    select(wide, 1)
    do(wide, "Collection…")
    wide.get_by_role("textbox", name="New collection").fill(name)
    wide.get_by_role("button", name="Add", exact=True).click()
    expect(wide.get_by_text(f"1 result added to {name}").last).to_be_visible()
    do(wide, "Collection…")
    pick(wide, "Collection", name)
    wide.get_by_role("button", name="Add", exact=True).click()
    expect(wide.get_by_text(f"All of them are in {name}. Choose another")).to_be_visible()
    wide.keyboard.press("Escape")
    expect(wide.get_by_role("dialog")).to_have_count(0)
    wide.get_by_role("button", name="More").first.click()
    wide.get_by_role("combobox", name="Collection").fill(name)
    wide.keyboard.press("Enter")
    expect(wide.get_by_role("button", name="Copy link")).to_be_visible()
    address = wide.url
    other = wide.context.browser.new_page() if wide.context.browser else wide
    other.goto(address)
    expect(other.get_by_text("1 result", exact=True)).to_be_visible()
    expect(other.get_by_text(name, exact=True)).to_be_visible()
    other.close()
    idle(wide)
    wide.get_by_role("button", name="More").first.click()
    expect(wide.get_by_role("combobox", name="Collection")).to_be_hidden()
    expect(results(wide)).to_have_count(1)
    assert not serious(wide) and wide.evaluate(FITS)


def test_on_a_phone_the_bar_has_all_actions_and_nothing_is_cut(
    opened: tuple[Studio, Sandbox], browser: Browser
) -> None:
    context = new_context(browser, width=390, touch=True)
    page = context.new_page()
    come(page, opened[0])
    select(page, 0, 1)
    bar = page.get_by_role("toolbar", name="Selected")
    expect(bar.get_by_role("button", name="Favourite", exact=True)).to_be_visible()
    expect(bar.get_by_role("button", name="Compare")).to_be_hidden()
    bar.get_by_role("button", name="More").click()
    expect(bar.get_by_role("button", name="Compare")).to_be_visible()
    assert bar.evaluate("bar => [...bar.children].every(one => one.getBoundingClientRect().right <= innerWidth)")
    assert bar.evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    assert not serious(page)
    context.close()


def test_a_choice_for_downloads_in_the_bar_is_there_after_a_reload_and_in_the_viewer(
    opened: tuple[Studio, Sandbox], wide: Page
) -> None:
    come(wide, opened[0])
    select(wide, 0)
    choice = wide.get_by_role("toolbar", name="Selected").get_by_role("checkbox")
    if not choice.is_visible():
        wide.get_by_role("toolbar", name="Selected").get_by_role("button", name="More").click()
    choice.check()
    idle(wide)
    wide.reload()
    results(wide, CLAY).first.click()
    viewer = wide.get_by_role("dialog")
    link = viewer.get_by_role("link", name="Download")
    expect(link).to_have_attribute("href", re.compile("with-settings=yes"))
    viewer.get_by_role("checkbox", name="Prompt and settings in downloads").uncheck()
    expect(link).not_to_have_attribute("href", re.compile("with-settings=yes"))
    wide.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("checkbox")).not_to_be_checked()
    expect(link).not_to_have_attribute("href", re.compile("with-settings=yes"))


def test_a_result_is_opened_by_its_address_among_all_results(kept: tuple[Studio, Sandbox], browser: Browser) -> None:
    context = new_context(browser, width=390, touch=True)  # where few of them are drawn at once
    page = context.new_page()
    come(page, kept[0])
    results(page).nth(1).click()
    place = page.get_by_role("dialog").get_by_role("status")
    expect(place).to_have_text("2 of 13")
    page.reload()
    expect(place).to_have_text("2 of 13")
    for number in range(3, 14):
        page.keyboard.press("ArrowRight")
        expect(place).to_have_text(f"{number} of 13")
    context.close()


TOP = "document.querySelector('.studio-grid a').getBoundingClientRect().top"


def test_newer_results_come_when_they_are_asked_for_and_nothing_moves_before(
    opened: tuple[Studio, Sandbox], wide: Page
) -> None:
    come(wide, opened[0])
    expect(results(wide).first).to_be_visible()
    first, top = results(wide).first.get_attribute("data-result"), wide.evaluate(TOP)
    other = wide.context.new_page()
    visit(other, opened[0].url)
    generate(other, "A fox in the snow")
    show = wide.get_by_role("button", name="Show 1 new")
    wide.bring_to_front()  # a tab that nobody looks at asks for nothing
    expect(show).to_be_in_viewport()
    assert (results(wide).first.get_attribute("data-result"), wide.evaluate(TOP)) == (first, top)
    assert not serious(wide)
    select(wide, 1)
    expect(show).to_be_hidden()
    do(wide, "Clear")
    results(wide).last.scroll_into_view_if_needed()
    expect(show).to_be_in_viewport()
    show.dblclick()
    expect(wide.get_by_text("14 results")).to_be_visible()
    expect(results(wide, "A fox in the snow")).to_be_focused()
    expect(results(wide, "A fox in the snow")).to_be_in_viewport()
    expect(wide.get_by_role("dialog")).to_be_hidden()
    expect(show).to_be_hidden()
    assert wide.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_results_are_culled_in_the_viewer_one_after_the_other(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    come(wide, opened[0])
    viewer, undo = wide.get_by_role("dialog"), wide.get_by_role("dialog").get_by_role("button", name="Undo")
    results(wide, CLAY).first.click()
    expect(viewer.get_by_role("status")).to_have_text("4 of 13")
    first = re.compile(re.escape(wide.url))
    wide.keyboard.press("Delete")
    expect(viewer.get_by_role("status")).to_have_text("4 of 12")
    expect(wide).not_to_have_url(first)
    viewer.get_by_role("button", name="Delete").dblclick()
    expect(viewer.get_by_role("status")).to_have_text("4 of 11")
    wide.keyboard.press("ArrowLeft")
    wide.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("status")).to_have_text("4 of 11")
    wide.keyboard.press("Control+z")
    expect(viewer.get_by_role("status")).to_have_text("4 of 12")
    undo.click()
    expect(wide).to_have_url(first)
    expect(viewer.get_by_role("status")).to_have_text("4 of 13")
    expect(undo).to_be_hidden()
    wide.keyboard.press("Delete")
    wide.keyboard.press("Delete")
    expect(viewer.get_by_role("status")).to_have_text("4 of 11")
    seen = wide.url.partition("result=")[2]
    assert not serious(wide)
    wide.keyboard.press("Escape")
    expect(wide.get_by_text("11 results")).to_be_visible()
    expect(wide.locator(f".studio-grid a[data-result='{seen}']")).to_be_focused()
    do(wide, "Undo")
    expect(wide.get_by_text("13 results")).to_be_visible()


def test_the_last_result_goes_to_the_one_before_and_the_only_one_closes(
    opened: tuple[Studio, Sandbox], wide: Page
) -> None:
    come(wide, opened[0], "?words=sun+climbs")
    results(wide).first.click()
    expect(wide.get_by_role("dialog").get_by_role("status")).to_have_text("1 of 1")
    wide.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(wide.get_by_role("dialog")).to_be_hidden()
    expect(wide.get_by_text("1 result deleted.")).to_be_visible()
    assert not serious(wide) and wide.evaluate(FITS)
    wide.get_by_role("button", name="Undo").click()
    expect(wide.get_by_text("1 result", exact=True)).to_be_visible()
    come(wide, opened[0])
    expect(results(wide).first).to_be_visible()
    wide.mouse.move(300, 600)
    wide.mouse.wheel(0, 9999)  # a phone draws few of them at once
    wide.locator("[aria-posinset='13']").get_by_role("link").click()
    expect(wide.get_by_role("dialog").get_by_role("status")).to_have_text("13 of 13")
    wide.keyboard.press("Delete")
    expect(wide.get_by_role("dialog").get_by_role("status")).to_have_text("12 of 12")
    wide.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(wide.get_by_role("dialog").get_by_role("status")).to_have_text("13 of 13")


MIDDLE = """(() => {
  const middle = one => one.getBoundingClientRect().top + one.clientHeight / 2 - innerHeight / 2;
  const begin = [...document.querySelectorAll(".studio-grid .tile")].filter(one => one.style.left === "0px");
  const [nearest] = begin.sort((one, other) => Math.abs(middle(one)) - Math.abs(middle(other)));
  return nearest.querySelector("a").dataset.result;
})()"""
TALL = "document.querySelector('.studio-grid .place').offsetHeight"


def test_the_rows_have_a_size_that_the_browser_keeps(kept: tuple[Studio, Sandbox], wide: Page) -> None:
    come(wide, kept[0])
    larger, smaller = (wide.get_by_role("button", name=name, exact=True) for name in ("Larger", "Smaller"))
    smaller.click()
    expect(smaller).to_have_attribute("aria-disabled", "true")
    small = wide.evaluate(TALL)
    results(wide).nth(7).evaluate("one => one.scrollIntoView({block: 'center'})")
    seen = wide.locator(f".studio-grid a[data-result='{wide.evaluate(MIDDLE)}']")
    for _ in range(3):
        larger.click()
        expect(seen).to_be_in_viewport()
    expect(larger).to_be_focused()
    expect(larger).to_have_attribute("aria-disabled", "true")
    assert not serious(wide)
    wide.reload()
    expect(larger).to_have_attribute("aria-disabled", "true")
    expect(results(wide).first).to_be_visible()
    assert wide.evaluate(TALL) > small
    assert wide.evaluate("document.documentElement.scrollWidth <= innerWidth")


UNDER = "([x, y]) => document.elementFromPoint(x, y).closest('a')?.dataset.result"


def test_the_second_click_of_a_double_click_does_nothing_in_the_viewer(
    kept: tuple[Studio, Sandbox], page: Page
) -> None:
    come(page, kept[0])
    results(page).first.click()
    delete = page.get_by_role("dialog").get_by_role("button", name="Delete")
    box = delete.bounding_box()
    assert box
    place = box["x"] + 9, box["y"] + 9
    page.keyboard.press("Escape")
    expect(delete).to_be_hidden()
    under = page.evaluate(UNDER, list(place))
    assert under, "a result lies where the viewer has Delete"
    page.mouse.click(*place)
    expect(delete).to_be_visible()  # from now on it is there at once
    page.keyboard.press("Escape")
    expect(delete).to_be_hidden()
    page.mouse.dblclick(*place)
    expect(delete).to_be_visible()
    idle(page)
    page.keyboard.press("Escape")
    expect(page.get_by_text("13 results")).to_be_visible()


def test_what_is_selected_is_downloaded_as_a_zip(kept: tuple[Studio, Sandbox], wide: Page) -> None:
    come(wide, kept[0], "?kind=video")
    wide.get_by_text("Select", exact=True).click()
    wide.get_by_role("checkbox", name=re.compile("^Select: ")).first.check()
    do(wide, "Select all 4")
    with wide.expect_download() as download:
        do(wide, "Download ZIP")
    with zipfile.ZipFile(download.value.path()) as bundle:
        assert bundle.testzip() is None
        assert sorted(name.rpartition(".")[2] for name in bundle.namelist()) == ["json"] * 4 + ["mp4"] * 4
    with wide.expect_download():
        do(wide, "Download ZIP")
    expect(wide.get_by_role("heading", name="Gallery")).to_be_visible()
    assert not serious(wide) and wide.evaluate(FITS)


def test_videos_play_where_the_mouse_is_and_large_where_there_is_none(kept: tuple[Studio, Sandbox], wide: Page) -> None:
    come(wide, kept[0], "?kind=video")
    film = results(wide).first
    if wide.evaluate("navigator.maxTouchPoints > 0"):
        film.tap()
        wide.wait_for_function("() => document.querySelector('dialog video')?.currentTime > 0")
        wide.get_by_role("button", name="Close").tap()
        expect(wide.get_by_role("dialog")).to_be_hidden()
    else:
        film.hover()
        expect(film.locator("video")).to_be_attached()
        wide.wait_for_function("() => document.querySelector('.studio-grid video')?.currentTime > 0")
        wide.mouse.move(0, 0)
    expect(film.locator("video")).to_have_count(0)
