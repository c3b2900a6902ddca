"""Results of all kinds, as they come: shown as what they are, and to be had byte for byte."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests.browser.driving import cards, generate, visit
from tests.browser.studio import Start
from tests.conftest import until
from tests.unit.media import odd_files

pytestmark = pytest.mark.browser
HELD = Policy("reads", image=10_000, video=10_000)
AS_IT_IS = "v => v.videoWidth && Math.abs(v.videoWidth / v.videoHeight - v.clientWidth / v.clientHeight) < 0.02"


def made(page: Page, sandbox: Sandbox, prompt: str, content: bytes) -> Locator:
    """Let a job have this file as its result; returns its card."""
    sandbox.backend.policy, known = HELD, set(sandbox.backend.tasks)
    generate(page, prompt)
    until(lambda: set(sandbox.backend.tasks) - known)
    (task,) = set(sandbox.backend.tasks) - known
    sandbox.media.mkdir(parents=True, exist_ok=True)
    (sandbox.media / f"{task}.{'mp4' if page.url.endswith('video') else 'png'}").write_bytes(content)
    sandbox.backend.policy = Policy("once")
    card = cards(page, prompt)
    expect(card.get_by_text(", saved")).to_be_visible()
    return card


def downloaded(page: Page, card: Locator) -> tuple[str, bytes]:
    with page.expect_download() as download:
        card.get_by_role("link", name="Download").click()
    return Path(download.value.suggested_filename).suffix, Path(download.value.path()).read_bytes()


def test_a_picture_that_browsers_cannot_show_has_a_preview_and_is_had_as_it_came(
    start: Start, page: Page, sandbox: Sandbox
) -> None:
    visit(page, start(sandbox).url)
    for called, ending in (("HEIC", ".heic"), ("TIFF", ".tif")):
        content = odd_files.PICTURES[called]()
        card = made(page, sandbox, f"A {called}", content)
        expect(card.get_by_text(f"{called}: this is a preview")).to_be_visible()
        expect(card.get_by_role("img", name=f"A {called}")).to_be_visible()
        assert downloaded(page, card) == (ending, content)


def test_a_drawing_with_a_script_in_it_is_not_opened_here(start: Start, page: Page, sandbox: Sandbox) -> None:
    visit(page, start(sandbox).url)
    card = made(page, sandbox, "A drawing", odd_files.PICTURES["SVG"]())
    expect(card.get_by_text("SVG: can't be shown here")).to_be_visible()
    expect(card.locator("img")).to_have_count(0)
    assert downloaded(page, card) == (".svg", odd_files.PICTURES["SVG"]())


def test_a_video_job_may_give_a_gif_or_what_browsers_cannot_play(start: Start, page: Page, sandbox: Sandbox) -> None:
    visit(page, f"{start(sandbox).url}/video", "Video")
    card = made(page, sandbox, "A GIF", content := odd_files.PICTURES["GIF that moves"]())
    expect(card.get_by_role("img", name="A GIF")).to_be_visible()
    assert downloaded(page, card) == (".gif", content)
    card = made(page, sandbox, "An HEVC", content := odd_files.VIDEOS["MP4 of HEVC"]())
    expect(card.get_by_text("HEVC video: many browsers can't show it")).to_be_visible()
    assert downloaded(page, card) == (".mp4", content)


@pytest.mark.parametrize("name", ["MP4 on its side", "MP4 of wide pixels", "MOV"])
def test_a_video_stands_in_a_box_of_its_own_shape(start: Start, page: Page, sandbox: Sandbox, name: str) -> None:
    """As the browser turns it, and with its pixels as wide as it shows them."""
    visit(page, f"{start(sandbox).url}/video", "Video")
    made(page, sandbox, "A clip", odd_files.VIDEOS[name]())
    video = page.locator("video")
    expect(video).to_have_js_property("readyState", 4)
    assert video.evaluate(AS_IT_IS)
