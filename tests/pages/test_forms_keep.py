"""What a form keeps when something else fills or changes it: nothing that somebody wrote or chose is lost."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PIL import Image
from streamlit.runtime.scriptrunner import RerunData, RerunException, StopException
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox import facts
from sandbox.server import Sandbox
from studio.core.values import Kind
from tests.conftest import until
from tests.fault_matrix import picture
from tests.pages.driving import Open, checked, choose, elements, field, generate, texts, ticks_until, until_saved
from tests.pages.form_files import BLUE, RED, UPLOAD, give, sent, started_from

GREEN = picture(b"\0\xff\0" * 64, 8)


def three_pictures(at: AppTest) -> AppTest:
    return give(started_from(at, "multi_image_to_video"), ("red.png", RED), ("blue.png", BLUE), ("green.png", GREEN))


@pytest.mark.slow
def test_what_another_start_has_no_place_for_waits_for_the_one_that_has(page: Open, quick: Sandbox) -> None:
    at = started_from(three_pictures(page("Video")), "first_last_image_to_video")
    assert "Kept but not used here: green\\.png" in texts(at)
    generate(at, "From red to blue")
    frames = [sent(quick)["first_pic_url"], sent(quick)["end_pic_url"]]
    at = started_from(at, "text_to_video")
    assert "Kept but not used here: red\\.png, blue\\.png, green\\.png" in texts(at)
    at = started_from(at, "image_to_video")
    generate(at, "Only red")
    assert sent(quick)["image"] == frames[0]
    at = started_from(at, "multi_image_to_video")
    assert "Kept but not used" not in texts(at)
    generate(at, "All three")
    assert sent(quick)["images"][:2] == frames and len(sent(quick)["images"]) == 3
    assert quick.backend.posts[UPLOAD] == 3


def test_files_that_wait_can_be_let_go_of(page: Open, quick: Sandbox) -> None:
    at = started_from(three_pictures(page("Video")), "text_to_video")
    checked(field(at, "Discard").click().run())
    assert "Kept but not used" not in texts(at)
    places = elements(started_from(at, "multi_image_to_video"), "file_uploader")
    assert "up to 3" in str([one.label for one in places])


def test_the_order_of_pictures_is_the_order_in_which_they_are_sent(page: Open, quick: Sandbox) -> None:
    at = three_pictures(page("Video"))
    generate(at, "In order")
    before = sent(quick)["images"]
    ahead = [button for button in at.button if button.label == "Move left"]
    checked(ahead[-1].click().run())
    generate(at, "In another order")
    assert sent(quick)["images"] == [before[0], before[2], before[1]]
    behind = [button for button in at.button if button.label == "Move right"]
    checked(behind[0].click().run())
    generate(at, "In yet another order")
    assert sent(quick)["images"] == [before[2], before[0], before[1]]
    at = started_from(at, "first_last_image_to_video")
    checked(field(at, "Swap frames").click().run())
    generate(at, "Backwards")
    assert [sent(quick)["first_pic_url"], sent(quick)["end_pic_url"]] == [before[0], before[2]]


@pytest.mark.slow
def test_what_a_job_filled_over_comes_back_by_undo(page: Open, quick: Sandbox) -> None:
    at = give(started_from(page(), "image_to_image"), ("red.png", RED))
    generate(at, "Make it dusk")
    until_saved(at)
    assert "Filled from an earlier job" not in texts(at)
    checked(field(at, "Remove").click().run())
    give(at, ("blue.png", BLUE))
    field(at, "Prompt").set_value("Half a new thought").run()
    choose(at, "Everything")
    assert "Filled from an earlier job" in texts(at) and field(at, "Prompt").value == "Make it dusk"
    checked(field(at, "Undo").click().run())
    assert "Filled from an earlier job" not in texts(at) and field(at, "Prompt").value == "Half a new thought"
    generate(at, "Half a new thought")
    assert len(sent(quick)["images"]) == 1 and quick.backend.posts[UPLOAD] == 2
    assert sent(quick)["images"] != next(iter(quick.backend.tasks.values())).body["images"]


@pytest.mark.slow
def test_a_result_in_a_form_with_references_leaves_them_a_way_back(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    started_from(at, "image_to_image")
    for _ in range(2):  # where one is taken, the newest wish counts, and blocks nothing
        choose(at, "Change this image")
        assert len([button for button in at.button if button.label == "Remove"]) == 1
    until(lambda: not field(checked(at.run()), "Generate").disabled, pause=0.3)
    generate(at, "Two hills at dusk")
    changed = sent(quick)["images"]
    checked(field(at, "Remove").click().run())
    give(at, ("red.png", RED))
    choose(at, "Change this image")
    checked(field(at, "Undo").click().run())
    generate(at, "Two red hills")
    assert sent(quick)["images"] != changed and len(sent(quick)["images"]) == 1


def test_what_was_chosen_and_is_not_sent_is_named(page: Open, quick: Sandbox) -> None:
    at = page("Video")
    field(at, "Model").set_value("SEEDANCE_2_0").run()
    field(at, "Generate audio").set_value(True).run()
    checked(field(at, "Resolution").set_value("480p").run())
    checked(field(at, "Model").set_value("KLING_V3_0_PRO").run())
    assert "ignores the resolution 480p" in texts(at)
    generate(at, "A boat")
    assert "resolution" not in sent(quick)
    checked(field(at, "Model").set_value("SEEDANCE_2_0").run())
    assert field(at, "Resolution").value == "480p" and "This model ignores" not in texts(at)


def test_a_file_that_is_given_to_a_full_place_replaces_what_is_there_unless_it_is_refused(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = facts.REGISTRY["image"]["image_to_image"]
    monkeypatch.setitem(facts.REGISTRY["image"], "image_to_image", [{**one, "upload_image_limit": 1} for one in models])
    services.shared().accounts.shared().catalogue.refresh()
    at = give(started_from(page(), "image_to_image"), ("red.png", RED))
    generate(at, "Make it dusk")
    red = sent(quick)["images"]
    assert [one.label for one in elements(at, "file_uploader")] == ["Replace image"]
    give(at, ("bad.png", b"nothing"))
    assert "bad\\.png" in texts(at)
    generate(at, "Make it noon")
    assert sent(quick)["images"] == red
    give(at, ("blue.png", BLUE))
    generate(at, "Make it night")
    assert len(sent(quick)["images"]) == 1 and sent(quick)["images"] != red


def test_why_a_file_was_not_taken_stands_where_it_was_given_until_it_was_read(page: Open) -> None:
    at = started_from(page("Video"), "first_last_image_to_video")
    give(at, ("bad.png", b"nothing"), place=1)
    assert ["bad\\.png" in texts(frame) for frame in at.columns[:2]] == [False, True]
    checked(field(at, "Dismiss").click().run())
    assert "bad\\.png" not in texts(at)


def test_why_a_file_was_not_taken_is_over_with_the_next_job(page: Open, quick: Sandbox) -> None:
    at = give(give(started_from(page("Video"), "multi_image_to_video"), ("red.png", RED)), ("bad.png", b"nothing"))
    assert "bad\\.png" in texts(at)
    generate(at, "Make it dusk")
    assert "bad\\.png" not in texts(at)


def test_a_link_may_lack_its_beginning_and_must_lead_outside(page: Open, quick: Sandbox) -> None:
    at = started_from(page(), "image_to_image")
    for inside in ("http://localhost/x.png", "http://10.0.0.7/x.png", "http://printer/x.png", "https://[x/y.png"):
        checked(at.chat_input[0].set_value(inside).run())
        assert "WeryAI can't reach it" in texts(at) or "not a link" in texts(at)
        assert "Remove" not in [button.label for button in at.button]
    checked(at.chat_input[0].set_value("example.com/a.png").run())
    assert "example\\.com\\/a\\.png" in texts(at)
    generate(at, "Make it dusk")
    assert sent(quick)["images"] == ["https://example.com/a.png"]


def test_another_model_key_is_chosen_after_other_clicks_too(page: Open, quick: Sandbox) -> None:
    at = page()
    until(lambda: "Model list updated" in texts(checked(at.run())), pause=0.3)
    generate(at, "Two hills")
    checked(field(at, "Aspect ratio").set_value("1:1").run())
    checked(field(at, "Model").set_value("another model").run())
    checked(field(at, "Prompt").set_value("Three hills").run())
    assert field(at, "Model").value == "another model" and field(at, "Model key").value == ""


def test_of_a_model_that_nobody_knows_nothing_is_claimed(page: Open) -> None:
    at = page("Video")
    field(at, "Model").set_value("SEEDANCE_2_0").run()
    checked(field(at, "Generate audio").set_value(True).run())
    checked(field(at, "Model").set_value("another model").run())
    assert "won't be sent" not in texts(at) and field(at, "Model key").placeholder == "SEEDANCE_2_0"
    checked(field(at, "Model key").set_value("NOBODY_KNOWS_IT").run())
    assert "whether this model supports the generate audio setting" in texts(at)


def test_a_task_that_failed_for_nothing_is_told_from_those_that_cost(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills [fail]", Number_of_images=3)
    until_saved(at)
    assert "You weren't charged for that one" in texts(at)


def test_after_a_restart_the_form_says_that_only_the_prompt_is_left(page: Open) -> None:
    at = page()
    checked(field(at, "Prompt").set_value("Make it dusk").run())
    del at.session_state["studio"]  # what the process knew; the browser still has its text
    assert "kept only your prompt" in texts(checked(at.run())) and field(at, "Prompt").value == "Make it dusk"
    assert "kept only your prompt" not in texts(generate(at, "Make it dusk"))


def test_a_form_that_a_job_fills_after_a_restart_is_whole(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills [fail]")
    ticks_until(at, lambda: "Edit and try again" in [button.label for button in at.button])
    del at.session_state["studio"]
    assert "kept only your prompt" in texts(checked(at.run()))
    assert "kept only your prompt" not in texts(checked(field(at, "Edit and try again").click().run()))


def test_a_press_that_went_through_is_said_at_the_button_until_the_next_one(page: Open) -> None:
    at = generate(page(), "Two hills")
    assert "Submitted at" in texts(at)
    assert "Submitted at" not in texts(generate(at, ""))


def test_a_shape_that_one_model_lacks_gives_way_to_the_nearest_and_comes_back(page: Open, quick: Sandbox) -> None:
    at = page()
    until(lambda: "Model list updated" in texts(checked(at.run())), pause=0.3)
    usual = field(at, "Model").value
    checked(field(at, "Aspect ratio").set_value("9:16").run())
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    assert field(at, "Aspect ratio").value == "9:16(1k)" and "instead of" not in texts(at)
    checked(field(at, "Model").set_value(usual).run())
    assert field(at, "Aspect ratio").value == "9:16" and "instead of" not in texts(at)
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    checked(field(at, "Aspect ratio").set_value("1:1").run())
    checked(field(at, "Model").set_value(usual).run())
    assert field(at, "Aspect ratio").value == "1:1"


def test_shape_and_size_are_two_fields_and_one_value(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    assert "Size" in labels(at)
    checked(field(at, "Size").set_value("16:9(4k)").run())
    field(at, "Aspect ratio").set_value("9:16(1k)")
    generate(at, "Two hills")
    assert field(at, "Size").value == "9:16(4k)", "another shape, the same size"
    assert sent(quick)["aspect_ratio"] == "9:16(4k)"
    until_saved(at)
    assert "9\\:16, 4K" in texts(at) and "(4k)" not in texts(at)
    checked(field(at, "Aspect ratio").set_value("1:1").run())
    assert "Size" not in labels(at)
    choose(at, "Everything")
    assert (field(at, "Aspect ratio").value, field(at, "Size").value) == ("9:16(1k)", "9:16(4k)")
    checked(field(at, "Model").set_value("SEEDREAM_4_5").run())
    assert "Aspect ratio 9\\:16 without a size" in texts(at)
    assert "Size" not in labels(at), "a shape or a size, not both"
    checked(field(at, "Aspect ratio").set_value("2k").run())
    checked(field(at, "Size").set_value("4k").run())
    generate(at, "Three hills")
    assert sent(quick)["aspect_ratio"] == "4k"


def labels(at: AppTest) -> list[str]:
    return [one.label for one in elements(at, "button_group")]


def test_an_upright_frame_in_a_wide_video_is_pointed_out(page: Open) -> None:
    at = started_from(page("Video"), "image_to_video")
    tall = io.BytesIO()
    Image.new("RGB", (300, 600)).save(tall, "PNG")
    give(at, ("tall.png", tall.getvalue()))
    assert "image is portrait but the video is landscape" in texts(at)
    assert "upright" not in texts(checked(field(at, "Aspect ratio").set_value("9:16").run()))


def test_a_complaint_is_over_with_another_start_and_a_use_closes_its_menu(page: Open) -> None:
    at = generate(page(), "")
    assert "Write a prompt first" in texts(at)
    assert "Write a prompt first" not in texts(started_from(at, "image_to_image"))
    at = generate(started_from(at, "text_to_image"), "Two hills")
    until_saved(at)
    opened = menus(at)
    choose(at, "Change this image")
    assert not opened & menus(at) and not at.toast  # a new one, which is closed


def menus(at: AppTest) -> set[str]:
    """The menus of the cards."""
    ours = ("More models", "Wildcards")  # of the form
    return {menu.proto.id for menu in at.get("popover") if menu.proto.popover.label not in ours}


def test_why_a_file_was_not_taken_is_over_with_another_start_or_model(page: Open) -> None:
    at = started_from(page("Video"), "almighty_reference_to_video")
    for name, other in (("Model", "another model"), ("Start from", "image_to_video")):
        checked(at.chat_input[0].set_value("nonsense").run())
        assert "not a link" in texts(at)
        assert "not a link" not in texts(checked(field(at, name).set_value(other).run()))


def more(at: AppTest) -> Any:
    return next(one for one in at.expander if one.label == "More")


def test_a_filled_negative_prompt_is_open_and_named_when_it_is_folded_away(page: Open) -> None:
    at = page()
    assert not more(at).proto.expanded
    checked(field(at, "Negative prompt").set_value("fog").run())
    generate(at, "Two hills")
    at.session_state["image-more"] = False
    assert texts(checked(at.run())).count("Negative prompt: fog") == 2, "at the form and on the card"
    del at.session_state["image-more"]  # as after a visit to another page
    assert texts(checked(at.run())).count("Negative prompt: fog") == 1 and more(at).proto.expanded


@pytest.mark.parametrize("when", ["as it begins", "as it ends"])
@pytest.mark.parametrize("cut", [RerunException(RerunData()), StopException()])
def test_a_file_is_taken_whole_though_the_run_that_takes_it_is_cut_off(
    page: Open, monkeypatch: pytest.MonkeyPatch, when: str, cut: BaseException
) -> None:
    at = started_from(page(), "image_to_image")
    cuts = [cut]

    @contextmanager
    def spinner(_text: str) -> Iterator[None]:
        if cuts and when == "as it begins":
            raise cuts.pop()
        yield
        if cuts:
            raise cuts.pop()

    monkeypatch.setattr("streamlit.spinner", spinner)
    give(at, ("red.png", RED))
    assert not cuts and len(at.session_state["studio"].forms[Kind.IMAGE].held("images")) == 1


def test_a_form_waits_for_a_file_that_the_run_before_it_still_looks_at(page: Open) -> None:
    at = started_from(page(), "image_to_image")
    held = at.session_state["studio"].forms[Kind.IMAGE]
    held.checking = 1
    assert "Checking files" in texts(checked(at.run())) and field(at, "Generate").disabled
    held.checking = 0
    assert "Checking files" not in texts(checked(at.run())) and not field(at, "Generate").disabled
