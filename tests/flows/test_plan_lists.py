"""Lists of prompts: one in a line, or a CSV file. Good rows can be sent while others say what is wrong with them."""

from typing import Any

import pytest

from studio.client_parts import plan_lists
from studio.core.errors import DraftError
from studio.core.values import Draft
from tests.conftest import VIDEO, Harness
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.flows.flow import DRAFT

OTHER = "GEMINI_3_1_FLASH_IMAGE"
FILMS = Draft("text_to_video", "SEEDANCE_2_0", {**VIDEO, "video_number": 1, "generate_audio": False})


def from_csv(harness: Harness, text: str, form: Draft = DRAFT, models: tuple[str, ...] = ()) -> Any:
    return harness.client.plans.from_csv(form, text.encode(), models)


def test_each_line_of_a_list_is_a_prompt_and_blank_ones_are_not(harness: Harness) -> None:
    found = harness.client.plans.from_text(DRAFT, "a fox\n\n  \n an {owl|elk} \r\n", (OTHER,))
    assert [(line.place, line.draft.inputs["prompt"]) for line in found.lines] == [
        *2 * [("Line 1", "a fox")],
        *2 * [("Line 4", "an owl")],
        *2 * [("Line 4", "an elk")],
    ]
    assert not harness.client.plans.from_text(DRAFT, " \n ").lines


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_csv_file_has_columns_called_as_fields_or_labels_and_the_form_fills_the_rest(
    harness: Harness, start: str, separator: str
) -> None:
    rows = [
        ["PROMPT", "Model", "Aspect Ratio", "image_number"],
        ["a fox", "", "1:1", ""],
        ["", "", "", ""],
        ["an owl", OTHER.lower(), "", "2"],
        ['"a {b|c}"', "WeryAI Image 1.0", "", ""],
    ]
    found = from_csv(harness, start + "\r\n".join(separator.join(row) for row in rows))
    assert [
        (line.place, line.draft.inputs["prompt"], line.draft.model, line.draft.inputs["aspect_ratio"])
        for line in found.ready
    ] == [
        ("Line 2", "a fox", DRAFT.model, "1:1"),
        ("Line 4", "an owl", OTHER, "16:9"),
        ("Line 5", "a b", "WERYAI_IMAGE_1_0", "16:9"),
        ("Line 5", "a c", "WERYAI_IMAGE_1_0", "16:9"),
    ]
    assert [line.draft.inputs["image_number"] for line in found.lines] == [1, 2, 1, 1]
    assert not found.notes


def test_a_file_without_prompts_has_that_of_the_form_and_is_for_each_model_of_the_plan(harness: Harness) -> None:
    found = from_csv(harness, "aspect_ratio\n1:1\n16:9\n", models=(OTHER,))
    assert [(line.draft.inputs["prompt"], line.draft.model) for line in found.lines] == [
        *2 * [(DRAFT.inputs["prompt"], DRAFT.model), (DRAFT.inputs["prompt"], OTHER)]
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("duration\n8", 8),
        ("Duration\n8 s", 8),
        ("resolution\n480P", "480p"),
        ("Generate audio\nYes", True),
        ("generate_audio\nno", False),
        ("number of videos\n3", 3),
        ("number of videos\n00004", 4),
    ],
)
def test_a_cell_becomes_a_value_of_its_field(harness: Harness, cell: str, value: Any) -> None:
    (line,) = from_csv(harness, cell, FILMS).ready
    assert value in line.draft.inputs.values()


@pytest.mark.parametrize(
    ("row", "field", "problem"),
    [
        ("prompt\n \n\nb,c\n", "", "It has more cells than the header."),
        ("prompt,model\n,SEEDANCE_2_0", "prompt", "Write a prompt first."),
        ("model\nSEEDANCE_9", "", "Model: there is no SEEDANCE_9 in the list of this mode."),
        ("duration\nlong", "duration", "Seedance 2.0 does not support duration long. Choose 5, 6"),
        ("video_number\nmany", "video_number", "Number of videos must be a whole number."),
        ("video_number\n00000", "video_number", "Number of videos must be one of 1, 2, 3, 4."),
        ("video_number\n0", "video_number", "Number of videos must be one of 1, 2, 3, 4."),
        ("video_number\n00012", "video_number", "Number of videos must be one of 1, 2, 3, 4."),
        (f"video_number\n{'1' * 5000}", "video_number", "Number of videos must be one of 1, 2, 3, 4."),
        ("video_number\n9", "video_number", "Number of videos must be one of 1, 2, 3, 4."),
        ("generate_audio\nloud", "generate_audio", "Generate audio must be yes or no."),
        ("negative_prompt\nrain", "negative_prompt", "Seedance 2.0 has no negative prompt."),
        ("prompt\nkey sk-0123456789abcdef0123456789abcdef", "prompt", "This contains an API key"),
    ],
)
def test_a_row_that_cannot_be_sent_says_what_is_wrong_in_which_column(
    harness: Harness, row: str, field: str, problem: str
) -> None:
    found = from_csv(harness, f"{row}\n", FILMS)
    (line,) = (line for line in found.lines if line.problem)
    assert (line.at_fault, line.problem[: len(problem)]) == (field, problem)


def test_columns_that_are_not_known_are_named_and_ignored(harness: Harness) -> None:
    found = from_csv(harness, "prompt,style,duration,\na,oil,5,\n")
    assert found.notes == ("Ignored columns: style, duration.",) and len(found.ready) == 1
    (note,) = from_csv(harness, f"prompt,{'x' * 90},{','.join(f'c{number}' for number in range(3000))}\na\n").notes
    assert note == f"Ignored columns: {'x' * 40}, c0, c1, c2, c3, c4, 2,995 more."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The first line must name the columns"),
        (b"style,mood\na,b\n", "The first line must name the columns"),
        (b"prompt,Prompt\na,b\n", "Line 1: the column prompt is there twice."),
        (b"prompt\n\xff\xfe", "The file isn't UTF-8 text."),
        (b'prompt\n"a', "Line 2: "),
        (b"prompt\n" + 201 * b"a\n", "The file has 201 rows. The limit is 200."),
        (b"x" * 500_001, "The file is larger than 500 KB."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(harness: Harness, data: bytes, reason: str) -> None:
    with pytest.raises(DraftError) as refused:
        harness.client.plans.from_csv(DRAFT, data)
    assert refused.value.message.startswith(reason)


@pytest.mark.parametrize("mode", ["text_to_image", "text_to_video", "almighty_reference_to_video"])
def test_the_example_of_each_model_is_a_file_whose_rows_can_be_sent(harness: Harness, mode: str) -> None:
    for model in harness.client.models.list(mode):
        form = Draft(mode, model.key, {"images": ["https://x.example/a.png"]})
        found = from_csv(harness, harness.client.plans.example_csv(form), form)
        assert not found.notes and len(found.lines) == 3
        assert not [line.problem for line in found.lines if line.problem], model.key


def test_a_list_is_as_long_as_a_plan_at_most(harness: Harness) -> None:
    assert len(plan_lists.from_text("a\n \n" * 200)) == 200
    assert harness.client.plans.from_text(DRAFT, "a\n" * 199 + "{b|c}").is_too_large


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{a|b}\n" * 201, "The list has 201 prompts. The limit is 200."),
        ("{a|b}" * 40_001, "The list has 200,005 characters. The limit is 200,000."),
    ],
)
def test_a_list_that_is_too_long_is_refused_before_its_wildcards_are_looked_at(text: str, reason: str) -> None:
    with pytest.raises(DraftError) as refused:
        plan_lists.from_text(text)
    assert refused.value.message == reason
