"""Every documented way of answering, through client, dispatcher, tracker and saver: the end is always the same."""

from typing import Any

import pytest

from components.cards import status_box
from sandbox.dialect import Dialect
from sandbox.variants import CHOICES
from studio.core.values import Kind, State, Status
from studio.engine.tracker import _row_of
from studio.weryai.registry import snapshot
from studio.weryai.wire import Report, Result
from tests.conftest import IMAGE, KEY, VIDEO, Harness, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API

OTHERS = [
    (name, choice) for name, choices in CHOICES.items() for choice in choices if choice != getattr(Dialect(), name)
]


def followed(harness: Harness, *jobs: Any) -> list[Any]:
    for _ in range(4):
        harness.ask()
    harness.save()
    return [harness.now(job) for job in jobs]


@pytest.mark.parametrize(("name", "choice"), OTHERS)
def test_a_variant_of_an_answer_comes_to_the_same_end(harness: Harness, name: str, choice: str) -> None:
    order(harness.sandbox, "dialect", **{name: choice})
    order(harness.sandbox, "outcomes", outcomes=["succeed", "failed"])
    images = harness.submit({**IMAGE, "image_number": 2})
    harness.send()
    video = harness.submit(VIDEO, "text_to_video")
    harness.send()
    images, video = followed(harness, images, video)
    assert [task.status for task in images.tasks] == [Status.SUCCEEDED, Status.FAILED]
    assert "simulated failure" in images.tasks[1].reason.lower()
    cost = None if choice == "missing" else 7  # the balance lost 14; that 7 came back, nobody told
    assert (images.state, images.cost, [output.is_saved for output in images.outputs]) == (State.FINISHED, cost, [True])
    assert (video.state, video.cost, [output.kind for output in video.outputs]) == (State.FINISHED, 90, [Kind.VIDEO])
    assert video.outputs[0].is_saved
    assert len(harness.sandbox.backend.tasks) == 3


@pytest.mark.parametrize(("name", "choice"), [pair for pair in OTHERS if pair[0] in ("errors", "codes")])
@pytest.mark.parametrize(
    ("change", "kind", "blamed"),
    [
        ({"prompt": "x [moderated]"}, "ContentRejectedError", "prompt"),
        ({}, "OutOfCreditsError", ""),
        ({"aspect_ratio": "7:1"}, "InvalidInputError", "aspect_ratio"),
    ],
)
def test_a_refusal_means_the_same_in_every_variant(
    harness: Harness, name: str, choice: str, change: dict[str, str], kind: str, blamed: str
) -> None:
    order(harness.sandbox, "dialect", **{name: choice})
    if kind == "OutOfCreditsError":
        order(harness.sandbox, "balance", key=KEY, credits=1)
    job = harness.submit()
    harness.ledger.jobs.change(job.id, inputs={**job.inputs, **change})  # past our own check of the draft
    harness.send()
    job = harness.now(job)
    assert (job.state, job.error_kind, job.field) == (State.REFUSED, kind, blamed)
    assert not harness.sandbox.backend.tasks


def test_audio_is_said_in_the_other_way_when_the_first_is_refused_and_from_then_on(harness: Harness) -> None:
    """Some pages have it as a boolean, some as a text; a refusal of it has started nothing."""
    order(harness.sandbox, "dialect", audio="text")
    for posts in (2, 3):
        job = harness.submit({**VIDEO, "generate_audio": True}, "text_to_video")
        harness.send()
        assert harness.now(job).state is State.OPEN
        assert harness.sandbox.backend.posts["/v1/generation/text-to-video"] == posts
    assert [task.body["generate_audio"] for task in harness.sandbox.backend.tasks.values()] == [True, True]


def test_a_result_whose_name_and_address_say_no_kind_is_of_the_jobs_kind(harness: Harness) -> None:
    """It decides how its file is read."""
    image, video = harness.submit(), harness.submit(VIDEO, "text_to_video")
    harness.send()
    harness.send()
    for job in (image, video):
        report = Report("t", Status.SUCCEEDED, (Result(Kind.VIDEO, "https://cdn.weryai.com/x", is_guessed=True),))
        told = _row_of(harness.now(job), harness.now(job).tasks[0], report)
        assert told.links == [(job.kind, "https://cdn.weryai.com/x")]


LISTINGS = [(name, choice) for name in ("registry", "keys", "titles") for choice in CHOICES[name]]


@pytest.mark.parametrize(("name", "choice"), LISTINGS)
def test_the_registry_is_read_in_every_grouping_and_naming(harness: Harness, name: str, choice: str) -> None:
    order(harness.sandbox, "dialect", **{name: choice})
    harness.runtime.catalogue.refresh()
    one_mode_each = choice == "list"
    for mode in ("text_to_image", "text_to_video", *([] if one_mode_each else ["multi_image_to_video"])):
        assert mode in harness.runtime.catalogue._live, "and not by the snapshot"
        found, documented = harness.client.models.list(mode), snapshot()[mode]
        assert {(model.key, model.title) for model in found} == {(model.key, model.title) for model in documented}


def test_the_registry_says_how_many_images_a_model_makes_and_takes(harness: Harness) -> None:
    harness.runtime.catalogue.refresh()
    for mode, most in (("text_to_image", None), ("image_to_image", 3), ("multi_image_to_video", 3)):
        for model in harness.client.models.list(mode):
            assert model.max_images == most
            assert model.numbers == (None if mode.endswith("video") else (1, 2, 3, 4))


def test_who_reads_the_models_lets_an_old_list_be_asked_for_again(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(harness.runtime.catalogue, "refresh_when_old", lambda: asked.append("asked"))
    harness.client.models.list("text_to_image")
    harness.client.models.get("text_to_image", "X")
    harness.submit()
    assert len(asked) == 3


@pytest.mark.parametrize("reason", CHOICES["reason"])
def test_a_task_that_the_content_check_ended_says_what_to_change(harness: Harness, reason: str) -> None:
    order(harness.sandbox, "dialect", reason=reason)
    order(harness.sandbox, "outcomes", outcomes=["failed"])
    job = harness.submit()
    harness.send()
    (job,) = followed(harness, job)
    shown, is_own = status_box._ended_text(job.tasks[0], job, sandbox=False), reason == "own"
    assert shown.startswith("WeryAI couldn't make this: *" if is_own else "WeryAI's content check stopped this: *")
    assert shown.endswith("You can try again." if is_own else "You weren't charged. Edit the prompt and try again.")
