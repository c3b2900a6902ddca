"""What a copy says of its result, and who gets which references back from it."""

import io
from dataclasses import replace
from typing import Any

import pytest

from studio import copies
from studio.client import Client
from studio.core.drafts import Refill
from studio.core.provenance import Provenance, Setting
from studio.core.reference import Medium
from studio.core.values import Draft, Job
from studio.media import embedding
from tests.conftest import Harness
from tests.conftest import on_sqlite as url  # noqa: F401
from tests.fault_matrix import picture
from tests.flows.flow import done

RED = picture(b"\xff\0\0" * 128 * 128, 128)
SECRET = "sk-planted-0123456789abcdef7777"
LINK = "https://x.example/a.png?token=hidden"


def of_person(harness: Harness, person: str) -> Client:
    return replace(harness.client, person=person)


@pytest.fixture
def job(harness: Harness) -> Job:
    """A video of p_max, made of a file and of a link."""
    client = of_person(harness, "p_max")
    held = client.references.add(io.BytesIO(RED), "grandma@lake.png", [Medium.IMAGE])
    harness.runtime.uploader.step()
    images = [client.references.state(held.sha256).url, LINK]
    inputs = {"prompt": "The sun climbs", "images": images, "duration": 5, "aspect_ratio": "16:9"}
    job = client.jobs.submit(Draft("almighty_reference_to_video", "SEEDANCE_2_0", inputs), "a", wait=0)
    harness.send()
    return done(harness, job)


def content(harness: Harness, job: Job) -> bytes:
    return b"".join(copies.copy_of(harness.ledger, harness.archive, job.outputs[0].key).pieces())


def said(harness: Harness, job: Job) -> Provenance:
    found = embedding.read(io.BytesIO(content(harness, job)))
    assert found
    return found


def refill(client: Client, found: Provenance, harness: Harness, job: Job) -> Refill:
    copy = embedding.copy_with(harness.archive.path(job.outputs[0].key), found)
    filled = client.refills.in_file(io.BytesIO(b"".join(copy.pieces())), "a.mp4")
    assert filled
    return filled


def test_a_copy_has_no_person_no_address_and_no_name_of_a_file(harness: Harness, job: Job) -> None:
    made = content(harness, job)
    for private in ("p_max", "grandma", "x.example", "hidden", harness.sandbox.url, job.account.join('""')):
        assert private.encode() not in made
    found = said(harness, job)
    assert [len(held) for held in found.references["images"]] == [64, 0]
    assert found.task == job.tasks[0].task_id and found.made.endswith("Z")


def test_a_key_and_a_signed_address_in_a_prompt_are_removed(harness: Harness, job: Job) -> None:
    """As in the prompt of a task that was imported; one with a key is not sent from here."""
    harness.ledger.jobs.change(job.id, prompt=f"{SECRET} on {LINK}", inputs={**job.inputs, "aspect_ratio": SECRET})
    made = content(harness, job)
    assert SECRET.encode() not in made and b"hidden" not in made and b"[removed]" in made


def test_what_is_read_fills_what_was_sent(harness: Harness, job: Job) -> None:
    found = said(harness, job)
    filled = refill(of_person(harness, "p_max"), found, harness, job)
    sha256 = found.references["images"][0]
    wanted = {"prompt": "The sun climbs", "duration": 5, "aspect_ratio": "16:9", "images": [sha256]}
    assert {name: filled.draft.inputs[name] for name in wanted} == wanted
    assert (filled.draft.mode, filled.draft.model) == (job.mode, job.model) and filled.name == "a.mp4"
    assert filled.missing == ("Images: 1 of 2 can't be found here. Add it again.",)


def test_references_come_back_to_whoever_could_reuse_the_job_or_has_added_them(harness: Harness, job: Job) -> None:
    found = said(harness, job)
    of_nothing = replace(found, job="")
    max, mia = of_person(harness, "p_max"), of_person(harness, "p_mia")

    def images(client: Client, found: Provenance) -> int:
        return len(refill(client, found, harness, job).draft.inputs["images"])

    assert images(max, of_nothing) == 1, "it is theirs"
    assert images(mia, found) == 1, "lists show them the job, as to everybody on the team"
    assert images(mia, of_nothing) == 0, "to know its SHA-256 is not enough"
    assert images(replace(mia, only_mine=True), found) == 0
    mia.references.add(io.BytesIO(RED), "mine.png", [Medium.IMAGE])
    assert images(mia, of_nothing) == 1
    harness.ledger.jobs.change(job.id, removed_at=job.created_at)
    assert images(of_person(harness, "p_ute"), found) == 0


def test_a_job_of_another_account_gives_nothing_back(harness: Harness, job: Job) -> None:
    harness.ledger.jobs.change(job.id, account="another")
    assert refill(of_person(harness, "p_mia"), said(harness, job), harness, job).draft.inputs["images"] == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (
            {"mode": "text_to_music"},
            "This studio doesn't know the mode text_to_music, so only the prompt is filled in.",
        ),
        ({"model": "M_99"}, "The model M_99 isn't in this studio's list. Check the model below."),
    ],
)
def test_what_is_unknown_is_said(harness: Harness, job: Job, change: dict[str, Any], missing: str) -> None:
    filled = refill(harness.client, replace(said(harness, job), references={}, **change), harness, job)
    assert filled.missing == (missing,) and filled.draft.inputs["prompt"] == "The sun climbs"
    assert filled.has_settings == ("model" in change)


def test_settings_of_other_types_are_left_out(harness: Harness, job: Job) -> None:
    odd: dict[str, Setting] = {
        "duration": True,
        "aspect_ratio": "x" * 31,
        "video_number": 99,
        "generate_audio": "yes",
        "resolution": "1080p",
        "webhook_url": "https://x.example",
        "prompt": "another",
    }
    filled = refill(harness.client, replace(said(harness, job), settings=odd), harness, job)
    assert set(filled.draft.inputs) == {"prompt", "images", "videos", "audios", "resolution"}
    assert filled.draft.inputs["prompt"] == "The sun climbs"


def test_a_file_that_says_nothing_fills_nothing(harness: Harness) -> None:
    assert harness.client.refills.in_file(io.BytesIO(RED), "a.png") is None
