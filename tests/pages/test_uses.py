"""What a card offers to do with results of any kind: what each file can be, and how each is called."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.core.values import Kind
from studio.media import isolated
from studio.media.isolated import Process
from tests.conftest import until
from tests.pages.driving import Open, checked, choose, elements, field, generate, pictures, texts, ticks_until
from tests.unit.media import odd_files

FILES = {**odd_files.PICTURES, **odd_files.VIDEOS, **odd_files.SOUNDS}
HELD = Policy("reads", image=10_000, video=10_000)


def made(at: AppTest, sandbox: Sandbox, *names: str, **choices: Any) -> AppTest:
    """Let a job have these files as its results, whatever was asked for, and look at them until they are all there."""
    ending = "mp4" if at.title[0].value == "Video" else "png"
    sandbox.backend.policy, known = HELD, set(sandbox.backend.tasks)
    generate(at, "Two hills", **choices)
    until(lambda: len(sandbox.backend.tasks) == len(known) + len(names))
    sandbox.media.mkdir(parents=True, exist_ok=True)
    for task, name in zip((task for task in sandbox.backend.tasks if task not in known), names, strict=True):
        (sandbox.media / f"{task}.{ending}").write_bytes(FILES[name]())
    sandbox.backend.policy = Policy("once")
    ticks_until(at, lambda: ", saved" in texts(at))
    return at


def buttons(at: AppTest) -> set[str]:
    return {one.label for one in at.button}


def menus(at: AppTest) -> dict[str, list[str]]:
    """Those of results, by what they are called."""
    found = {one.proto.label: list(one.proto.options) for one in elements(at, "menu_button")}
    return {label: options for label, options in found.items() if label != "Reuse"}


def until_looked_at(at: AppTest, said: str) -> None:
    """A preview is made a moment after a file is saved, or cannot be."""
    ticks_until(at, lambda: said in texts(at))
    checked(at.run())


def test_a_drawing_is_offered_to_be_downloaded_and_for_nothing_else(page: Open, quick: Sandbox) -> None:
    at = made(page(), quick, "SVG")
    until_looked_at(at, "SVG: can't be shown here")
    assert not menus(at) and "Continue" not in buttons(at)
    assert "Download" in [one.proto.label for one in elements(at, "download_button")]


def test_a_film_of_a_job_for_images_is_continued_and_is_a_reference_for_a_video(page: Open, quick: Sandbox) -> None:
    at = made(page(), quick, "MP4")
    ticks_until(at, lambda: "Continue" in buttons(at))
    assert menus(at) == {"Use as input": ["Reference for a video"]}
    choose(at, "Reference for a video")
    assert at.title[0].value == "Video" and "Two hills · 2 s" in texts(at)
    checked(at.switch_page("../pages/image.py").run())
    checked(field(at, "Continue").click().run())
    assert at.title[0].value == "Video"
    assert "Reference: The end of Two hills" in pictures(at)
    shared = services.shared()
    (frame, _) = shared.ledger.references.of_person(shared.accounts.shared().account.id, "")
    (job,) = shared.ledger.jobs.recent(frame.account, Kind.IMAGE, 5)
    assert (frame.name, frame.source) == ("The end of Two hills", job.outputs[0].key), "its lineage"


def test_a_sound_of_a_job_for_videos_is_a_reference_as_a_sound(page: Open, quick: Sandbox) -> None:
    at = made(page("Video"), quick, "MP3", Duration=5)
    until_looked_at(at, "MP3: can't be shown here")
    assert "Continue" not in buttons(at)
    choose(at, "Reference for a video")
    assert "Two hills · 2 s" in texts(at) and elements(at, "audio")


def test_a_video_in_a_format_that_weryai_does_not_take_goes_on_from_its_end_alone(page: Open, quick: Sandbox) -> None:
    at = made(page("Video"), quick, "WebM", Duration=5)
    ticks_until(at, lambda: "Continue" in buttons(at))
    assert not menus(at)


def test_of_several_results_each_is_called_by_its_format_and_those_that_can_be_used_are_shown(
    page: Open, quick: Sandbox
) -> None:
    at = made(page(), quick, "PNG", "SVG", "MP3", Number_of_images=3)
    until_looked_at(at, "SVG: can't be shown here")
    until_looked_at(at, "MP3: can't be shown here")
    checked(field(at, "Use as input…").click().run())
    assert list(menus(at)) == ["Image 1 · PNG", "Audio file 3 · MP3"]
    checked(at.run())
    checked(field(at, "Download…").click().run())
    each = [one.proto.label for one in elements(at, "download_button")]
    assert each[-3:] == ["Image 1 · PNG", "Image 2 · SVG", "Audio file 3 · MP3"]


def test_results_of_one_unusual_format_are_called_by_it(page: Open, quick: Sandbox) -> None:
    at = made(page(), quick, "TIFF", "TIFF", Number_of_images=2)
    ticks_until(at, lambda: "Use as input…" in buttons(at))
    checked(field(at, "Use as input…").click().run())
    assert list(menus(at)) == ["Image 1 · TIFF", "Image 2 · TIFF"]


def test_a_card_counts_files_by_their_size_and_names_those_that_have_none(page: Open, quick: Sandbox) -> None:
    at = made(page(), quick, "PNG", "JPG on its side", "SVG", "PNG", Number_of_images=4)
    ticks_until(at, lambda: "2 × 64 × 48, 48 × 64, SVG · " in texts(at))


def test_a_gif_that_moves_says_what_to_do_with_it(page: Open, quick: Sandbox) -> None:
    at = made(page(), quick, "GIF that moves")
    choose(at, "Change this image")
    assert "This result is animated\\. Save one frame of it as PNG" in texts(at)


def test_an_end_that_nobody_had_time_to_look_at_is_not_told_as_the_fault_of_the_video(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = made(page("Video"), quick, "MP4", Duration=5)
    ticks_until(at, lambda: "Continue" in buttons(at))
    busy = Process()
    busy._turn.acquire()
    monkeypatch.setattr(isolated, "_decoding", busy)
    monkeypatch.setattr(isolated, "SECONDS", 0.01)
    checked(field(at, "Continue").click().run())
    assert "couldn't be checked at the moment\\. Try again\\." in texts(at)
