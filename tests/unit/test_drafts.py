"""From a draft to a body: what is sent, what is left out, and what is refused with which words."""

import pytest

from studio.errors import DraftError
from studio.values import Model
from studio.weryai import drafts
from studio.weryai.modes import TEXT_TO_IMAGE, TEXT_TO_VIDEO

PLAIN = Model("M", "Model M", aspect_ratios=("1:1", "16:9"), durations=(5, 10), negative_prompt=True)
GOOD = {"prompt": "a hill", "aspect_ratio": "1:1"}


def test_a_body_has_the_vendors_field_names() -> None:
    body = drafts.body(TEXT_TO_IMAGE, PLAIN, {**GOOD, "image_number": 3, "negative_prompt": "  rain "})
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
    body = drafts.body(TEXT_TO_VIDEO, quiet, {**given, "negative_prompt": "rain"})
    assert body == {"model": "M", "prompt": "x", "duration": 5, "video_number": 1}


def test_audio_is_a_boolean_here() -> None:
    loud = Model("M", "M", aspect_ratios=("1:1",), durations=(5,), audio=True)
    body = drafts.body(TEXT_TO_VIDEO, loud, {**GOOD, "duration": 5, "generate_audio": True})
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
        ({"image_number": 5}, "image_number", "from 1 to 4"),
        ({"negative_prompt": "x" * 1001}, "negative_prompt", "Shorten the negative prompt by 1 character."),
    ],
)
def test_bad_inputs_are_refused_with_their_field(inputs: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(DraftError) as raised:
        drafts.body(TEXT_TO_IMAGE, PLAIN, {**GOOD, **inputs})
    assert raised.value.field == field
    assert words in raised.value.message


def test_the_longest_prompt_and_any_script_are_taken() -> None:
    text = "山 🌄 مرحبا <b>*x*</b>\n" + "x" * 1979
    assert drafts.body(TEXT_TO_IMAGE, PLAIN, {**GOOD, "prompt": text})["prompt"] == text


def test_unknown_limits_of_a_required_field_offer_the_common_ones() -> None:
    unknown = Model("M", "M", verified=False)
    assert drafts.body(TEXT_TO_IMAGE, unknown, GOOD)["aspect_ratio"] == "1:1"
