"""A picture from words, a video from that picture, a longer one from its end; what is pasted, dropped and typed."""

import base64

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from sandbox.server import Sandbox
from tests.browser.axe import FITS, serious
from tests.browser.driving import cards, choose, form, generate, give, go, idle, new_context, prompt, there, visit
from tests.browser.studio import Start
from tests.fault_matrix import picture

pytestmark = pytest.mark.browser

RED, GREEN, BLUE = (picture(colour * 64, 8) for colour in (b"\xff\0\0", b"\0\xff\0", b"\0\0\xff"))
HAND = """(place, [way, name, content, types]) => {
    const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0));
    const given = new DataTransfer();
    given.items.add(new File([bytes], name, {type: "image/png"}));
    types.forEach(type => given.setData(type, name));
    const said = {bubbles: true, cancelable: true};
    const event = way === "paste" ? new ClipboardEvent("paste", {clipboardData: given, ...said})
        : new DragEvent("drop", {dataTransfer: given, ...said});
    place.dispatchEvent(event);
    return event.defaultPrevented;
}"""

SCROLLED = (
    "document.querySelector('.st-key-inputs').scrollTop + document.querySelector('[data-testid=stMain]').scrollTop"
)
IS_SEEN = """choice => {
  const {x, top, bottom} = choice.getBoundingClientRect();
  return choice.contains(document.elementFromPoint(x + 9, (top + bottom) / 2));
}"""
# The line that says that nothing was sent goes after six seconds: here it does not.
NEVER_IN_TIME = """() => {
  const set = window.setTimeout;
  window.setTimeout = (run, pause, ...given) => pause === 6000 ? 0 : set(run, pause, ...given);
}"""


def hand(place: Locator, way: str, name: str, content: bytes, *types: str) -> bool:
    """Paste or drop a picture there, with words in these types beside it; says whether the page took it."""
    return bool(place.evaluate(HAND, [way, name, base64.b64encode(content).decode(), list(types)]))


def bodies(sandbox: Sandbox, group: str) -> list[dict[str, object]]:
    return [task.body for task in sandbox.backend.tasks.values() if task.group == group]


def test_from_text_to_an_image_to_a_video_to_a_longer_one(start: Start, page: Page, sandbox: Sandbox) -> None:
    visit(page, start(sandbox).url)
    generate(page, "Two hills and a sun")
    expect(cards(page, "Two hills")).to_contain_text("saved")
    cards(page, "Two hills").get_by_role("button", name="Use as input").click()
    page.get_by_role("menuitem", name="Start a video with it").click()
    expect(page.get_by_role("heading", name="Video", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="Reference: Two hills")).to_be_visible()

    generate(page, "The sun climbs")
    expect(cards(page, "The sun climbs")).to_contain_text("saved")
    expect(cards(page, "The sun climbs")).to_contain_text("1 reference image")
    first = page.get_by_role("img", name="Reference:").get_attribute("src")
    cards(page, "The sun climbs").get_by_role("button", name="Continue").click()
    expect(page.get_by_role("img", name="Reference: The end of")).not_to_have_attribute("src", str(first))

    generate(page, "The sun goes down")
    expect(cards(page, "The sun goes down")).to_contain_text("saved")
    pictures = [str(body["image"]) for body in bodies(sandbox, "video")]
    assert len(set(pictures)) == 2 and all(sandbox.url in address for address in pictures)
    assert sandbox.backend.posts["/v1/generation/image-to-video"] == 2


def test_of_several_results_one_is_used_by_sight(start: Start, page: Page, sandbox: Sandbox) -> None:
    visit(page, start(sandbox).url)
    page.get_by_role("radiogroup", name="Number of images").get_by_role("radio", name="2").click()
    generate(page, "Two hills")
    expect(cards(page, "Two hills")).to_contain_text("saved")
    expect(cards(page, "Two hills").get_by_role("img", name="Two hills")).to_have_count(2)
    cards(page, "Two hills").get_by_role("button", name="Use as input…").click()
    second = page.get_by_role("dialog").get_by_role("img", name="Image 2").get_attribute("src")
    assert not hand(page.locator("body"), "paste", "behind.png", RED), "not behind a dialog"
    page.get_by_role("dialog").get_by_role("button", name="Image 2").click()
    page.get_by_role("menuitem", name="Change this image").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("img", name="Reference: Two hills")).to_have_attribute("src", str(second))


def test_a_picture_is_pasted_one_is_dropped_and_what_no_list_knows_is_typed(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    visit(page, start(sandbox).url)
    go(page, "Video")
    page.get_by_role("radiogroup", name="Start from").get_by_role("radio", name="Frames").click()
    expect(page.get_by_text("Last frame")).to_be_visible()
    idle(page)
    uploads: list[Route] = []

    def hold(upload: Route) -> None:
        uploads.append(upload)

    page.route("**/_stcore/upload_file/**", hold)
    hand(page.locator("body"), "paste", "clipboard.png", RED)
    expect(page.get_by_test_id("stFileChip")).to_be_visible()
    page.evaluate(NEVER_IN_TIME)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Nothing was sent. A file is still being added.")).to_be_visible()
    for upload in uploads:
        upload.continue_()
    page.unroute("**/_stcore/upload_file/**")
    expect(page.get_by_role("img", name="Reference: clipboard.png")).to_be_visible()
    idle(page)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Nothing was sent. A file is still being added.")).to_be_hidden()  # by the press
    idle(page)
    page.get_by_placeholder("Paste an image or a link").fill("https://example.com/a.png")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Nothing was sent. A link is not in the form yet.")).to_be_visible()
    page.get_by_placeholder("Paste an image or a link").fill("")
    idle(page)
    give(page, "last.png", BLUE)
    expect(page.get_by_role("img", name="Reference: last.png")).to_be_visible()
    idle(page)

    choose(page, "Model", "KLING_V3_0_PRO")
    expect(page.get_by_text("We don't know this model's limits for aspect ratio and duration")).to_be_visible()
    choose(page, "Duration", "abc")
    prompt(page).fill("From red to blue")
    page.get_by_role("button", name="Generate").click()
    expect(form(page).get_by_text("whole number of seconds")).to_be_visible()
    idle(page)
    choose(page, "Duration", "7")
    expect(form(page).get_by_text("whole number of seconds")).to_have_count(0)
    generate(page, "From red to blue")
    expect(cards(page, "From red to blue")).to_contain_text("7 s")
    assert not serious(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(FITS)
    (body,) = bodies(sandbox, "video")
    assert body["duration"] == 7 and body["first_pic_url"] != body["end_pic_url"]


def test_the_buttons_under_small_references_stand_in_one_row_for_a_finger(
    start: Start, browser: Browser, sandbox: Sandbox
) -> None:
    page = new_context(browser, width=390, touch=True).new_page()
    visit(page, f"{start(sandbox).url}/video", "Video")
    page.get_by_role("radiogroup", name="Start from").get_by_role("radio", name="Images").click()
    idle(page)
    for name, content in (("red.png", RED), ("green.png", GREEN), ("blue.png", BLUE)):
        give(page, name, content)
        expect(page.get_by_role("img", name=f"Reference: {name}")).to_be_visible()
        idle(page)
    rows = page.locator("[class*=st-key-icons-]")
    expect(rows).to_have_count(3)
    for row, number in zip(rows.all(), (2, 3, 2), strict=True):
        boxes = [one.bounding_box() for one in (row, *row.get_by_role("button").all())]
        assert len(boxes) == 1 + number and len({box and box["y"] for box in boxes}) == 1, boxes
        assert all(box and box["width"] >= 24 for box in boxes), "as wide as WCAG 2.5.8 wants it"
    page.wait_for_function(FITS)
    page.context.close()


def test_a_picture_is_taken_where_it_is_meant_and_nowhere_else(start: Start, page: Page, sandbox: Sandbox) -> None:
    visit(page, start(sandbox).url)
    go(page, "Video")
    page.get_by_role("radiogroup", name="Start from").get_by_role("radio", name="Frames").click()
    expect(page.get_by_text("Last frame")).to_be_visible()
    idle(page)
    for name, content in (("first.png", RED), ("last.png", BLUE)):
        hand(prompt(page), "paste", name, content, "text/plain")  # as from a file manager, which gives the name, too
        expect(page.get_by_role("img", name=f"Reference: {name}")).to_be_visible()
        idle(page)
    hand(page.get_by_role("img", name="Reference: first.png"), "drop", "other.png", GREEN)
    expect(page.get_by_role("img", name="Reference: other.png")).to_be_visible()
    expect(page.get_by_role("img", name="Reference: first.png")).to_have_count(0)
    expect(page.get_by_role("img", name="Reference: last.png")).to_be_visible()
    idle(page)
    assert hand(page.get_by_role("heading", name="Video", exact=True), "drop", "missed.png", RED), "the page stays"
    assert not hand(page.get_by_role("textbox", name="API key"), "paste", "key.png", RED)
    assert not hand(prompt(page), "paste", "words.png", RED, "text/plain", "text/html")
    idle(page)
    expect(page.get_by_role("img", name="Reference:")).to_have_count(2)


def test_what_is_dropped_first_after_a_reload_is_taken(start: Start, page: Page, sandbox: Sandbox) -> None:
    visit(page, start(sandbox).url)
    page.get_by_role("radiogroup", name="Start from").get_by_role("radio", name="Images").click()
    idle(page)
    page.reload()
    expect(page.get_by_role("radio", name="Images")).to_be_checked()
    idle(page)
    hand(prompt(page), "drop", "red.png", RED)
    expect(page.get_by_role("img", name="Reference: red.png")).to_be_visible()


def test_a_downloaded_image_that_is_given_back_fills_the_form_again(start: Start, wide: Page, sandbox: Sandbox) -> None:
    visit(wide, start(sandbox).url)
    wide.get_by_role("radiogroup", name="Aspect ratio").get_by_role("radio", name="9:16").click()
    generate(wide, "Two hills and a sun")
    expect(cards(wide, "Two hills")).to_contain_text("saved")
    wide.get_by_text("Prompt and settings in downloads").click()
    idle(wide)
    with wide.expect_download() as download:
        cards(wide, "Two hills").get_by_role("link", name="Download").click()
    image = download.value.path().read_bytes()

    wide.get_by_role("radiogroup", name="Aspect ratio").get_by_role("radio", name="1:1").click()
    prompt(wide).fill("Something else")
    prompt(wide).blur()
    there(wide)
    if wide.evaluate("navigator.maxTouchPoints > 0"):  # where nothing is dropped, the file is chosen
        wide.get_by_role("radiogroup", name="Start from").get_by_role("radio", name="Images").click()
        idle(wide)
        give(wide, "two-hills.png", image)
    else:
        assert hand(prompt(wide), "drop", "two-hills.png", image)
    expect(form(wide).get_by_text("two-hills.png carries the prompt and settings")).to_be_visible()
    expect(wide.get_by_role("button", name="Fill the form")).to_be_in_viewport()
    expect(wide.get_by_role("img", name="Reference: two-hills.png")).to_be_visible()
    wide.get_by_role("button", name="Fill the form").click()
    expect(prompt(wide)).to_have_value("Two hills and a sun")
    expect(form(wide).get_by_text("Filled from two-hills.png.")).to_be_visible()
    expect(wide.get_by_role("radio", name="Text", exact=True)).to_be_checked()
    expect(wide.get_by_role("radio", name="9:16")).to_be_checked()
    expect(wide.get_by_role("img", name="Reference:")).to_have_count(0)
    wide.get_by_role("button", name="Undo").click()
    expect(prompt(wide)).to_have_value("Something else")
    there(wide)
    assert not serious(wide) and wide.evaluate(FITS)


def test_generate_stays_in_view_below_a_long_form_and_covers_no_field(
    start: Start, wide: Page, sandbox: Sandbox
) -> None:
    visit(wide, f"{start(sandbox).url}/video", "Video")
    wide.get_by_role("radiogroup", name="Start from").get_by_role("radio", name="References").click()
    number = wide.get_by_role("radiogroup", name="Number of videos")
    expect(number).to_be_attached()
    wide.wait_for_function("() => innerWidth < 1000 || document.documentElement.hasAttribute('data-form-beside')")
    there(wide)
    generate = wide.get_by_role("button", name="Generate")
    expect(generate).to_be_in_viewport(ratio=1)
    generate.scroll_into_view_if_needed()
    assert wide.evaluate(SCROLLED) == 0, "it is in view"
    choice = number.get_by_role("radio").first
    expect(choice).not_to_be_in_viewport()
    choice.evaluate("choice => choice.scrollIntoView({block: 'end'})")
    expect(choice).to_be_in_viewport()
    assert choice.evaluate(IS_SEEN), "the bar of Generate is below it"
    expect(generate).to_be_in_viewport(ratio=1)
    assert wide.evaluate(FITS) and not serious(wide)
