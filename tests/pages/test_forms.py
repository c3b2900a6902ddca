"""The forms: modes, models that no list knows, references in every way they come in, and what is said of each."""

import io
import wave

import pytest
from PIL import Image

from components.session import services
from sandbox import facts, media
from sandbox.server import Sandbox
from studio.access import Permissions
from tests.conftest import order, until
from tests.pages.driving import (
    Open,
    checked,
    choose,
    elements,
    field,
    generate,
    pictures,
    texts,
    ticks_until,
    until_saved,
)
from tests.pages.form_files import BLUE, RED, UPLOAD, give, sent, started_from
from tests.unit.media.files import encoded, moving, two_halves

ANY_NUMBER = facts.REGISTRY["video"]["multi_image_to_video"]


def silence(seconds: int) -> bytes:
    """A WAV of that length."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 8000 * seconds)
    return file.getvalue()


def test_another_mode_keeps_what_fits_and_says_what_it_does_not_send(page: Open, quick: Sandbox) -> None:
    at = page("Video")
    field(at, "Prompt").set_value("A boat").run()
    field(at, "Model").set_value("KLING_V3_0_PRO").run()
    checked(field(at, "Negative prompt").set_value("rain").run())
    field(at, "Duration").set_value(15).run()
    at = started_from(at, "image_to_video")
    assert (field(at, "Prompt").value, field(at, "Model").value) == ("A boat", "KLING_V3_0_PRO")
    checked(field(at, "Model").set_value("VEO_3_1").run())
    said = texts(at)
    assert "ignores the negative prompt" in said and "Duration 8 s instead of 15 s" in said
    checked(field(at, "Duration").set_value(8).run())
    generate(started_from(at, "text_to_video"), "A boat")
    assert "negative_prompt" not in sent(quick)


def test_a_model_that_only_the_registry_has_is_used_with_its_own_odd_limits(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = {"model_key": "MOON_1", "title": "Moon 1", "durations": [3, 7], "aspect_ratios": ["7:5", "2.39:1"]}
    monkeypatch.setitem(facts.REGISTRY["video"], "text_to_video", [odd])
    services.shared().accounts.shared().catalogue.refresh()
    at = page("Video")
    assert field(at, "Model").options[0].startswith("Moon 1") and "Model list updated" in texts(at)
    field(at, "Aspect ratio").set_value("2.39:1")
    generate(at, "The moon", Duration=7)
    assert (sent(quick)["model"], sent(quick)["aspect_ratio"], sent(quick)["duration"]) == ("MOON_1", "2.39:1", 7)


def test_a_model_key_can_be_typed_and_the_answer_stands_at_the_field(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "Model").set_value("another model").run())
    generate(at, "Two hills")
    assert "Choose a model" in texts(at)
    checked(field(at, "Model key").set_value("NOBODY_KNOWS_IT").run())
    assert "We don't know this model's limits" in texts(at) and "Choose a model" not in texts(at)
    generate(at, "Two hills")
    assert "model is not exist" in texts(at)
    monkey = {**facts.REGISTRY["image"]["text_to_image"][0], "model_key": "NOBODY_KNOWS_IT"}
    facts.REGISTRY["image"]["text_to_image"].append(monkey)
    try:
        field(at, "Aspect ratio").set_value("16:9")
        generate(at, "Two other hills")
        assert sent(quick)["model"] == "NOBODY_KNOWS_IT"
    finally:
        facts.REGISTRY["image"]["text_to_image"].remove(monkey)


def test_each_start_begins_with_a_model_whose_limits_are_known_and_keeps_one_that_was_chosen(page: Open) -> None:
    starts = ("image_to_video", "multi_image_to_video", "first_last_image_to_video", "almighty_reference_to_video")
    for start in starts:
        assert "We don't know this model's limits" not in texts(started_from(page("Video"), start)), start
    at = page("Video")
    checked(field(at, "Model").set_value("VEO_3_1").run())
    checked(field(at, "Model").set_value("SEEDANCE_2_0").run())
    started_from(at, "first_last_image_to_video")
    assert field(at, "Model").value == "SEEDANCE_2_0" and "We don't know this model's limits" in texts(at)


def test_where_limits_are_unknown_anything_can_be_typed_or_left_out(page: Open, quick: Sandbox) -> None:
    at = page("Video")
    checked(field(at, "Model").set_value("GROK_IMAGINE_VIDEO").run())
    assert "We don't know this model's limits for aspect ratio and duration" in texts(at)
    field(at, "Duration").set_value("8 s")  # AppTest cannot type into a selectbox; a browser test does
    field(at, "Aspect ratio").set_value("Don't send")
    generate(at, "A boat")
    assert sent(quick)["duration"] == 8 and "aspect_ratio" not in sent(quick)


@pytest.mark.slow
def test_an_image_is_changed_and_its_file_is_uploaded_once(page: Open, quick: Sandbox) -> None:
    at = give(started_from(page(), "image_to_image"), ("my holiday.png", RED))
    generate(at, "Make it dusk")
    until_saved(at)
    assert "1 reference image" in texts(at)
    (address,) = sent(quick)["images"]
    assert address.startswith(f"{quick.url}/sandbox/uploads/") and "holiday" not in address
    checked(field(at, "Remove").click().run())
    assert "Add an image" in texts(generate(at, "Make it night"))
    give(at, ("the same.jpg", RED))
    generate(at, "Make it night")
    assert sent(quick)["images"] == [address]
    assert quick.backend.posts[UPLOAD] == 1


def test_a_picture_that_weryai_does_not_take_is_converted_and_the_form_says_so(page: Open, quick: Sandbox) -> None:
    at = give(started_from(page(), "image_to_image"), ("holiday.heic", encoded(two_halves(), "HEIF")))
    assert "Converted from HEIC" in texts(at)
    generate(at, "Make it night")
    (address,) = sent(quick)["images"]
    assert address.endswith(".jpg")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.gif", moving("GIF"), "animated"),
        ("a.png", b"MZ" + bytes(400), "a\\.png"),
        ("empty.png", b"", "empty"),
        ("cut.png", RED[:-20], "broken"),
        ("clip.mp4", media.clip("x", "1:1", 1, seconds=2, resolution="360p", sound=False), "MP4"),
    ],
)
def test_a_file_that_is_not_taken_is_named_with_the_reason(
    page: Open, quick: Sandbox, name: str, content: bytes, words: str
) -> None:
    at = give(started_from(page(), "image_to_image"), (name, content))
    assert name.partition(".")[0] in texts(at) and words in texts(at)
    assert not quick.backend.posts[UPLOAD]
    give(at, ("good.png", RED))
    assert words not in texts(at), "the next one that is taken ends it"
    assert quick.backend.posts[UPLOAD] == 1


def test_one_bad_file_does_not_cost_the_good_ones(page: Open, quick: Sandbox) -> None:
    at = started_from(page("Video"), "multi_image_to_video")
    give(at, ("red.png", RED), ("bad.png", b"nothing"), ("blue.png", BLUE))
    assert "bad\\.png" in texts(at) and "Images · 2 of 3" in texts(at)
    generate(at, "They meet")
    assert len(sent(quick)["images"]) == 2


def test_a_model_that_takes_fewer_files_says_how_many_to_remove(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {**facts.REGISTRY["video"]["multi_image_to_video"][0], "model_key": "FEW", "upload_image_limit": 1}
    monkeypatch.setitem(facts.REGISTRY["video"], "multi_image_to_video", [*ANY_NUMBER, few])
    services.shared().accounts.shared().catalogue.refresh()
    at = started_from(page("Video"), "multi_image_to_video")
    give(at, ("red.png", RED), ("blue.png", BLUE))
    checked(field(at, "Model").set_value("FEW").run())
    assert "this model takes at most 1\\. Remove 1" in texts(at) and field(at, "Generate").disabled
    checked(field(at, "Remove").click().run())
    generate(at, "One is left")
    assert len(sent(quick)["images"]) == 1


@pytest.mark.slow
def test_an_upload_says_how_far_it_is(page: Open, quick: Sandbox) -> None:
    order(quick, "fault", kind="slow", on="upload", seconds=3)
    at = started_from(page(), "image_to_image")
    elements(at, "file_uploader")[0].set_value([("red.png", RED, "image/png")])
    checked(at.run())
    assert "Uploading 1 file" in str([bar.proto for bar in at.get("progress")])
    assert field(at, "Generate").disabled and "still uploading" in texts(at)
    until(lambda: not field(checked(at.run()), "Generate").disabled, pause=0.3)
    assert not at.get("progress")


def test_a_link_is_sent_as_it_is_and_fetched_by_nobody_here(page: Open, quick: Sandbox) -> None:
    at = started_from(page("Video"), "almighty_reference_to_video")
    checked(at.chat_input[0].set_value("https://example.com/a.png https://example.com/b.mp4\nnonsense").run())
    assert "Links start with https" in texts(at) and at.chat_input[0].proto.value == "nonsense"
    assert "example\\.com\\/a\\.png" in texts(at)
    assert not pictures(at)
    generate(at, "Both", Duration=5)
    assert sent(quick)["images"] == ["https://example.com/a.png"]
    assert sent(quick)["videos"] == ["https://example.com/b.mp4"]


def test_files_without_a_prompt_are_sent_when_that_was_said_twice(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = started_from(page("Video"), "almighty_reference_to_video")
    checked(at.chat_input[0].set_value("https://example.com/a.png").run())
    assert field(at, "Prompt").given["placeholder"].endswith("(optional)")
    for _ in range(2):  # a double click is no answer
        checked(field(at, "Generate").click().run())
        assert "There's no prompt" in texts(at) and not quick.backend.posts
    monkeypatch.setattr("components.form.presses.DOUBLE_CLICK_SECONDS", 0)
    checked(field(at, "Generate").click().run())
    assert not sent(quick).get("prompt")
    assert "There's no prompt" not in texts(at)


def test_a_failed_upload_is_repeated_alone_and_generate_says_why_it_waits(page: Open, quick: Sandbox) -> None:
    order(quick, "fault", kind="refuse", on="upload", code=1015, message="daily upload limit")
    at = started_from(page("Video"), "first_last_image_to_video")
    give(at, ("first.png", RED))
    until(lambda: "An upload failed" in texts(checked(at.run())), pause=0.3)
    give(at, ("last.png", BLUE), place=1)
    assert field(at, "Generate").disabled
    checked(field(at, "Upload again").click().run())
    until(lambda: not field(checked(at.run()), "Generate").disabled, pause=0.3)
    assert quick.backend.posts[UPLOAD] == 3
    generate(at, "From red to blue")
    assert sent(quick)["first_pic_url"] != sent(quick)["end_pic_url"]


@pytest.mark.slow
def test_a_result_becomes_the_input_of_a_video_and_its_end_that_of_the_next(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    choose(at, "Start a video with it")
    assert at.title[0].value == "Video"
    until(lambda: "still uploading" not in texts(checked(at.run())), pause=0.3)
    generate(at, "The sun rises")
    first = sent(quick)["image"]
    ticks_until(at, lambda: "Continue" in [button.label for button in at.button])
    checked(field(at, "Continue").click().run())
    until(lambda: "still uploading" not in texts(checked(at.run())), pause=0.3)
    generate(at, "The sun sets")
    assert sent(quick)["image"] != first and quick.backend.posts["/v1/generation/image-to-video"] == 2


@pytest.mark.slow
def test_reuse_brings_the_references_back(page: Open, quick: Sandbox) -> None:
    at = give(started_from(page(), "image_to_image"), ("red.png", RED))
    generate(at, "Make it dusk")
    until_saved(at)
    checked(field(at, "Remove").click().run())
    choose(at, "Everything")
    assert "Image" in texts(at) and field(at, "Remove")
    generate(at, "Make it noon")
    assert len(sent(quick)["images"]) == 1 and quick.backend.posts[UPLOAD] == 1


def test_a_file_that_was_deleted_while_a_form_held_it_says_so_and_is_not_sent(page: Open, quick: Sandbox) -> None:
    at = give(started_from(page(), "image_to_image"), ("red.png", RED))
    checked(field(at, "Prompt").set_value("Make it dusk").run())
    assert not field(at, "Generate").disabled
    shared = services.shared()
    assert shared.ledger.references.drop_of(shared.accounts.shared().account.id, "")
    checked(at.run())
    assert "This file was deleted" in texts(at) and field(at, "Generate").disabled
    checked(field(at, "Remove").click().run())
    assert "This file was deleted" not in texts(at)


@pytest.mark.slow
def test_a_clip_of_the_wrong_length_is_said_at_once(page: Open, quick: Sandbox) -> None:
    long = media.clip("x", "1:1", 1, seconds=17, resolution="360p", sound=False)
    at = started_from(page("Video"), "almighty_reference_to_video")
    give(at, ("long.mp4", long))
    assert "long\\.mp4 lasts 17\\.0 seconds" in texts(at)
    assert field(at, "Generate").disabled


@pytest.mark.parametrize(("seconds", "is_taken"), [(1, False), (2, True), (15, True), (16, False)])
def test_audio_of_the_wrong_length_is_said_before_it_is_sent(
    page: Open, quick: Sandbox, seconds: int, is_taken: bool
) -> None:
    at = started_from(page("Video"), "almighty_reference_to_video")
    give(at, ("red.png", RED))
    give(at, ("tone.wav", silence(seconds)))  # one place takes all of them
    said = f"tone\\.wav lasts {seconds}\\.0 seconds; each must last 2 to 15"
    assert (said in texts(at), field(at, "Generate").disabled) == (not is_taken, not is_taken)


def test_who_may_not_spend_uploads_nothing(page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    at = started_from(page(), "image_to_image")
    monkeypatch.setattr("studio.access.permissions", lambda *_: Permissions(look=True))
    give(at, ("red.png", RED))
    assert "You have view" in texts(at) and not quick.backend.posts[UPLOAD]


def test_all_files_of_a_form_together_have_a_limit(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.references.FORM_BYTES", len(RED) + 10)
    at = started_from(page("Video"), "multi_image_to_video")
    give(at, ("red.png", RED), ("blue.png", BLUE))
    assert "blue\\.png does not fit" in texts(at) and "1 of 3" in texts(at)


@pytest.mark.slow
def test_a_large_picture_is_refused_with_its_limit(page: Open) -> None:
    file = io.BytesIO()
    Image.effect_noise((3500, 3500), 90).save(file, "PNG", compress_level=1)
    at = started_from(page(), "image_to_image")
    assert at.get("file_uploader")[0].proto.max_upload_size_mb > 10  # or Streamlit refuses it first, without a word
    give(at, ("noise.png", file.getvalue()))
    assert "noise\\.png has" in texts(at) and "the limit is 10 MB" in texts(at)
