"""Every documented way of answering, through client, dispatcher, tracker and saver: the end is always the same."""

from typing import Any

import pytest

from sandbox.dialect import CHOICES, Dialect
from studio.values import Kind, State, Status
from studio.weryai.registry import snapshot
from tests.conftest import IMAGE, KEY, VIDEO, Desk, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API

OTHERS = [
    (name, choice) for name, choices in CHOICES.items() for choice in choices if choice != getattr(Dialect(), name)
]


def followed(desk: Desk, *jobs: Any) -> list[Any]:
    for _ in range(4):
        desk.ask()
    desk.save()
    return [desk.now(job) for job in jobs]


@pytest.mark.parametrize(("name", "choice"), OTHERS)
def test_a_variant_of_an_answer_comes_to_the_same_end(desk: Desk, name: str, choice: str) -> None:
    order(desk.sandbox, "dialect", **{name: choice})
    order(desk.sandbox, "outcomes", outcomes=["succeed", "failed"])
    images = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    video = desk.submit(VIDEO, "text_to_video")
    desk.send()
    images, video = followed(desk, images, video)
    assert [task.status for task in images.tasks] == [Status.SUCCEEDED, Status.FAILED]
    assert "simulated failure" in images.tasks[1].reason
    assert (images.state, images.cost, [output.is_saved for output in images.outputs]) == (State.FINISHED, 7, [True])
    assert (video.state, video.cost, [output.kind for output in video.outputs]) == (State.FINISHED, 90, [Kind.VIDEO])
    assert video.outputs[0].is_saved
    assert len(desk.sandbox.backend.tasks) == 3


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
    desk: Desk, name: str, choice: str, change: dict[str, str], kind: str, blamed: str
) -> None:
    order(desk.sandbox, "dialect", **{name: choice})
    if kind == "OutOfCreditsError":
        order(desk.sandbox, "balance", key=KEY, credits=1)
    job = desk.submit()
    desk.ledger.jobs.change(job.id, inputs={**job.inputs, **change})  # past our own check of the draft
    desk.send()
    job = desk.now(job)
    assert (job.state, job.error_kind, job.field) == (State.REFUSED, kind, blamed)
    assert not desk.sandbox.backend.tasks


def test_audio_is_said_in_the_other_way_when_the_first_is_refused_and_from_then_on(desk: Desk) -> None:
    """Some pages have it as a boolean, some as a text; a refusal of it has started nothing."""
    order(desk.sandbox, "dialect", audio="text")
    for posts in (2, 3):
        job = desk.submit({**VIDEO, "generate_audio": True}, "text_to_video")
        desk.send()
        assert desk.now(job).state is State.OPEN
        assert desk.sandbox.backend.posts["/v1/generation/text-to-video"] == posts
    assert [task.body["generate_audio"] for task in desk.sandbox.backend.tasks.values()] == [True, True]


@pytest.mark.parametrize("registry", CHOICES["registry"])
def test_the_registry_is_read_in_both_groupings(desk: Desk, registry: str) -> None:
    order(desk.sandbox, "dialect", registry=registry)
    desk.running.catalogue.refresh()
    for mode in ("text_to_image", "text_to_video"):
        assert mode in desk.running.catalogue._live, "and not by the snapshot"
        assert {model.key for model in desk.client.models(mode)} == {model.key for model in snapshot()[mode]}
