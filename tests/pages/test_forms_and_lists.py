"""What is sent is what was on the screen, and a file that came in is in the form, whatever happens meanwhile."""

import errno
import io
import shutil
from typing import Any

import pytest

from components.form import reference_intake
from components.session import services, session
from components.session.form_state import Form
from sandbox import facts
from sandbox.server import Sandbox
from studio.client import Client
from studio.weryai.modes import MODES
from tests.conftest import order, until
from tests.fault_matrix import picture
from tests.pages.driving import Open, checked, choose, elements, field, generate, texts, ticks_until, until_saved
from tests.pages.form_files import RED, UPLOAD, give, sent, started_from

TO_VIDEO = "/v1/generation/text-to-video"


def relisted(monkeypatch: pytest.MonkeyPatch, mode: str, models: list[dict[str, Any]]) -> None:
    """The registry says something else, and the studio has asked it again."""
    monkeypatch.setitem(facts.REGISTRY["video"], mode, models)
    services.shared().accounts.shared().catalogue.refresh()


def test_a_model_that_is_gone_when_generate_is_pressed_sends_nothing(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = page("Video")
    checked(field(at, "Model").set_value("KLING_V3_0_PRO").run())
    checked(field(at, "Duration").set_value(15).run())
    models = facts.REGISTRY["video"]["text_to_video"]
    relisted(monkeypatch, "text_to_video", [one for one in models if one["model_key"] != "KLING_V3_0_PRO"])
    generate(at, "A boat")
    assert "Nothing was sent" in texts(at) and "instead of Kling 3\\.0 Pro" in texts(at)
    assert not quick.backend.posts[TO_VIDEO]
    generate(at, "A boat")
    assert quick.backend.posts[TO_VIDEO] == 1 and "Nothing was sent" not in texts(at)


def test_a_length_that_is_gone_when_generate_is_pressed_sends_nothing(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = page("Video")
    checked(field(at, "Model").set_value("KLING_V3_0_PRO").run())
    assert field(at, "Duration").value == 5
    models = facts.REGISTRY["video"]["text_to_video"]
    longer = [{**one, "durations": [15, 10]} if one["model_key"] == "KLING_V3_0_PRO" else one for one in models]
    relisted(monkeypatch, "text_to_video", longer)
    generate(at, "A boat")
    assert "Duration 15 s instead of 5 s" in texts(at) and not quick.backend.posts[TO_VIDEO]


def test_reuse_of_everything_brings_what_the_job_went_without(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    checked(field(at, "Negative prompt").set_value("trees").run())
    choose(at, "Everything")
    generate(at, "Two hills again")
    assert "negative_prompt" not in sent(quick)


def test_the_place_for_files_goes_by_the_model_that_is_shown(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = page("Video")
    models = facts.REGISTRY["video"]["multi_image_to_video"]
    relisted(monkeypatch, "multi_image_to_video", [*models, {**models[0], "model_key": "TWO", "upload_image_limit": 2}])
    at = started_from(at, "multi_image_to_video")
    checked(field(at, "Model").set_value("another model").run())
    checked(field(at, "Model key").set_value("TWO").run())
    assert elements(at, "file_uploader")[0].label == "Images · up to 2"


@pytest.mark.slow
def test_files_without_a_place_are_not_uploaded(page: Open, quick: Sandbox) -> None:
    more = [(f"{number}.png", picture(bytes([number, 9, 9]) * 64, 8)) for number in range(5)]
    at = give(started_from(page("Video"), "multi_image_to_video"), *more)
    assert texts(at).count("No room for") == 2 and quick.backend.posts[UPLOAD] == 3


def test_taking_files_asks_streamlit_for_nothing_which_might_end_the_run(
    studio: None, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(services.shared().accounts.shared(), services.shared().ledger)
    form, mode = Form(), MODES["multi_image_to_video"]
    for name in ("state", "widget_value", "set_widget"):
        monkeypatch.setattr(session, name, None)
    file = io.BytesIO(RED)
    file.name = "red.png"
    reference_intake.Intake(client, form, mode, client.models.get(mode.key, "VEO_3_1")).add(
        mode.media, [file], "https://example.com/a.png\nnonsense"
    )
    assert len(form.slots["images"]) == 2 and len(form.refused.messages) == 1


def test_a_disk_that_is_full_refuses_a_file_and_breaks_no_page(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = started_from(page(), "image_to_image")
    with monkeypatch.context() as full:
        full.setattr(shutil, "copyfileobj", raises_full)
        give(at, ("red.png", RED))
        assert "the studio's disk is full" in texts(at)
    give(at, ("red.png", RED))
    generate(at, "Make it dusk")
    assert len(sent(quick)["images"]) == 1


def raises_full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.slow
def test_a_file_that_weryai_has_lost_can_be_uploaded_anew_after_a_job_failed(page: Open, quick: Sandbox) -> None:
    at = give(started_from(page(), "image_to_image"), ("red.png", RED))
    assert "Upload again" not in [button.label for button in at.button]
    order(quick, "outcomes", outcomes=["failed"])
    generate(at, "Make it dusk")
    ticks_until(at, lambda: "couldn't make this" in texts(at))
    checked(field(at, "Edit and try again").click().run())
    checked(field(at, "Upload again").click().run())
    until(lambda: quick.backend.posts[UPLOAD] == 2)


def test_of_several_pictures_one_is_chosen_by_sight(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills", Number_of_images=2)
    ticks_until(at, lambda: "Use as input…" in [one.label for one in at.button])
    checked(field(at, "Use as input…").click().run())
    assert {"Image 1", "Image 2"} <= {one.proto.label for one in elements(at, "menu_button")}


def test_of_several_pictures_each_and_all_can_be_downloaded(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills", Number_of_images=2)
    ticks_until(at, lambda: "Download…" in [one.label for one in at.button])
    assert "Download all 2" in [one.proto.label for one in elements(at, "download_button")]
    checked(field(at, "Download…").click().run())
    each = [one.proto.label for one in elements(at, "download_button")]
    assert {"Image 1", "Image 2"} <= set(each)
