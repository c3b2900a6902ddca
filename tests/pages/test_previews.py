"""A saved file whose preview is not there: what its card shows, and that it can be had."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import streamlit as st

from components.cards import outputs
from components.parts import file_urls
from components.session import services
from studio.core.values import Kind, Output, State, Status, Task, now
from studio.engine.previews import Previews
from tests.examples import JOB
from tests.pages.driving import Open, elements, generate, pictures, texts, ticks_until

SAVED = Output(7, 1, 0, Kind.IMAGE, "https://x/7.png", "a/7.png", size=9, width=64, height=48, saved_at=now())


def drawn(monkeypatch: pytest.MonkeyPatch, output: Output, *, by_route: bool = True) -> dict[str, str]:
    """What is drawn of a job with this one output, by kind of element; of a link what it shows, here and large."""
    found: dict[str, str] = {}
    monkeypatch.setattr(services.host, "serves_routes", by_route)
    monkeypatch.setattr(file_urls, "_signed", lambda key: f"/archive/{key}")
    monkeypatch.setattr(outputs, "_autoplays", lambda _: False)
    for kind in ("html", "caption"):

        def draw(what: str, kind: str = kind, **_: Any) -> None:
            found[kind] = what

        monkeypatch.setattr(st, kind, draw)
    job = replace(JOB, state=State.FINISHED, tasks=(Task(1, JOB.id, "t", 0, Status.SUCCEEDED, outputs=(output,)),))
    (outputs.show_images if output.kind is Kind.IMAGE else outputs.show_videos)(job)
    if link := re.fullmatch(r'<a href=.* data-original="(.*?)".*><img src="(.*?)".*></a>', found.get("html", "")):
        del found["html"]
        found["large"], found["shown"] = link.groups()
    return found


@pytest.mark.parametrize("kind", list(Kind))
def test_a_preview_that_comes_in_a_moment_is_waited_for_in_its_place(
    monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    """A file that was drawn itself would be fetched whole and then drawn anew; a video would begin a second time."""
    found = drawn(monkeypatch, replace(SAVED, kind=kind, saved_at=now(), try_at=now()))
    assert "Not ready yet" in found["html"] and "/archive/" not in str(found)


LATER = now() + timedelta(minutes=1)


@pytest.mark.parametrize(
    "why",
    [{"problem": "The disk is full.", "try_at": LATER}, {"saved_at": now() - timedelta(minutes=1), "try_at": LATER}],
)
def test_a_file_whose_preview_is_long_in_coming_is_shown_itself(
    monkeypatch: pytest.MonkeyPatch, why: dict[str, Any]
) -> None:
    assert drawn(monkeypatch, replace(SAVED, **why)) == {"shown": "/archive/a/7.png", "large": "/archive/a/7.png"}
    found = drawn(monkeypatch, replace(SAVED, kind=Kind.VIDEO, key="a/7.mp4", **why))["html"]
    assert 'src="/archive/a/7.mp4" poster="" preload="metadata"' in found


@pytest.mark.parametrize("by_route", [True, False])
def test_a_card_says_why_there_is_no_preview_and_what_to_do(monkeypatch: pytest.MonkeyPatch, by_route: bool) -> None:
    unreadable = replace(SAVED, problem="No pixels.")
    found = drawn(monkeypatch, unreadable, by_route=by_route)
    assert found == {"caption": "PNG without a preview. No pixels\\. Download it to see it."}
    found = drawn(monkeypatch, replace(unreadable, kind=Kind.VIDEO, format="MP4"))
    assert "No pixels" in found["caption"] and 'src="/archive/a/7.png"' in found["html"]


ODD = {  # the name of a format, and what is drawn of a file of it that has a preview, by the kind of job
    ("GIF", Kind.VIDEO): {"shown": "/archive/a/7.x", "large": "/archive/a/7.x"},
    ("WebP", Kind.VIDEO): {"shown": "/archive/a/7.x", "large": "/archive/a/7.x"},
    ("ProRes video", Kind.VIDEO): {
        "shown": "/archive/a/7.webp",
        "large": "",
        "caption": "ProRes video: this is a preview. Download it to open it.",
    },
    ("AVIF", Kind.IMAGE): {"shown": "/archive/a/7.webp", "large": "/archive/a/7.x"},
    ("HEIC", Kind.IMAGE): {
        "shown": "/archive/a/7.webp",
        "large": "",
        "caption": "HEIC: this is a preview. Download it to open it.",
    },
}


@pytest.mark.parametrize(("format", "kind"), ODD)
def test_a_file_is_drawn_as_what_it_is(monkeypatch: pytest.MonkeyPatch, format: str, kind: Kind) -> None:
    odd = replace(SAVED, kind=kind, key="a/7.x", preview="a/7.webp", format=format)
    assert drawn(monkeypatch, odd) == ODD[format, kind]


def test_a_film_of_a_job_for_images_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    found = drawn(monkeypatch, replace(SAVED, key="a/7.mp4", preview="a/7.webp", format="MP4"))
    assert 'src="/archive/a/7.mp4" poster="/archive/a/7.webp"' in found["html"]


def test_a_film_that_some_browsers_play_has_a_player_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = replace(SAVED, kind=Kind.VIDEO, key="a/7.mp4", preview="a/7.webp", format="HEVC video")
    found = drawn(monkeypatch, odd)
    assert 'src="/archive/a/7.mp4"' in found["html"]
    assert found["caption"] == "HEVC video: many browsers can't show it. Download it to watch it."


def test_a_file_that_nobody_can_open_here_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = replace(SAVED, key="a/7.svg", format="SVG", problem="This SVG can't be decoded here.")
    assert drawn(monkeypatch, odd) == {"caption": "SVG: can't be shown here. Download it to open it."}


def test_a_card_counts_a_file_as_saved_and_offers_it_before_its_preview_is_there(
    page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[tuple[Previews, Output]] = []
    begin = Previews.begin
    monkeypatch.setattr(Previews, "begin", lambda previews, output: late.append((previews, output)))
    at = generate(page(), "Two hills and a sun")
    ticks_until(at, lambda: "saved" in texts(at))
    assert not pictures(at) and any(button.proto.label == "Download" for button in elements(at, "download_button"))
    begin(*late[0])
    ticks_until(at, lambda: pictures(at))
