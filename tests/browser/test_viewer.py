"""The viewer: a result large, with its address, by mouse, keyboard and touch."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox.server import Sandbox
from tests.browser import scenes
from tests.browser.axe import FITS, serious
from tests.browser.driving import DRAWN, errors, idle, new_context, prompt, there, visit
from tests.browser.studio import Studio

pytestmark = pytest.mark.browser

CLAY = "Three clay vases on a seamless backdrop, soft daylight from the left"
SCALE = "image => new DOMMatrix(getComputedStyle(image).transform).a"


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    with scenes.opened(scenes.day) as found:
        yield found


def results(page: Page, words: str) -> Locator:
    return page.get_by_role("link", name=re.compile(rf"^{words}"))


def viewer(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_a_result_is_seen_large_and_left_where_one_was(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    visit(wide, opened[0].url)
    second = results(wide, CLAY).nth(1)
    second.click()
    expect(viewer(wide)).to_be_visible()
    expect(viewer(wide).get_by_text(CLAY, exact=True)).to_be_visible()
    expect(viewer(wide).get_by_text("WeryAI Image 2.0")).to_be_visible()
    shown = viewer(wide).get_by_role("img", name=CLAY).first
    expect(shown).to_have_attribute("src", re.compile(r"/archive/.*\.png\?"))
    expect(wide).to_have_url(re.compile(r"\?result=job_\w+\.\d+$"))
    assert not serious(wide)
    before = viewer(wide).get_by_role("status").inner_text()
    wide.keyboard.press("ArrowRight")
    expect(viewer(wide).get_by_role("status")).not_to_have_text(before)
    expect(results(wide, CLAY)).to_have_count(4)
    wide.keyboard.press("Escape")
    expect(viewer(wide)).to_be_hidden()
    expect(wide).not_to_have_url(re.compile("result"))
    expect(results(wide, CLAY).nth(2)).to_be_focused()


def test_escape_closes_what_is_open_in_the_viewer_as_often_as_it_is_pressed(
    opened: tuple[Studio, Sandbox], page: Page
) -> None:
    visit(page, opened[0].url)
    results(page, CLAY).first.click()
    menus = viewer(page).locator("details")
    expect(menus).not_to_have_count(0)
    for menu in [*menus.all(), menus.first]:
        menu.locator("summary").click()
        expect(menu).to_have_attribute("open", "")
        page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        expect(viewer(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(viewer(page)).to_be_hidden()
    expect(page).to_have_url(f"{opened[0].url}/")


def test_a_viewer_that_the_browser_closes_loses_its_address_and_opens_again(
    opened: tuple[Studio, Sandbox], page: Page
) -> None:
    visit(page, opened[0].url)
    for _ in range(2):
        results(page, CLAY).first.click()
        expect(page).to_have_url(re.compile("result"))
        viewer(page).evaluate("dialog => dialog.close()")
        expect(page).to_have_url(f"{opened[0].url}/")
        expect(results(page, CLAY).first).to_be_focused()


def test_the_address_of_a_result_opens_it_and_back_closes_it(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    visit(wide, opened[0].url)
    results(wide, CLAY).first.click()
    expect(viewer(wide)).to_be_visible()
    address = wide.url
    wide.go_back()
    expect(viewer(wide)).to_be_hidden()
    wide.go_forward()
    expect(viewer(wide)).to_be_visible()
    wide.goto(address)
    expect(viewer(wide).get_by_text(CLAY, exact=True)).to_be_visible()
    wide.get_by_role("button", name="Close").click()
    expect(viewer(wide)).to_be_hidden()
    expect(wide).to_have_url(f"{opened[0].url}/")
    assert wide.evaluate(FITS)


def test_an_address_of_nothing_says_so(opened: tuple[Studio, Sandbox], page: Page) -> None:
    page.goto(f"{opened[0].url}/?result=job_nothing.1")
    expect(viewer(page).get_by_text("This was not found")).to_be_visible()


def test_a_picture_is_zoomed_and_moved(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    visit(wide, opened[0].url)
    results(wide, CLAY).first.click()
    shown = viewer(wide).get_by_role("img", name=CLAY).first
    expect(shown).to_be_visible()
    there(wide)
    fitted = shown.evaluate(SCALE)
    shown.hover()
    spread(wide, 300) if is_touched(wide) else wide.mouse.wheel(0, -300)
    assert shown.evaluate(SCALE) > fitted
    wide.keyboard.press("0")
    assert shown.evaluate(SCALE) == fitted
    viewer(wide).get_by_role("button", name="Fit or 1:1").click() if is_touched(wide) else shown.dblclick()
    assert shown.evaluate(SCALE) == (1 if fitted < 1 else 2)
    before = shown.bounding_box()
    if is_touched(wide):
        swipe(wide, 300)
        expect(viewer(wide).get_by_role("img", name=CLAY)).to_have_count(1)  # the same, moved
    else:
        wide.mouse.down()
        wide.mouse.move(600, 300, steps=4)
        wide.mouse.up()
    assert shown.bounding_box() != before
    assert not serious(wide)


def is_touched(page: Page) -> bool:
    return bool(page.evaluate("navigator.maxTouchPoints > 0"))


def spread(page: Page, y: float) -> None:
    """Draw two fingers apart at this height."""
    moves = [("touchMove", gap) for gap in range(50, 120, 10)]
    touch = page.context.new_cdp_session(page)
    for kind, gap in (("touchStart", 40), *moves):
        points = [{"x": 190 + way * gap, "y": y, "id": number} for number, way in enumerate((-1, 1))]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = new_context(browser, width=390, touch=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("sends_double_clicks", [True, False])
def test_two_taps_zoom_and_two_more_show_the_whole_picture_again(
    opened: tuple[Studio, Sandbox], phone: Page, sends_double_clicks: bool
) -> None:
    if not sends_double_clicks:  # as Safari of a phone
        phone.add_init_script("addEventListener('dblclick', event => event.stopImmediatePropagation(), true)")
    visit(phone, opened[0].url)
    results(phone, CLAY).first.tap()
    shown = viewer(phone).get_by_role("img", name=CLAY).first
    expect(shown).to_be_visible()
    there(phone)
    fitted = shown.evaluate(SCALE)
    for scale in (1, fitted):
        for _ in range(2):
            phone.touchscreen.tap(200, 300)
        phone.evaluate(DRAWN)
        assert shown.evaluate(SCALE) == scale


def swipe(page: Page, y: float) -> None:
    """Draw a finger to the left at this height."""
    touch = page.context.new_cdp_session(page)
    moves = [("touchMove", [{"x": x, "y": y + 5}]) for x in range(290, 150, -10)]
    for kind, points in (("touchStart", [{"x": 300, "y": y}]), *moves, ("touchEnd", [])):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_swipe_leads_to_the_next(opened: tuple[Studio, Sandbox], phone: Page) -> None:
    visit(phone, opened[0].url)
    results(phone, CLAY).first.tap()
    before = viewer(phone).get_by_role("status").inner_text()
    swipe(phone, 300)
    expect(viewer(phone).get_by_role("status")).not_to_have_text(before)


def test_a_swipe_over_a_video_leads_to_the_next_and_one_over_its_slider_does_not(
    opened: tuple[Studio, Sandbox], phone: Page
) -> None:
    visit(phone, f"{opened[0].url}/video", "Video")
    phone.get_by_role("link", name="View large").first.tap()
    status, player = viewer(phone).get_by_role("status"), viewer(phone).locator("video")
    expect(status).to_have_text("1 of 4")
    there(phone)
    box = player.bounding_box()
    assert box
    swipe(phone, box["y"] + box["height"] - 20)
    phone.evaluate(DRAWN)
    expect(status).to_have_text("1 of 4")
    swipe(phone, box["y"] + box["height"] / 2)
    expect(status).to_have_text("2 of 4")


def test_the_next_job_is_made_from_what_is_seen(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    visit(wide, opened[0].url)
    prompt(wide).fill("Mine")
    prompt(wide).blur()
    there(wide)
    square, landscape = (wide.get_by_role("radio", name=ratio) for ratio in ("1:1", "16:9"))
    for way, text, ratio in (
        ("Prompt only", CLAY, landscape),
        ("Settings only", "Mine", square),
        ("Everything", CLAY, square),
    ):
        results(wide, CLAY).first.click()
        viewer(wide).get_by_text("Reuse").click()
        viewer(wide).get_by_role("button", name=way).click()
        expect(viewer(wide)).to_be_hidden()
        expect(prompt(wide)).to_have_value(text)
        expect(ratio).to_be_checked()
        expect(prompt(wide)).to_be_in_viewport()
        idle(wide)
        if way != "Everything":
            wide.get_by_role("button", name="Undo", exact=True).click()
            idle(wide)  # until the run's end the page may have a widget twice, where it was and where it comes
            expect(prompt(wide)).to_have_value("Mine")
            expect(landscape).to_be_checked()
    results(wide, CLAY).first.click()
    viewer(wide).get_by_text("Use as input").click()
    uses = viewer(wide).locator("details[open] button")
    expect(uses).to_have_count(5)
    for use in uses.all():
        expect(use).to_be_in_viewport(ratio=1)
    viewer(wide).get_by_role("button", name="Change this image").click()
    reference = results(wide, "Reference: ")
    reference.click()
    expect(viewer(wide).get_by_text("Reference image")).to_be_visible()
    expect(viewer(wide).get_by_role("status")).to_have_text("1 of 1")  # the arrows don't lead to results from here
    wide.keyboard.press("Escape")
    expect(viewer(wide)).to_be_hidden()
    expect(reference).to_be_focused()
    assert not serious(wide) and wide.evaluate(FITS)


def test_a_video_has_no_zoom_and_says_so(opened: tuple[Studio, Sandbox], page: Page) -> None:
    thrown = errors(page)
    visit(page, f"{opened[0].url}/video", "Video")
    page.get_by_role("link", name="View large").first.click()
    expect(viewer(page).locator("video")).to_be_visible()
    for name in ("Zoom out", "Fit or 1:1", "Zoom in"):
        expect(viewer(page).get_by_role("button", name=name)).to_be_disabled()
    for key in ("1", "0", "+", "-"):
        page.keyboard.press(key)
    viewer(page).locator("video").dblclick(position={"x": 20, "y": 20})
    page.evaluate(DRAWN)
    assert not thrown
    visit(page, opened[0].url)
    results(page, CLAY).first.click()
    expect(viewer(page).get_by_role("button", name="Fit or 1:1")).to_be_enabled()


PLAYS = "() => document.querySelector('dialog video')?.currentTime > 0.1"
STANDS = "() => document.querySelector('dialog video')?.paused"


def test_a_video_plays_in_it_and_the_next_one_after_it(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    visit(wide, f"{opened[0].url}/video", "Video")
    wide.get_by_role("link", name="View large").first.click()
    wide.wait_for_function(PLAYS)
    assert not serious(wide)
    viewer(wide).get_by_role("button", name="Next").click()
    expect(viewer(wide).get_by_role("status")).to_have_text("2 of 4")
    wide.wait_for_function(PLAYS)
    viewer(wide).get_by_role("button", name="Close").click()
    expect(viewer(wide)).to_be_hidden()
    assert wide.evaluate(FITS)


def test_a_video_stops_by_the_space_bar(opened: tuple[Studio, Sandbox], page: Page) -> None:
    visit(page, f"{opened[0].url}/video", "Video")
    page.get_by_role("link", name="View large").first.click()
    expect(viewer(page)).to_be_focused()
    page.wait_for_function(PLAYS)
    page.keyboard.press("Space")
    page.wait_for_function(STANDS)
    page.keyboard.press("Space")
    page.wait_for_function(f"() => !({STANDS})()")
    viewer(page).locator("video").focus()  # the browser's own player has the same key
    page.keyboard.press("Space")
    page.wait_for_function(STANDS)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(PLAYS)
    page.keyboard.press("Space")
    page.wait_for_function(STANDS)


def test_the_space_bar_does_nothing_to_an_image_and_presses_a_button(
    opened: tuple[Studio, Sandbox], page: Page
) -> None:
    visit(page, opened[0].url)
    results(page, CLAY).first.press("Enter")
    expect(viewer(page)).to_be_focused()
    place = viewer(page).get_by_role("status").inner_text()
    page.keyboard.press("Space")
    expect(viewer(page).get_by_role("status")).to_have_text(place)
    viewer(page).get_by_role("button", name="Next").press("Space")
    expect(viewer(page).get_by_role("status")).not_to_have_text(place)
    viewer(page).get_by_role("button", name="Close").press("Space")
    expect(viewer(page)).to_be_hidden()
