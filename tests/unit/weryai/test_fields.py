"""Each kind of field by itself: what it offers for a model, what of it goes into a body, and what is refused."""

from typing import Any

import pytest

from studio.core.errors import DraftError
from studio.core.reference import Medium
from studio.weryai.fields import ChoiceField, CountField, Field, MediaField, SwitchField, TextField
from studio.weryai.model import Model

UNKNOWN = Model("M", "Model M", verified=False)
KNOWN = Model(
    "M",
    "Model M",
    aspect_ratios=("1:1", "16:9"),
    durations=(1, 5),
    audio=True,
    negative_prompt=True,
    prompt_max=3,
    numbers=(1, 2),
    max_images=2,
)
NONE = Model("M", "M", aspect_ratios=(), audio=False, negative_prompt=False, max_images=0)

PROMPT = TextField("prompt", "Prompt", required=True, maximum=5, length="prompt_max")
NEGATIVE = TextField("negative_prompt", "Negative prompt", maximum=5, limits="negative_prompt")
RATIO = ChoiceField("aspect_ratio", "Aspect ratio", required=True, limits="aspect_ratios", common=("4:3", "2k"))
OPTIONAL = ChoiceField("aspect_ratio", "Aspect ratio", limits="aspect_ratios")
DURATION = ChoiceField("duration", "Duration", required=True, limits="durations", common=(5, 8), span=(4, 15))
LOOSE = ChoiceField("duration", "Duration", required=True, limits="durations", common=(5,), omissible=True)
COUNT = CountField("image_number", "Number of images", maximum=3, limits="numbers")
PLAIN_COUNT = CountField("video_number", "Number of videos", maximum=2)
AUDIO = SwitchField("generate_audio", "Generate audio", limits="audio")
SPELLED = SwitchField("generate_audio", "Generate audio", limits="audio", as_text=True)
IMAGES = MediaField("images", "Images", required=True, medium=Medium.IMAGE, maximum=3, limits="max_images")
CLIPS = MediaField("videos", "Videos", medium=Medium.VIDEO, maximum=1, limits="max_videos")
FRAME = MediaField("image", "First frame", required=True, medium=Medium.IMAGE, maximum=1, is_list=False)
LINK = "https://a.b/c.png"


@pytest.mark.parametrize(
    ("field", "takers"),
    [
        (PROMPT, [KNOWN, UNKNOWN, NONE]),
        (NEGATIVE, [KNOWN]),
        (RATIO, [KNOWN, UNKNOWN]),
        (OPTIONAL, [KNOWN]),
        (COUNT, [KNOWN, UNKNOWN, NONE]),
        (AUDIO, [KNOWN]),
        (IMAGES, [KNOWN, UNKNOWN]),
        (FRAME, [KNOWN, UNKNOWN, NONE]),
    ],
)
def test_a_model_takes_what_it_is_known_to_and_what_has_to_be_there(field: Field, takers: list[Model]) -> None:
    assert [model for model in (KNOWN, UNKNOWN, NONE) if field.is_taken_by(model)] == takers


def test_a_field_offers_what_the_model_takes_or_else_what_is_usual() -> None:
    assert [PROMPT.longest(model) for model in (KNOWN, UNKNOWN)] == [3, 5]
    assert [RATIO.choices(model) for model in (KNOWN, UNKNOWN, NONE)] == [("1:1", "16:9"), ("4:3", "2k"), ()]
    assert [OPTIONAL.choices(model) for model in (KNOWN, UNKNOWN)] == [("1:1", "16:9"), ()]
    assert [RATIO.is_free(model) for model in (KNOWN, UNKNOWN, NONE)] == [False, True, False]
    assert not OPTIONAL.is_free(UNKNOWN)
    assert [COUNT.choices(model) for model in (KNOWN, UNKNOWN)] == [(1, 2), (1, 2, 3)]
    assert PLAIN_COUNT.choices(KNOWN) == (1, 2)
    assert [IMAGES.most_files(model) for model in (KNOWN, UNKNOWN, NONE)] == [2, 3, 0]
    assert FRAME.most_files(NONE) == 1


@pytest.mark.parametrize(
    ("field", "model", "given", "sent"),
    [
        (PROMPT, UNKNOWN, " a\n\tb ", "a\n\tb"),
        (NEGATIVE, KNOWN, None, None),
        (NEGATIVE, KNOWN, "  ", None),
        (RATIO, KNOWN, "16:9", "16:9"),
        (RATIO, UNKNOWN, " 21:9 ", "21:9"),
        (OPTIONAL, KNOWN, "", None),
        (DURATION, UNKNOWN, "15", 15),
        (LOOSE, UNKNOWN, None, None),
        (COUNT, KNOWN, None, 1),
        (COUNT, KNOWN, "2", 2),
        (AUDIO, KNOWN, None, False),
        (AUDIO, KNOWN, True, True),
        (SPELLED, KNOWN, None, "false"),
        (SPELLED, KNOWN, True, "true"),
        (IMAGES, KNOWN, [f" {LINK} ", "", None], [LINK]),
        (IMAGES, KNOWN, LINK, [LINK]),
        (CLIPS, KNOWN, (), None),
        (FRAME, KNOWN, [LINK], LINK),
    ],
)
def test_what_is_accepted_goes_into_the_body(field: Field, model: Model, given: Any, sent: Any) -> None:
    assert field.accepted(given, model) == sent


def test_a_number_is_sent_where_a_boolean_equals_it() -> None:
    assert DURATION.accepted(True, KNOWN) is not True


@pytest.mark.parametrize(
    ("field", "model", "given", "said"),
    [
        (PROMPT, KNOWN, "", "Write a prompt first."),
        (PROMPT, KNOWN, "four", "Shorten the prompt by 1 character."),
        (NEGATIVE, KNOWN, "x" * 1505, "Shorten the negative prompt by 1,500 characters."),
        (
            NEGATIVE,
            KNOWN,
            "a\x00",
            "The negative prompt has a control character (U+0000) that can't be sent. Remove it.",
        ),
        (RATIO, KNOWN, None, "Choose the aspect ratio."),
        (LOOSE, KNOWN, "", "Choose the duration."),
        (RATIO, KNOWN, "4:3", "Model M does not support aspect ratio 4:3. Choose 1:1, 16:9."),
        (OPTIONAL, KNOWN, "4:3", "Model M does not support aspect ratio 4:3. Choose 1:1, 16:9."),
        (RATIO, UNKNOWN, "", "Choose the aspect ratio."),
        (RATIO, UNKNOWN, "<b>", "Enter the aspect ratio like 4:3."),
        (DURATION, UNKNOWN, "16", "The duration must be a whole number of seconds, from 4 to 15."),
        (COUNT, KNOWN, 3, "Number of images must be one of 1, 2."),
        (IMAGES, KNOWN, [], "Add an image."),
        (FRAME, KNOWN, "", "Add a first frame."),
        (IMAGES, KNOWN, [LINK] * 5, "Images: at most 2 files. Remove 3."),
        (CLIPS, KNOWN, [LINK] * 2, "Videos: at most 1 file. Remove 1."),
        (FRAME, KNOWN, "c.png", "That is not a link. Links start with https:// and a host."),
        (FRAME, KNOWN, f"https://a.b/{'x' * 1989}", "That is not a link. Links start with https:// and a host."),
    ],
)
def test_what_is_not_accepted_is_refused_in_these_words(field: Field, model: Model, given: Any, said: str) -> None:
    with pytest.raises(DraftError) as refused:
        field.accepted(given, model)
    assert (refused.value.message, refused.value.field) == (said, field.name)
