"""Every fault that the sandbox can make, at every endpoint, through client, dispatcher, tracker and saver.

Whatever happens: one POST unless it surely was not accepted, no task lost, none called failed but by the API.
"""

from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.backend import OUTCOMES
from sandbox.callbacks import HOW
from sandbox.dialect import CHOICES
from sandbox.faults import ENDPOINTS, KINDS, Fault
from studio.saver import GIVE_UP_AFTER
from studio.values import Job, State, Status
from studio.weryai import downloads
from studio.weryai.catalogue import snapshot
from tests.conftest import IMAGE, KEY, Desk, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API

POST = "/v1/generation/text-to-image"
BRIEF = {"hang": {"seconds": 0.8}, "slow": {"seconds": 0.05}, "refuse": {"http": 503}}  # tests do not wait for long


@pytest.fixture(autouse=True)
def impatient(desk: Desk, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Nobody waits half a minute for an answer that hangs."""
    if "hang" in request.node.name:
        desk.running.api._api.read_seconds = desk.running.api._registry.read_seconds = 0.5
        monkeypatch.setattr(downloads, "READ_SECONDS", 0.5)


def fault(desk: Desk, kind: str, **words: Any) -> None:
    order(desk.sandbox, "fault", kind=kind, **{**BRIEF.get(kind, {}), **words})


def finished(desk: Desk, job: Job, asks: int = 6) -> Job:
    for _ in range(asks):
        desk.ask()
        desk.save()
    return desk.now(job)


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("refuse", "cut-after", "slow")])
def test_a_submission_without_a_clear_answer_is_sent_once_and_stays_unconfirmed(
    desk: Desk, kind: str, acts: bool
) -> None:
    fault(desk, kind, acts=acts)
    job = desk.submit({**IMAGE, "image_number": 2})
    for _ in range(3):
        desk.send()
        desk.ask()
    job, tasks = desk.now(job), list(desk.sandbox.backend.tasks)
    assert (job.state, desk.sandbox.backend.posts[POST], len(tasks)) == (State.UNCONFIRMED, 1, 2 if acts else 0)
    assert job.reason and job.hint
    assert (job.balance_before, job.balance_after) == (1000, 986 if acts else 1000), "the evidence"
    if acts:
        desk.client.bring_home(job, " ".join(tasks))
        assert len(finished(desk, job).succeeded) == 2


@pytest.mark.parametrize("kind", ["cut-after", "slow"])
def test_an_answer_that_came_whole_is_an_answer(desk: Desk, kind: str) -> None:
    fault(desk, kind)
    job = desk.submit()
    desk.send()
    assert desk.now(job).state is State.OPEN
    assert finished(desk, job).outputs[0].is_saved, "the next request found a connection that works"
    assert desk.sandbox.backend.posts[POST] == 1


@pytest.mark.parametrize("http", [500, 502, 503, 504])
def test_a_server_fault_leaves_a_submission_unconfirmed(desk: Desk, http: int) -> None:
    fault(desk, "refuse", code=5000, http=http)
    job = desk.submit()
    for _ in range(3):
        desk.clock.pass_by(400)
        desk.send()
    assert (desk.now(job).state, desk.sandbox.backend.posts[POST]) == (State.UNCONFIRMED, 1)


@pytest.mark.parametrize(("retry_after", "seconds"), [("", 20), ("45", 45), ("Wed, 21 Oct 2015 07:28:00 GMT", 20)])
def test_a_429_waits_as_long_as_it_says_and_is_sent_again(desk: Desk, retry_after: str, seconds: int) -> None:
    fault(desk, "refuse", http=429, retry_after=retry_after)
    job = desk.submit()
    desk.send()
    assert (desk.now(job).state, desk.now(job).error_kind) == (State.QUEUED, "RateLimitError")
    desk.clock.pass_by(seconds * 0.85)
    desk.send()
    assert desk.sandbox.backend.posts[POST] == 1, "not before its time"
    desk.clock.pass_by(seconds)
    desk.send()
    assert (desk.now(job).state, len(desk.sandbox.backend.tasks)) == (State.OPEN, 1)


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_of_a_status_answer_loses_a_task(desk: Desk, kind: str, number: int) -> None:
    job = desk.submit({**IMAGE, "image_number": number})
    desk.send()
    for endpoint in ("task", "batch"):
        fault(desk, kind, on=endpoint, times=2)
    desk.ask()
    assert desk.now(job).state is State.OPEN
    job = finished(desk, job)
    assert (job.state, len(job.succeeded), desk.sandbox.backend.posts[POST]) == (State.FINISHED, number, 1)


@pytest.mark.parametrize("endpoint", ["task", "batch"])
def test_a_429_of_a_status_answer_slows_the_tracker_down(desk: Desk, endpoint: str) -> None:
    job = desk.submit({**IMAGE, "image_number": 2 if endpoint == "batch" else 1})
    desk.send()
    fault(desk, "refuse", on=endpoint, http=429, retry_after="30")
    sent = desk.calls()
    desk.ask()
    before = desk.calls()
    assert before == sent + 1, "no other way is tried"
    desk.clock.pass_by(25)
    desk.track()
    assert desk.calls() == before
    assert finished(desk, job).state is State.FINISHED


@pytest.mark.parametrize("kind", KINDS)
def test_a_balance_that_is_not_told_stops_nothing(desk: Desk, kind: str) -> None:
    fault(desk, kind, on="balance", times=0)
    job = desk.submit()
    desk.send()
    job = finished(desk, job)
    assert (job.state, job.cost) == (State.FINISHED, 7), "the result says what it cost"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("slow", "cut-after")])
def test_a_registry_that_is_silent_or_odd_leaves_the_models_as_they_are(desk: Desk, kind: str) -> None:
    fault(desk, kind, on="models", times=0)
    desk.running.catalogue.refresh()
    for mode in ("text_to_image", "text_to_video"):
        assert {model.key for model in desk.client.models(mode)} == {model.key for model in snapshot()[mode]}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("slow", "cut-after")])
def test_a_link_that_fails_at_first_is_tried_again_until_the_file_is_whole(desk: Desk, kind: str) -> None:
    job = desk.submit()
    desk.send()
    fault(desk, kind, on="file", **({"http": 404} if kind == "refuse" else {}))
    job = finished(desk, job, asks=3)
    (output,) = job.outputs
    assert output.attempts == 1 and output.is_saved
    assert desk.archive.path(output.key).read_bytes() == requests.get(output.url, timeout=10).content
    incoming = desk.archive._workshop
    assert incoming and not list(Path(incoming).iterdir()), "nothing half-made is left"


def test_a_link_that_is_forbidden_for_good_is_said_and_asked_for_seldom(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    fault(desk, "refuse", on="file", http=403, times=0)
    finished(desk, job)
    for _ in range(40):
        desk.clock.pass_by(901)
        desk.save()
    job = desk.now(job)
    (output,) = job.outputs
    assert (job.state, output.is_saved) == (State.FINISHED, False)
    assert "403" in output.problem and output.attempts == GIVE_UP_AFTER and output.try_at is None
    assert not desk.client.is_moving()


def test_a_task_that_is_done_without_a_file_is_failed_and_says_so(desk: Desk) -> None:
    order(desk.sandbox, "outcomes", outcomes=["succeed", "empty"])
    job = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    job = finished(desk, job)
    assert [task.status for task in job.tasks] == [Status.SUCCEEDED, Status.FAILED]
    assert "gave no file" in job.tasks[1].reason


def test_a_task_of_a_batch_that_is_forgotten_is_gone_and_the_others_are_not(desk: Desk) -> None:
    order(desk.sandbox, "outcomes", outcomes=["succeed", "forgotten", "failed"])
    job = desk.submit({**IMAGE, "image_number": 3})
    desk.send()
    job = finished(desk, job, asks=9)
    assert [task.status for task in job.tasks] == [Status.SUCCEEDED, Status.GONE, Status.FAILED]
    assert (job.state, desk.client.word(job)) == (State.FINISHED, "1 of 3")


@pytest.mark.parametrize("http", [401, 403, 200])
def test_a_key_that_is_rejected_in_any_way_stops_all_within_one_call(desk: Desk, http: int) -> None:
    open_job = desk.submit()
    desk.send()
    order(desk.sandbox, "reject-keys", keys=[KEY], http=http)
    waiting = desk.submit()
    before = desk.calls()
    desk.ask()
    stopped = desk.calls()
    assert stopped - before <= 2, "the refused status, and the balance that shows whose fault it is"
    for _ in range(5):
        desk.send()
        desk.clock.pass_by(60)
        desk.track()
    assert desk.calls() == stopped
    assert desk.client.standing().rejected.startswith("Invalid API Key")
    assert (desk.now(waiting).state, desk.now(open_job).state) == (State.QUEUED, State.OPEN)


def test_every_fault_is_told_by_the_state_and_an_unknown_one_is_refused(desk: Desk) -> None:
    for kind in KINDS:
        fault(desk, kind, on="models")
    told = requests.get(f"{desk.sandbox.url}/sandbox/state", timeout=10).json()["faults"]
    assert [one["kind"] for one in told] == list(KINDS)
    for words in (
        {"kind": "flood"},
        {"kind": "html", "on": "moon"},
        {"kind": "html", "number": 3},
        {"kind": "refuse", "retry_after": 5},
        {"kind": "html", "times": "3"},
    ):
        assert requests.post(f"{desk.sandbox.url}/sandbox/fault", json=words, timeout=10).status_code == 400


def test_the_readme_lists_everything_that_can_be_ordered() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    words = [
        *KINDS,
        *ENDPOINTS,
        *OUTCOMES,
        *HOW,
        *CHOICES,
        *(choice for choices in CHOICES.values() for choice in choices),
    ]
    assert [word for word in words if f"`{word}`" not in text] == []
    assert [name for name in Fault.__dataclass_fields__ if f"`{name}`" not in text] == []
