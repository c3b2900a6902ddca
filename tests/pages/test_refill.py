"""A file that says what made it fills the form again: the offer, what is filled, Undo, and what is missing."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from studio import copies
from studio.core.provenance import Provenance
from studio.core.values import Kind
from studio.media import embedding
from tests.pages.driving import Open, checked, choose, elements, field, generate, texts, ticks_until
from tests.pages.form_files import RED, give, started_from
from tests.unit.media.files import encoded, film, two_halves


def carrying(folder: Path, content: bytes, found: Provenance) -> bytes:
    (folder / "original").write_bytes(content)
    return b"".join(embedding.copy_with(folder / "original", found).pieces())


def downloaded() -> bytes:
    """The newest image, as it is downloaded with prompt and settings."""
    shared = services.shared()
    job = shared.ledger.jobs.recent(shared.accounts.shared().account.id, Kind.IMAGE, 1, None, "")[0]
    return b"".join(copies.copy_of(shared.ledger, shared.archive, job.outputs[0].key).pieces())


def press(at: AppTest, label: str) -> AppTest:
    return checked(field(at, label).click().run())


def buttons(at: AppTest) -> set[str]:
    return {one.label for one in at.button}


def test_a_downloaded_image_fills_the_form_it_came_from_and_undo_restores(page: Open) -> None:
    at = generate(page(), "Two hills", Aspect_ratio="9:16", Number_of_images=1)
    ticks_until(at, lambda: ", saved" in texts(at))
    image = downloaded()
    at = started_from(at, "image_to_image")
    field(at, "Prompt").set_value("Something else")
    give(at, ("boat.png", RED))
    assert "Fill the form" not in buttons(at)
    at = give(page_with_room(at), ("two-hills.png", image))
    assert r"two\-hills\.png carries the prompt and settings it was made with" in texts(at)
    assert len(at.session_state["studio"].forms["image"].slots["images"]) == 1, "it is a reference, too"

    press(at, "Fill the form")
    assert field(at, "Start from").value == "text_to_image" and field(at, "Prompt").value == "Two hills"
    assert field(at, "Aspect ratio").value == "9:16" and r"Filled from two\-hills\.png" in texts(at)
    assert not at.session_state["studio"].forms["image"].slots.get("images") and "Fill the form" not in buttons(at)

    press(at, "Undo")
    assert field(at, "Start from").value == "image_to_image" and field(at, "Prompt").value == "Something else"
    assert "Fill the form" in buttons(at)
    assert "Fill the form" not in buttons(press(at, "Dismiss"))


def test_what_is_said_of_a_file_goes_when_something_else_fills_the_form(page: Open, tmp_path: Path) -> None:
    found = Provenance("A cat", "text_to_image", "M_99")
    image = carrying(tmp_path, encoded(two_halves(640, 480), "JPEG"), found)
    at = generate(page(), "Two hills")
    ticks_until(at, lambda: ", saved" in texts(at))
    for choice, said in (("Everything", "Filled from an earlier job"), ("Change this image", "Added to the form")):
        at.session_state["studio"].forms["image"].slots = {}
        at = press(give(started_from(at, "image_to_image"), ("cat.jpg", image)), "Fill the form")
        assert "isn't in this studio's list" in texts(at)
        give(started_from(at, "image_to_image"), ("cat.jpg", image))
        choose(at, choice)
        assert said in texts(at) and "isn't in this studio's list" not in texts(at)


def page_with_room(at: AppTest) -> AppTest:
    at.session_state["studio"].forms["image"].slots = {}
    return checked(at.run())


def test_a_video_on_the_form_for_images_is_no_reference_and_fills_the_other_form(page: Open, tmp_path: Path) -> None:
    found = Provenance("The sun climbs", "text_to_video", "SEEDANCE_2_0", {"duration": 5})
    at = give(started_from(page(), "image_to_image"), ("sun.mp4", carrying(tmp_path, film(tmp_path, "mp4"), found)))
    assert "Only images can be added here" in texts(at)
    press(at, "Fill the Video form")
    assert at.title[0].value == "Video" and field(at, "Prompt").value == "The sun climbs"
    assert field(at, "Start from").value == "text_to_video" and field(at, "Duration").value == 5


def test_what_is_unknown_here_is_said_and_the_rest_is_filled(page: Open, tmp_path: Path) -> None:
    found = Provenance("<b>Hills</b>", "image_to_image", "M_99", {"aspect_ratio": "16:9"}, {"images": ("a" * 64,)})
    image = carrying(tmp_path, encoded(two_halves(640, 480), "WEBP"), found)
    at = press(give(started_from(page(), "image_to_image"), ("hills.webp", image)), "Fill the form")
    said = texts(at)
    assert r"The model M\_99 isn't in this studio's list\. Check the model below\." in said
    assert r"Images\: 1 of 1 can't be found here\. Add it again\." in said
    assert field(at, "Prompt").value == "<b>Hills</b>" and field(at, "Model key").value == "M_99"


@pytest.mark.parametrize("mode", ["", "text_to_music"])
def test_without_a_known_mode_only_the_prompt_is_filled(page: Open, tmp_path: Path, mode: str) -> None:
    image = carrying(tmp_path, encoded(two_halves(640, 480), "JPEG"), Provenance("A cat", mode))
    at = give(started_from(page(), "image_to_image"), ("cat.jpg", image))
    assert r"cat\.jpg carries a prompt" in texts(at)
    press(at, "Fill the form")
    assert field(at, "Prompt").value == "A cat" and field(at, "Start from").value == "image_to_image"
    assert ("doesn't know the mode" in texts(at)) == bool(mode)
    assert at.session_state["studio"].forms["image"].slots["images"], "the reference stays"


def test_an_offer_goes_when_the_form_is_sent(page: Open, tmp_path: Path) -> None:
    image = carrying(tmp_path, encoded(two_halves(640, 480), "JPEG"), Provenance("A cat", "text_to_image"))
    at = generate(give(started_from(page(), "image_to_image"), ("cat.jpg", image)), "At night")
    assert "Fill the form" not in buttons(at) and not elements(at, "exception")
