"""Comparing as people do: from the gallery to a grid, two results on one stage, votes, blind rows; on every width."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests.browser import scenes
from tests.browser.axe import FITS, serious
from tests.browser.driving import errors, idle, new_context, there, visit
from tests.browser.scenes import DUNES, PEONY, SEA, VARIANTS
from tests.browser.studio import Studio
from tests.browser.test_gallery import do as do_in_gallery

pytestmark = pytest.mark.browser
Opened = tuple[Studio, Sandbox]


@pytest.fixture(scope="module")
def kept() -> Iterator[Opened]:
    """A studio with a comparison, for tests that leave it as it is, but for votes."""
    with scenes.opened(scenes.compared) as found:
        yield found


@pytest.fixture
def opened() -> Iterator[Opened]:
    with scenes.opened(scenes.compared) as found:
        yield found


def come(page: Page, studio: Studio, query: str = "") -> None:
    """Open the comparison by its name, and then by its address."""
    visit(page, f"{studio.url}/compare", "Compare")
    page.get_by_role("button", name="Bake-off").click()
    expect(row(page, DUNES)).to_be_visible()
    expect(page).to_have_url(re.compile(r"comparison=cmp_\w+"))
    if query:
        visit(page, f"{page.url}&{query}", "Compare")
        expect(row(page, DUNES)).to_be_visible()
    there(page)


def row(page: Page, prompt: str) -> Locator:
    return page.get_by_role("region", name=prompt)


def picks(page: Page, prompt: str) -> Locator:
    return row(page, prompt).get_by_role("button", name=re.compile("^Compare: "))


def stage(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Two results")


def both(page: Page, prompt: str) -> Locator:
    """Open the first two results of a row on the stage, the second by the keyboard."""
    picks(page, prompt).nth(0).click()
    expect(picks(page, prompt).nth(0)).to_have_attribute("aria-pressed", "true")
    picks(page, prompt).nth(1).press("Enter")
    expect(stage(page)).to_be_visible()
    return stage(page)


TRANSFORMS = "[...document.querySelectorAll('.studio-pair .stage img')].map(one => one.style.transform)"
CLIP = "document.querySelector('.studio-pair').style.getPropertyValue('--at')"
TIMES = "[...document.querySelectorAll('.studio-pair video')].map(one => one.currentTime)"


def test_what_is_selected_in_the_gallery_is_compared_voted_for_and_found_again(opened: Opened, wide: Page) -> None:
    visit(wide, f"{opened[0].url}/gallery?words=peony", "Gallery")
    wide.get_by_text("Select", exact=True).click()
    wide.get_by_role("checkbox", name=re.compile("^Select: ")).first.check()
    wide.get_by_role("button", name="Select all 2").click()
    do_in_gallery(wide, "Compare")
    expect(wide.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    expect(picks(wide, PEONY)).to_have_count(2)
    assert not serious(wide)
    vote = row(wide, PEONY).get_by_role("button", name=re.compile("^Vote: Seedream"))
    vote.click()
    mine = row(wide, PEONY).get_by_role("button", name=re.compile("^Your vote: Seedream"))
    expect(mine).to_be_focused()
    expect(row(wide, PEONY).get_by_text("1 vote", exact=True)).to_be_visible()
    expect(wide.get_by_role("row", name=re.compile("^Seedream 4.5 1 "))).to_be_visible()
    wide.reload()
    expect(mine).to_be_visible()
    assert wide.evaluate(FITS)
    mine.click()
    expect(row(wide, PEONY).get_by_role("button", name=re.compile("^Vote: "))).to_have_count(2)
    wide.get_by_role("button", name="All comparisons").click()
    expect(wide.get_by_role("button", name="Bake-off")).to_be_visible()
    expect(wide.get_by_role("button", name=PEONY)).to_be_visible()
    assert not serious(wide) and wide.evaluate(FITS)


def test_two_results_stand_on_one_stage_in_step(kept: Opened, wide: Page) -> None:
    wide.emulate_media(reduced_motion="reduce")
    come(wide, kept[0])
    assert wide.evaluate(FITS) and not serious(wide)
    pair = both(wide, PEONY)
    expect(pair.locator(".label strong")).to_have_count(2)
    expect(pair.locator(".pane .name")).to_have_text(["WeryAI Image 2.0 · 16:9", "Seedream 4.5 · 16:9"])
    assert not serious(wide)
    wide.keyboard.press("Space")
    expect(pair).to_be_visible()
    wide.keyboard.press("+")
    wide.keyboard.press("+")
    first, second = wide.evaluate(TRANSFORMS)
    assert first.rpartition("scale")[2] != "(0.5)" and first == second, "the images are of one size"
    wide.keyboard.press("l")
    divider = pair.get_by_role("slider", name="Divider")
    expect(divider).to_be_visible()
    divider.focus()
    wide.keyboard.press("ArrowRight")
    assert wide.evaluate(CLIP) == "51%"
    wide.keyboard.press("f")
    expect(pair.get_by_role("button", name="Flicker")).to_have_attribute("aria-pressed", "true")
    expect(pair.locator(".second")).to_be_hidden()
    wide.keyboard.press("x")
    expect(pair.locator(".first")).to_be_hidden()
    expect(pair.locator(".second")).to_be_visible()
    expect(pair.get_by_role("button", name="Automatic")).to_be_disabled()  # with less motion
    assert not serious(wide)
    pair.get_by_role("button", name="Side by side").click()
    expect(pair.locator(".pane:visible")).to_have_count(2)
    wide.keyboard.press("Escape")
    expect(pair).to_be_hidden()
    expect(picks(wide, PEONY).nth(1)).to_be_focused()
    expect(picks(wide, PEONY).nth(0)).to_have_attribute("aria-pressed", "false")


def test_variants_by_one_model_stand_beside_each_other_and_the_stage_says_which_is_which(wide: Page) -> None:
    with scenes.opened(scenes.variants) as (studio, _):
        visit(wide, f"{studio.url}/compare", "Compare")
        wide.get_by_role("button", name="Vases").click()
        first, second = (picks(wide, prompt).first for prompt in VARIANTS[:2])
        expect(second).to_be_visible()
        there(wide)
        boxes = [one.bounding_box() for one in (first, second)]
        assert boxes[0] and boxes[1] and boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
        assert wide.evaluate(FITS)
        first.click()
        second.press("Enter")
        labels = stage(wide).locator(".label")
        for label, prompt in zip(labels.all(), VARIANTS, strict=False):
            expect(label.get_by_text(prompt)).to_be_visible()
        expect(stage(wide).locator(".pane .name")).to_have_text(VARIANTS[:2])


def test_a_phone_that_lies_leaves_the_results_most_of_its_height(kept: Opened, browser: Browser) -> None:
    page = new_context(browser, touch=True).new_page()
    come(page, kept[0])
    both(page, PEONY)
    page.set_viewport_size({"width": 844, "height": 390})
    for mode, least in (("Slider", 280), ("Side by side", 310)):
        stage(page).get_by_role("button", name=mode).click()
        box = stage(page).locator(".stages").bounding_box()
        assert box and box["height"] > least
        expect(stage(page).get_by_role("button", name="Vote").first).to_be_in_viewport()
    page.context.close()


def test_on_a_phone_each_name_and_vote_is_below_its_result(kept: Opened, browser: Browser) -> None:
    page = new_context(browser, width=390, touch=True).new_page()
    come(page, kept[0])
    both(page, PEONY)
    places = [stage(page).locator(one) for one in (".first", ".label >> nth=0", ".second", ".label >> nth=1")]
    boxes = [box for place in places if (box := place.bounding_box())]
    assert len(boxes) == 4 and all(abs(box["x"]) < 1 and abs(box["width"] - 390) < 1 for box in boxes)
    ends = [box["y"] + box["height"] for box in boxes]
    assert all(abs(end - box["y"]) < 1 for end, box in zip(ends, boxes[1:], strict=False)), "one below the other"
    assert ends[-1] <= 900 and min(boxes[0]["height"], boxes[2]["height"]) > 250
    stage(page).get_by_role("button", name="Slider").click()
    first, second = (place.bounding_box() for place in (places[1], places[3]))
    assert first and second and first["y"] == second["y"] and first["x"] < second["x"], "as the halves are"


def test_results_flicker_until_that_is_stopped_where_motion_is_wanted(kept: Opened, wide: Page) -> None:
    wide.emulate_media(reduced_motion="no-preference")
    come(wide, kept[0])
    pair = both(wide, DUNES)
    pair.get_by_role("button", name="Flicker").click()
    timer = pair.get_by_role("button", name="Automatic")
    timer.click()
    for _ in range(2):
        expect(pair.locator(".first")).to_be_hidden()
        expect(pair.locator(".second")).to_be_hidden()
    timer.click()
    expect(timer).to_have_attribute("aria-pressed", "false")


def test_videos_play_stop_and_seek_together(kept: Opened, wide: Page) -> None:
    thrown = errors(wide)
    come(wide, kept[0])
    pair = both(wide, SEA)
    expect(pair).to_be_focused()
    expect(pair.get_by_role("button", name="Fit or 1:1")).to_be_hidden()
    pair.locator("video").first.dblclick()
    wide.wait_for_function(f"() => {TIMES}.every(time => time > 0.3)")
    wide.keyboard.press("Space")
    expect(pair.get_by_role("button", name="Play")).to_be_visible()
    wide.keyboard.press("Space")
    pair.get_by_role("button", name="Pause").click()
    expect(pair.get_by_role("button", name="Play")).to_be_visible()
    time = pair.get_by_role("slider", name="Time")
    time.fill("3.5")
    wide.wait_for_function(f"() => {TIMES}.every(time => Math.abs(time - 3.5) < 0.2)")
    time.fill("8")
    wide.wait_for_function(f"() => {TIMES}[0] < 5.3 && Math.abs({TIMES}[1] - 8) < 0.2")
    assert not thrown
    assert not serious(wide)


WIDTHS = "rows => rows.map(row => Math.round(row.querySelector('li').getBoundingClientRect().width))"


def test_blind_results_are_as_wide_as_others(kept: Opened, wide: Page) -> None:
    come(wide, kept[0])
    rows = wide.locator(".studio-compare .rows section")
    before = rows.evaluate_all(WIDTHS)
    wide.get_by_text("Blind", exact=True).click()
    expect(row(wide, PEONY).get_by_text("A", exact=True)).to_be_visible()
    assert rows.evaluate_all(WIDTHS) == before
    assert wide.evaluate(FITS)


def test_a_blind_row_is_revealed_by_its_vote_on_the_stage(opened: Opened, wide: Page) -> None:
    come(wide, opened[0], "blind=yes")
    peony = row(wide, PEONY)
    expect(peony.get_by_text("A", exact=True)).to_be_visible()
    expect(peony.get_by_text("Seedream 4.5")).to_have_count(0)
    expect(wide.get_by_role("table")).to_have_count(0)
    assert not serious(wide) and wide.evaluate(FITS)
    pair = both(wide, PEONY)
    expect(pair.get_by_text("Seedream 4.5")).to_have_count(0)
    expect(pair.locator(".pane .name")).to_have_text([re.compile("^[ABC]$")] * 2)
    pair.get_by_role("button", name="Vote").first.click()
    expect(pair.get_by_role("button", name="Your vote")).to_have_count(1)
    expect(pair.locator(".labels").get_by_text("Seedream 4.5")).to_be_visible()
    expect(pair.locator(".pane .name").get_by_text("Seedream 4.5")).to_be_visible()
    wide.keyboard.press("Escape")
    expect(peony.get_by_text("Seedream 4.5")).to_be_visible()
    expect(row(wide, DUNES).get_by_text("Seedream 4.5")).to_have_count(0)
    wide.get_by_text("Blind", exact=True).click()
    expect(row(wide, DUNES).get_by_text("Seedream 4.5").first).to_be_visible()
    expect(wide.get_by_role("table")).to_be_visible()
    expect(wide).not_to_have_url(re.compile("blind"))


def test_a_vote_moves_no_action_of_its_row(opened: Opened, wide: Page) -> None:
    come(wide, opened[0])
    removers = row(wide, DUNES).get_by_role("button", name="Remove the job from this comparison")
    before = [one.bounding_box() for one in removers.all()]
    row(wide, DUNES).get_by_role("button", name=re.compile("^Vote: ")).first.click()
    expect(row(wide, DUNES).get_by_text("1 vote", exact=True)).to_be_visible()
    heights = [box and box["y"] for box in before]
    assert [box and box["y"] for box in (one.bounding_box() for one in removers.all())] == heights


def test_the_help_beside_a_switch_is_shown_and_leaves_the_switch_alone(kept: Opened, wide: Page) -> None:
    come(wide, kept[0])
    help_of, switch = wide.get_by_role("button", name="Help for Blind"), wide.get_by_label("Blind", exact=True)
    is_phone = wide.evaluate("navigator.maxTouchPoints > 0")
    help_of.tap() if is_phone else help_of.click()
    expect(wide.get_by_role("tooltip")).to_be_visible()
    for key in ("Enter", " "):
        help_of.press(key)
    idle(wide)
    expect(switch).not_to_be_checked()


def test_a_result_appears_in_its_place_and_moves_nothing(opened: Opened, wide: Page) -> None:
    studio, sandbox = opened
    come(wide, studio)
    expect(row(wide, DUNES).get_by_role("img", name="Not ready yet")).to_have_count(1)
    picks(wide, PEONY).first.focus()
    there(wide)
    before = picks(wide, PEONY).first.bounding_box()
    sandbox.backend.policy = Policy("once")
    expect(row(wide, DUNES).get_by_role("img", name="Not ready yet")).to_have_count(0)
    expect(picks(wide, DUNES)).to_have_count(6)
    there(wide)
    assert picks(wide, PEONY).first.bounding_box() == before
    expect(picks(wide, PEONY).first).to_be_focused()
    assert not serious(wide) and wide.evaluate(FITS)


def test_a_vote_of_another_tab_and_an_undone_removal_are_seen(opened: Opened, page: Page, browser: Browser) -> None:
    come(page, opened[0])
    context = new_context(browser)
    other = context.new_page()
    come(other, opened[0])
    row(other, PEONY).get_by_role("button", name=re.compile("^Vote: ")).first.click()
    expect(row(page, PEONY).get_by_text("1 vote", exact=True)).to_be_visible()
    row(page, PEONY).get_by_role("button", name="Remove the job from this comparison").last.click()
    expect(page.get_by_text("1 job removed from the comparison.")).to_be_visible()
    expect(row(other, PEONY).get_by_text("Nano Banana Pro")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row(other, PEONY).get_by_text("Nano Banana Pro")).to_be_visible()
    context.close()


def test_a_comparison_is_taken_away_as_an_image_and_as_csv(kept: Opened, wide: Page) -> None:
    come(wide, kept[0])
    with wide.expect_download() as image:
        wide.get_by_role("button", name="Download as one image").click()
    assert image.value.path().read_bytes().startswith(b"\x89PNG")
    with wide.expect_download() as table:
        wide.get_by_role("button", name="Download CSV").click()
    assert table.value.path().read_text("utf-8").count("\n") == 12
    idle(wide)
    assert not serious(wide) and wide.evaluate(FITS)
