"""Journeys of people, from a fresh server to the file on their disk."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from components.form.presses import DOUBLE_CLICK_SECONDS
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests.browser import scenes
from tests.browser.axe import FITS
from tests.browser.driving import (
    PICTURE,
    VIDEO,
    cards,
    choose,
    click_row,
    form,
    generate,
    go,
    has_pixels,
    idle,
    is_playing,
    prompt,
    there,
    visit,
)
from tests.browser.studio import AS_APP, AS_PAGE_SCRIPT, Start, Studio
from tests.conftest import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    """One studio for the journeys that can share it: each has a prompt of its own."""
    with scenes.opened() as found:
        yield found


@pytest.fixture
def both(opened: tuple[Studio, Sandbox]) -> tuple[Studio, Sandbox]:
    opened[1].backend.policy = Policy("once")
    opened[1].backend.posts.clear()
    return opened


def kept_bytes(folder: Path) -> set[bytes]:
    files = (folder / "data" / "archive").rglob("*")
    return {file.read_bytes() for file in files if file.is_file() and "preview" not in file.name}


def handed_out(sandbox: Sandbox) -> set[bytes]:
    return {file.read_bytes() for file in sandbox.media.iterdir()}


def test_from_a_prompt_to_an_image_a_video_and_two_lines_in_the_history(
    start: Start, page: Page, sandbox: Sandbox, tmp_path: Path
) -> None:
    studio = start(sandbox)
    visit(page, studio.url)
    generate(page, "Two hills and a sun")
    expect(page.get_by_text("saved").first).to_be_visible()
    has_pixels(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    downloaded = Path(download.value.path()).read_bytes()

    go(page, "Video")
    generate(page, "A sun crosses the sky")
    has_pixels(page, VIDEO)
    is_playing(page)

    assert downloaded in handed_out(sandbox)
    until(lambda: len(kept_bytes(tmp_path)) == 2)
    assert kept_bytes(tmp_path) == handed_out(sandbox)

    go(page, "Call history")
    expect(page.get_by_text(re.compile(r"1 to 2 of 2 jobs"))).to_be_visible()
    assert sandbox.backend.posts == {"/v1/generation/text-to-image": 1, "/v1/generation/text-to-video": 1}


def test_without_a_key_the_sandbox_inside_answers_and_every_page_says_so(start: Start, page: Page) -> None:
    studio = start(arguments=AS_APP)
    for path, heading in (("/", "Image"), ("/video", "Video"), ("/history", "Call history")):
        visit(page, studio.url + path, heading)
        expect(page.get_by_text("No API key set.")).to_be_visible()
    visit(page, studio.url)
    generate(page, "Two hills and a sun")
    expect(page).to_have_title(re.compile(r"^\(1\) Image"))
    expect(page.get_by_test_id("stToast").filter(has_text="Ready: Two hills and a sun")).to_be_visible()
    has_pixels(page)
    expect(page).to_have_title("Image · WeryAI Studio")


def test_a_double_click_is_one_job_and_one_post(both: tuple[Studio, Sandbox], window: Page) -> None:
    studio, sandbox = both
    visit(window, studio.url)
    prompt(window).fill("Clicked twice")
    window.get_by_role("button", name="Generate").dblclick()
    expect(cards(window, "Clicked twice").get_by_text("saved")).to_be_visible()
    idle(window)
    assert cards(window, "Clicked twice").count() == 1
    assert sandbox.backend.posts["/v1/generation/text-to-image"] == 1


def test_ctrl_enter_generates_once_with_the_new_text(both: tuple[Studio, Sandbox], window: Page) -> None:
    studio, sandbox = both
    visit(window, studio.url)
    prompt(window).fill("Typed and sent at once")
    prompt(window).press("Control+Enter")
    expect(cards(window, "Typed and sent at once").get_by_text("saved")).to_be_visible()
    expect(cards(window, "Typed and sent at once")).to_have_count(1)
    idle(window)
    for posts, field in enumerate(("Aspect ratio", "Number of images"), start=2):
        window.wait_for_timeout(1000 * DOUBLE_CLICK_SECONDS)  # until then it would be a double click
        window.get_by_role("radiogroup", name=field).get_by_role("radio", checked=True).press("Control+Enter")
        expect(cards(window, "Typed and sent at once").get_by_text("saved")).to_have_count(posts)
        idle(window)
        assert sandbox.backend.posts["/v1/generation/text-to-image"] == posts


def test_the_first_request_may_be_a_deep_link(start: Start, page: Page, sandbox: Sandbox) -> None:
    studio = start(sandbox)
    visit(page, f"{studio.url}/video", "Video")
    expect(page.get_by_role("link", name="Call history").first).to_be_visible()
    expect(page.get_by_role("combobox", name="Duration")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Balance")
    visit(page, f"{studio.url}/image")
    expect(page.get_by_role("radiogroup", name="Number of images")).to_be_visible()


def test_a_host_that_runs_app_py_as_a_page_script_shows_results_after_a_deep_link_too(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    studio = start(sandbox, AS_PAGE_SCRIPT)
    visit(page, f"{studio.url}/video", "Video")
    expect(page.get_by_role("link", name="Call history").first).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Balance")
    generate(page, "A sun crosses the sky")
    has_pixels(page, VIDEO)
    go(page, "Image")
    generate(page, "Two hills and a sun")
    has_pixels(page)
    assert (page.locator(PICTURE).first.get_attribute("src") or "").startswith("data:image/webp")
    with page.expect_download() as download:
        cards(page).get_by_role("button", name="Download").click()
    assert Path(download.value.path()).read_bytes() in handed_out(sandbox)
    page.get_by_text("Prompt and settings in downloads").click()
    idle(page)
    with page.expect_download() as download:
        cards(page).get_by_role("button", name="Download").click()
    assert b"Two hills and a sun" in Path(download.value.path()).read_bytes()


def test_typing_and_a_playing_video_are_not_disturbed_while_jobs_end(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    studio = start(sandbox)
    visit(page, f"{studio.url}/video", "Video")
    generate(page, "The first clip")
    is_playing(page)
    page.locator("video").first.evaluate(
        """v => { window.first = v; window.breaks = 0;
        ["emptied", "loadstart", "abort", "pause"].forEach(name => v.addEventListener(name, () => window.breaks++)) }"""
    )
    sandbox.backend.policy = Policy("reads", video=3)
    generate(page, "The second clip")
    prompt(page).press_sequentially(" and a third", delay=120)
    expect(page.get_by_text("saved")).to_have_count(2)
    idle(page)
    expect(prompt(page)).to_have_value("The second clip and a third")
    assert page.evaluate("[window.first.isConnected, window.first.paused, window.breaks]") == [True, False, 0]


def test_after_a_kill_and_a_restart_the_open_job_is_there_and_is_finished(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    sandbox.backend.policy = Policy("reads", image=10_000)
    studio = start(sandbox)
    visit(page, studio.url)
    generate(page, "Two hills and a sun")
    until(lambda: any(task.reads for task in sandbox.backend.tasks.values()))
    studio.kill(signal.SIGKILL)
    sandbox.backend.policy = Policy("once")
    studio.start()
    visit(page, studio.url)
    expect(page.get_by_text("saved").first).to_be_visible()
    has_pixels(page)
    assert sandbox.backend.posts["/v1/generation/text-to-image"] == 1


def test_switching_models_shows_what_will_be_sent(both: tuple[Studio, Sandbox], window: Page) -> None:
    """A value that is kept but not shown would spend credits on the wrong shape."""
    visit(window, f"{both[0].url}/video", "Video")
    ratios = window.get_by_role("radiogroup", name="Aspect ratio")
    ratios.get_by_role("radio", name="9:16").click()
    idle(window)
    for model in ("GROK_IMAGINE_VIDEO", "DOUBAO_1_5_PRO", "SEEDANCE_2_0"):
        choose(window, "Model", model)
        expect(form(window).get_by_text(re.compile(f"^{model} "))).to_be_visible()
        if model == "GROK_IMAGINE_VIDEO":  # nobody knows what it takes: anything can be typed
            expect(window.get_by_role("combobox", name="Aspect ratio")).to_have_value("9:16")
        else:
            expect(ratios.get_by_role("radio", name="9:16")).to_be_checked()
        expect(window.get_by_role("combobox", name="Duration")).to_have_value("5 s")


def test_a_key_that_is_typed_into_the_list_of_models_is_another_model(
    both: tuple[Studio, Sandbox], window: Page
) -> None:
    visit(window, both[0].url)
    models = window.get_by_role("combobox", name="Model", exact=True)
    choose(window, "Model", "NOBODY_KNOWS_IT")
    expect(models).to_have_value(re.compile("^Another"))
    expect(window.get_by_role("textbox", name="Model key")).to_have_value("NOBODY_KNOWS_IT")
    choose(window, "Model", "seedream")
    expect(models).to_have_value(re.compile("Seedream "))
    expect(form(window).get_by_text(re.compile("^SEEDREAM"))).to_be_visible()


def test_a_second_window_that_is_idle_learns_of_a_new_job(both: tuple[Studio, Sandbox], window: Page) -> None:
    other = window.context.new_page()
    visit(other, both[0].url)
    visit(window, both[0].url)
    generate(window, "Seen from elsewhere")
    expect(cards(other, "Seen from elsewhere")).to_be_visible()
    other.close()


def test_a_click_on_a_row_shows_the_call(both: tuple[Studio, Sandbox], window: Page) -> None:
    visit(window, both[0].url)
    generate(window, "A call of its own")
    expect(cards(window, "A call of its own").get_by_text("saved")).to_be_visible()
    go(window, "Call history")
    window.get_by_role("radiogroup", name="View").get_by_role("radio", name="Calls").click()
    expect(window.get_by_text(re.compile(r"^1 to \d+ of \d+ calls"))).to_be_visible()
    there(window)
    click_row(window.get_by_test_id("stDataFrame").last, 400, 80)
    expect(window.get_by_role("tab", name="Request")).to_be_visible()
    expect(window.locator(".st-key-call")).to_be_in_viewport(ratio=0.2)
    expect(window).to_have_url(re.compile("call="))
    other = window.context.new_page()
    other.goto(window.url)
    expect(other.get_by_role("tab", name="Request")).to_be_visible()
    expect(other.get_by_role("button", name="Back to the list")).to_be_visible()
    other.get_by_role("button", name="Go to job").click()
    expect(other.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    expect(other).to_have_url(re.compile(r"/history\?.*job=job_"))
    other.close()
    idle(window)
    window.go_back()
    expect(window.locator(".st-key-call")).to_have_count(0)
    expect(window).not_to_have_url(re.compile("call="))
    expect(window).to_have_url(re.compile("view=calls"))  # the row is closed, the list stays
    idle(window)
    window.go_back()
    expect(window.get_by_text(re.compile(r"^1 to \d+ of \d+ jobs?$"))).to_be_visible()
    idle(window)
    window.get_by_text("Charts", exact=True).click()
    idle(window)
    expect(window.get_by_text(re.compile(r"^1 to \d+ of \d+ jobs?$"))).to_be_visible()
    window.go_forward()
    expect(window.get_by_text(re.compile(r"^1 to \d+ of \d+ calls"))).to_be_visible()


def test_an_archive_address_is_signed_serves_ranges_and_ends(both: tuple[Studio, Sandbox], window: Page) -> None:
    studio, _ = both
    visit(window, studio.url)
    generate(window, "Served by its address")
    address = cards(window, "Served by its address").get_by_role("link", name="Download").get_attribute("href")
    assert address
    part = requests.get(address, headers={"Range": "bytes=0-7"}, timeout=10)
    assert (part.status_code, part.content) == (206, b"\x89PNG\r\n\x1a\n")
    assert part.headers["X-Content-Type-Options"] == "nosniff"
    for altered in (
        address.replace(".png?", ".jpg?"),
        re.sub(r"expires=\d+", "expires=99999999999", address),
        re.sub(r"expires=\d+", "expires=1", address),
        address.split("?")[0],
        f"{studio.url}/archive/..%2F..%2Fstudio.db?{address.split('?')[1]}",
    ):
        assert requests.get(altered, timeout=10).status_code in (400, 403, 404)


IS_UNDER = """() => {
  const [card, form] = ["[class*=st-key-card-]", ".st-key-inputs"].map(one => document.querySelector(one));
  return card.getBoundingClientRect().top >= form.getBoundingClientRect().bottom;
}"""


@pytest.mark.parametrize("width", [390, 820])
def test_a_small_screen_scrolls_down_only_and_has_the_form_first(
    both: tuple[Studio, Sandbox], window: Page, width: int
) -> None:
    window.set_viewport_size({"width": width, "height": 844})
    visit(window, both[0].url)
    generate(window, f"On {width} pixels")
    has_pixels(window)
    window.wait_for_function(IS_UNDER)
    window.wait_for_function(FITS)


CLEAR = """() => {
  const toasts = [...document.querySelectorAll("[data-testid=stToast]")], back = document.querySelector("#to-form");
  const lowest = Math.max(...toasts.map(one => one.getBoundingClientRect().bottom));
  return lowest > 0 && lowest <= back.getBoundingClientRect().top;
}"""


def test_who_scrolled_past_the_form_on_a_phone_finds_the_way_back(both: tuple[Studio, Sandbox], window: Page) -> None:
    window.set_viewport_size({"width": 390, "height": 500})
    visit(window, both[0].url)
    generate(window, "Far below")
    has_pixels(window)  # and is not drawn any more
    there(window)
    back = window.get_by_role("button", name="Back to form")
    cards(window, "Far below").first.evaluate("card => card.scrollIntoView({block: 'end'})")
    cards(window, "Far below").get_by_role("button", name="Variation").click()
    window.wait_for_function(CLEAR)  # the toast is above the button
    back.click()
    expect(prompt(window)).to_be_in_viewport()
    expect(back).to_be_hidden()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_what_a_press_met_comes_into_view(both: tuple[Studio, Sandbox], window: Page, motion: str) -> None:
    window.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    window.set_viewport_size({"width": 1200, "height": 500})
    visit(window, f"{both[0].url}/video", "Video")
    window.get_by_role("button", name="Generate").click()
    expect(form(window).get_by_text("Write a prompt first")).to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 1200])
def test_the_card_of_a_new_job_comes_into_view_and_the_focus_stays(
    both: tuple[Studio, Sandbox], window: Page, width: int
) -> None:
    window.set_viewport_size({"width": width, "height": 500})
    visit(window, f"{both[0].url}/video", "Video")
    prompt(window).fill(f"A sun over {width}")
    generates = window.get_by_role("button", name="Generate")
    generates.click()
    expect(cards(window, f"A sun over {width}").first).to_be_in_viewport()
    expect(generates).to_be_focused()
