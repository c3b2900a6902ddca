"""From a draft to a body: what is sent, what is left out, and what is refused with which words."""

import pytest

from studio.core.errors import DraftError
from studio.weryai import request_body
from studio.weryai.model import Model
from studio.weryai.modes import TEXT_TO_IMAGE, TEXT_TO_VIDEO

PLAIN = Model("M", "Model M", aspect_ratios=("1:1", "16:9"), durations=(5, 10), negative_prompt=True)
GOOD = {"prompt": "a hill", "aspect_ratio": "1:1"}


def test_a_body_has_the_vendors_field_names() -> None:
    body = request_body.body(TEXT_TO_IMAGE, PLAIN, {**GOOD, "image_number": 3, "negative_prompt": "  rain "})
    assert body == {
        "model": "M",
        "prompt": "a hill",
        "aspect_ratio": "1:1",
        "image_number": 3,
        "negative_prompt": "rain",
    }


def test_what_the_model_does_not_take_is_left_out() -> None:
    quiet = Model("M", "M", aspect_ratios=(), resolutions=(), durations=(5,), audio=False, negative_prompt=False)
    given = {"prompt": "x", "aspect_ratio": "1:1", "resolution": "720p", "generate_audio": True, "duration": 5}
    body = request_body.body(TEXT_TO_VIDEO, quiet, {**given, "negative_prompt": "rain"})
    assert body == {"model": "M", "prompt": "x", "duration": 5, "video_number": 1}


def test_audio_is_a_boolean_here() -> None:
    loud = Model("M", "M", aspect_ratios=("1:1",), durations=(5,), audio=True)
    body = request_body.body(TEXT_TO_VIDEO, loud, {**GOOD, "duration": 5, "generate_audio": True})
    assert body["generate_audio"] is True


@pytest.mark.parametrize(
    ("inputs", "field", "words"),
    [
        ({"prompt": "  \n"}, "prompt", "Write a prompt first."),
        ({"prompt": "\u200b \ufeff\u2060"}, "prompt", "Write a prompt first."),
        ({"prompt": "half \ud800 of a pair"}, "prompt", "control character (U+D800)"),
        ({"prompt": "x" * 10_000_000}, "prompt", "Shorten the prompt by 9,998,000 characters."),
        ({"prompt": "x" * 2140}, "prompt", "Shorten the prompt by 140 characters."),
        ({"prompt": "x" * 2001}, "prompt", "Shorten the prompt by 1 character."),
        ({"prompt": "a\x00b"}, "prompt", "control character (U+0000)"),
        ({"aspect_ratio": "7:1"}, "aspect_ratio", "Choose 1:1, 16:9."),
        ({"aspect_ratio": None}, "aspect_ratio", "Choose the aspect ratio."),
        ({"image_number": 5}, "image_number", "must be one of 1, 2, 3, 4"),
        ({"negative_prompt": "x" * 1001}, "negative_prompt", "Shorten the negative prompt by 1 character."),
    ],
)
def test_bad_inputs_are_refused_with_their_field(inputs: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(DraftError) as raised:
        request_body.body(TEXT_TO_IMAGE, PLAIN, {**GOOD, **inputs})
    assert raised.value.field == field
    assert words in raised.value.message


def test_the_longest_prompt_and_any_script_are_taken() -> None:
    text = "山 🌄 مرحبا <b>*x*</b>\n" + "x" * 1979
    assert request_body.body(TEXT_TO_IMAGE, PLAIN, {**GOOD, "prompt": text})["prompt"] == text


def test_unknown_limits_of_a_required_field_offer_the_common_ones() -> None:
    unknown = Model("M", "M", verified=False)
    assert request_body.body(TEXT_TO_IMAGE, unknown, GOOD)["aspect_ratio"] == "1:1"


@pytest.mark.parametrize(("typed", "sent"), [("7", 7), (" 12 ", 12), (5, 5)])
def test_a_typed_length_is_a_number_of_seconds(typed: object, sent: int) -> None:
    unknown = Model("M", "M", verified=False)
    assert request_body.body(TEXT_TO_VIDEO, unknown, {**GOOD, "duration": typed})["duration"] == sent


@pytest.mark.parametrize("typed", ["for ever", "0", "-3", "1.5", "99999", "٣"])
def test_a_typed_length_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(DraftError, match="whole number of seconds") as refused:
        request_body.body(TEXT_TO_VIDEO, Model("M", "M", verified=False), {**GOOD, "duration": typed})
    assert refused.value.field == "duration"


def test_a_typed_ratio_is_sent_as_it_is_or_left_out() -> None:
    unknown = Model("M", "M", durations=(5,), verified=False)
    for typed in ("16:9(2k)", "2k", "2.39:1"):
        assert (
            request_body.body(TEXT_TO_VIDEO, unknown, {**GOOD, "duration": 5, "aspect_ratio": typed})["aspect_ratio"]
            == typed
        )
    assert "aspect_ratio" not in request_body.body(TEXT_TO_VIDEO, unknown, {**GOOD, "duration": 5, "aspect_ratio": ""})
    with pytest.raises(DraftError, match="like 16:9"):
        request_body.body(TEXT_TO_VIDEO, unknown, {**GOOD, "duration": 5, "aspect_ratio": "<b>"})


@pytest.mark.parametrize("key", ["a b", "x" * 101, "<i>", "ключ"])
def test_a_model_key_that_cannot_be_one_is_refused(key: str) -> None:
    with pytest.raises(DraftError, match="letters, digits and underscores") as refused:
        request_body.body(TEXT_TO_IMAGE, Model(key, key, aspect_ratios=("1:1",)), GOOD)
    assert refused.value.field == "model"
