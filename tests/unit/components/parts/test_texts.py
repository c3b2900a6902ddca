"""Words for pages: escaped, and short."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from components.cards import status_box
from components.parts import job_texts, markdown
from studio.core import job_states
from studio.core.number_texts import credits, size_in_words
from studio.core.values import Job, Kind, Output, State, Status, Task
from tests.examples import JOB

NASTY = "![x](https://evil.example/p.png) **b** `c` $x$ <img src=x> :red[y] [l](javascript:a)"


def test_markdown_is_taken_out_of_every_text() -> None:
    escaped = markdown.escape(NASTY)
    for special in "![]()*`$<>:":
        assert all(before == "\\" for before, found in pairwise(escaped) if found == special)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        *((text, True) for text in ("http://a.b/c", "HTTPS://A.B", "see:http://.a.b", "WWW.a.b", "a@b.c", "a+b@-c.d")),
        *((text, False) for text in ("https:// and a host", "postgresql://a:b@host/c", "a:b@host:3128", "//a.b")),
    ],
)
def test_only_what_would_become_a_link_has_a_character_that_nobody_sees(text: str, is_one: bool) -> None:
    """As tried in a browser, with Streamlit 1.67."""
    assert ("\u200b" in markdown.escape(text)) is is_one


@given(some.text())
def test_escaping_gives_one_line_of_bounded_length(text: str) -> None:
    escaped = markdown.escape(text, 50)
    assert "\n" not in escaped
    assert len(escaped) <= 100


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (14, "14 s"),
        (59.7, "1 min"),
        (72, "1 min 12 s"),
        (120, "2 min"),
        (299, "4 min 59 s"),
        (559, "9 min"),
        (7500, "2 h 5 min"),
        (-3, "0 s"),
    ],
)
def test_durations_are_words(seconds: float, words: str) -> None:
    assert markdown.duration(seconds) == words


def test_credits_and_sizes_are_words() -> None:
    assert [credits(n) for n in (1000, 0.5, 7.0)] == ["1,000", "0.5", "7"]
    assert [size_in_words(n) for n in (300, 640_000, 5_600_000)] == ["1 KB", "640 KB", "5.6 MB"]


def job(state: State, *statuses: Status) -> Job:
    tasks = tuple(Task(n, "job_1", f"t{n}", n, status) for n, status in enumerate(statuses))
    return replace(JOB, state=state, tasks=tasks, count=max(1, len(tasks)))


W, P, S, F, G = Status.WAITING, Status.PROCESSING, Status.SUCCEEDED, Status.FAILED, Status.GONE


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (job(State.QUEUED), "Queued"),
        (job(State.UNCONFIRMED), "Unconfirmed"),
        (job(State.REFUSED), "Refused"),
        (job(State.OPEN, W, W), "Waiting"),
        (job(State.OPEN, W, S), "Processing"),
        (job(State.OPEN, P), "Processing"),
        (job(State.FINISHED, S, S), "Succeeded"),
        (job(State.FINISHED, S, F, S, S), "3 of 4"),
        (job(State.FINISHED, F, F), "Failed"),
        (job(State.FINISHED, G), "Gone"),
        (job(State.FINISHED, G, F), "Failed"),
        (job(State.CANCELLED), "Cancelled"),
        (job(State.DISMISSED), "Dismissed"),
    ],
)
def test_every_state_has_its_word(found: Job, word: str) -> None:
    assert job_states.word(found) == word


AUDITED = "Image asset audit failed"
WITH_FILES = {"mode": "image_to_image", "inputs": {"images": ["https://a.b/c.png"]}}


@pytest.mark.parametrize(
    ("reason", "cost", "about", "said"),
    [
        ("Too dark", 0.0, {}, "WeryAI couldn't make this: *Too dark*. You weren't charged. You can try again."),
        ("Too dark", 7.0, {}, "WeryAI couldn't make this: *Too dark*. 7 credits were charged."),
        ("Too dark", None, {}, "WeryAI couldn't make this: *Too dark*. WeryAI didn't say whether you were charged."),
        (
            *("Content moderation", 0.0, {}),
            "WeryAI's content check stopped this: *Content moderation*. You weren't charged. "
            "Edit the prompt and try again.",
        ),
        (
            *("Content moderation", None, {}),
            "WeryAI's content check stopped this: *Content moderation*. WeryAI didn't say whether you were charged. "
            "Edit the prompt and try again.",
        ),
        (
            *(AUDITED, 7.0, WITH_FILES),
            f"WeryAI's content check stopped this: *{AUDITED}*. 7 credits were charged. "
            "Edit the prompt or change the reference files, then try again.",
        ),
        (
            *("No: An audit of a sensitive man", 0.0, {"prompt": "An audit of a sensitive man"}),
            "WeryAI couldn't make this: *No: An audit of a sensitive man*. You weren't charged. You can try again.",
        ),
    ],
)
def test_a_failed_task_says_whether_to_try_again_or_what_to_change(
    reason: str, cost: float | None, about: dict[str, Any], said: str
) -> None:
    (task,) = job(State.FINISHED, F).tasks
    found = replace(job(State.FINISHED, F), **about)
    shown = status_box._ended_text(replace(task, reason=reason, cost=cost), found, sandbox=False)
    assert shown.replace("\\", "") == said


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"field": "prompt"}, "Edit the prompt and try again."),
        ({"field": "negative_prompt"}, "Edit the negative prompt and try again."),
        ({"field": "image", **WITH_FILES}, "Change the reference files and try again."),
        ({"field": "image"}, "Edit the prompt and try again."),
    ],
)
def test_a_content_check_that_names_a_field_says_to_change_that(about: dict[str, Any], said: str) -> None:
    refused = replace(job(State.REFUSED), error_kind="ContentRejectedError", reason="no", **about)
    assert job_texts.refusal(refused).endswith(f"You weren't charged. {said}")


AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LATE = AT + timedelta(minutes=50)
FULL = "The disk is full, so new files aren't saved. Free some space, and we'll fetch them."
NO_LINK = "The result link answered 404."
COLD = Output(1, 0, 0, Kind.IMAGE, "https://x/a", attempts=1, try_at=LATE, problem=NO_LINK)
LOST = replace(COLD, attempts=24, try_at=None)
HELD_UP = replace(COLD, attempts=0, problem=FULL)
SAVED = replace(COLD, key="a.png")


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ([SAVED], ""),
        ([replace(COLD, attempts=0, try_at=None, problem="")], ""),
        ([COLD], f"The image is ready, but not saved yet. {NO_LINK} Retrying at 10:50."),
        (
            [replace(COLD, try_at=AT)],
            f"The image is ready, but not saved yet. {NO_LINK} Retrying now.",
        ),
        ([COLD, SAVED], f"1 image is ready, but not saved yet. {NO_LINK} Retrying at 10:50."),
        (
            [COLD, COLD, SAVED],
            f"2 images are ready, but not saved yet. {NO_LINK} Retrying at 10:50.",
        ),
        ([LOST], "The image is ready, but not saved. The result link answered 404. Its link may expire."),
        ([LOST, LOST], "2 images are ready, but not saved. The result link answered 404. Their links may expire."),
        ([HELD_UP, HELD_UP], FULL),
        (
            [HELD_UP, LOST],
            f"{FULL} 1 image is ready, but not saved. The result link answered 404. Its link may expire.",
        ),
    ],
)
def test_what_is_not_saved_yet_says_why_and_when_it_is_tried_again(outputs: list[Output], said: str) -> None:
    (task,) = job(State.FINISHED, S).tasks
    found = replace(job(State.FINISHED), tasks=(replace(task, outputs=tuple(outputs)),))
    assert status_box.saving_text(found, AT).replace("\\", "") == said
    assert "image" not in status_box.saving_text(replace(found, kind=Kind.VIDEO), AT)


@pytest.mark.parametrize(
    ("outputs", "word"),
    [([SAVED], "Succeeded"), ([COLD], "Saving"), ([SAVED, HELD_UP], "Saving"), ([SAVED, LOST], "Succeeded")],
)
def test_a_job_whose_files_are_on_their_way_is_being_saved(outputs: list[Output], word: str) -> None:
    (task,) = job(State.FINISHED, S).tasks
    found = replace(job(State.FINISHED), tasks=(replace(task, outputs=tuple(outputs)),))
    assert job_states.word(found) == word
    assert job_states.word(replace(found, removed_at=AT)) == "Succeeded", "they are gone"


def test_an_unconfirmed_job_in_flight_is_sending() -> None:
    assert job_states.word(job(State.UNCONFIRMED), sending=True) == "Sending"


def test_the_reason_of_a_job_is_its_own_or_that_of_its_first_task_with_one() -> None:
    tasks = tuple(Task(1, JOB.id, "t", 0, Status.FAILED, reason) for reason in ("", "Too dark", "Too bright"))
    assert job_texts.reason(replace(JOB, reason="", tasks=tasks)) == "Too dark"
    assert job_texts.reason(replace(JOB, reason="Refused", tasks=tasks)) == "Refused"
    assert job_texts.reason(replace(JOB, reason="", tasks=())) == ""
