"""What a fault of the API means beside the job it hits: how soon it is asked again, what is said, what goes on."""

from pathlib import Path

import pytest
import requests

from sandbox.faults import ENDPOINTS, KINDS, Fault
from sandbox.links import LINKS
from sandbox.listing import Listing
from sandbox.orders import HOW
from sandbox.tasks import OUTCOMES, Charging
from sandbox.variants import CHOICES
from studio.core.values import State, Status
from studio.engine.saver import GIVE_UP_AFTER
from studio.weryai.registry import snapshot
from tests.conftest import IMAGE, KEY, Harness, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.fault_matrix import fault, settled

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.mark.parametrize("endpoint", ["task", "batch"])
def test_a_429_of_a_status_answer_slows_the_tracker_down(harness: Harness, endpoint: str) -> None:
    job = harness.submit({**IMAGE, "image_number": 2 if endpoint == "batch" else 1})
    harness.send()
    fault(harness, "refuse", on=endpoint, http=429, retry_after="30")
    sent = harness.calls()
    harness.ask()
    before = harness.calls()
    assert before == sent + 1, "no other way is tried"
    harness.clock.pass_by(25)
    harness.track()
    assert harness.calls() == before
    assert settled(harness, job).state is State.FINISHED


@pytest.mark.parametrize("kind", KINDS)
def test_a_balance_that_is_not_told_stops_nothing(harness: Harness, kind: str) -> None:
    fault(harness, kind, on="balance", times=0)
    job = harness.submit()
    harness.send()
    job = settled(harness, job)
    assert (job.state, job.cost) == (State.FINISHED, 7), "the result says what it cost"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("slow", "cut-after")])
def test_a_registry_that_is_silent_or_odd_leaves_the_models_as_they_are(harness: Harness, kind: str) -> None:
    fault(harness, kind, on="models", times=0)
    harness.runtime.catalogue.refresh()
    for mode in ("text_to_image", "text_to_video"):
        assert {model.key for model in harness.client.models.list(mode)} == {model.key for model in snapshot()[mode]}


def test_a_link_that_is_forbidden_for_good_is_said_and_asked_for_seldom(harness: Harness) -> None:
    job = harness.submit()
    harness.send()
    fault(harness, "refuse", on="file", http=403, times=0)
    settled(harness, job)
    for _ in range(40):
        harness.clock.pass_by(901)
        harness.save()
    job = harness.now(job)
    (output,) = job.outputs
    assert (job.state, output.is_saved) == (State.FINISHED, False)
    assert "403" in output.problem and output.attempts == GIVE_UP_AFTER and output.try_at is None
    assert not harness.client.progress.is_moving()


def test_a_task_that_is_done_without_a_file_is_failed_and_says_so(harness: Harness) -> None:
    order(harness.sandbox, "outcomes", outcomes=["succeed", "empty"])
    job = harness.submit({**IMAGE, "image_number": 2})
    harness.send()
    job = settled(harness, job)
    assert [task.status for task in job.tasks] == [Status.SUCCEEDED, Status.FAILED]
    assert "returned no file" in job.tasks[1].reason


def test_a_task_of_a_batch_that_is_forgotten_is_gone_and_the_others_are_not(harness: Harness) -> None:
    order(harness.sandbox, "outcomes", outcomes=["succeed", "forgotten", "failed"])
    job = harness.submit({**IMAGE, "image_number": 3})
    harness.send()
    job = settled(harness, job)
    assert [task.status for task in job.tasks] == [Status.SUCCEEDED, Status.GONE, Status.FAILED]
    assert (job.state, harness.client.jobs.word(job)) == (State.FINISHED, "1 of 3")


@pytest.mark.parametrize("http", [401, 403, 200])
def test_a_key_that_is_rejected_in_any_way_stops_all_within_one_call(harness: Harness, http: int) -> None:
    open_job = harness.submit()
    harness.send()
    order(harness.sandbox, "reject-keys", keys=[KEY], http=http)
    waiting = harness.submit()
    before = harness.calls()
    harness.ask()
    stopped = harness.calls()
    assert stopped - before <= 2, "the refused status, and the balance that shows whose fault it is"
    for _ in range(5):
        harness.send()
        harness.clock.pass_by(60)
        harness.track()
    assert harness.calls() == stopped
    assert harness.client.balance.standing().rejected.startswith("Invalid API Key")
    assert (harness.now(waiting).state, harness.now(open_job).state) == (State.QUEUED, State.OPEN)


def test_every_fault_is_told_by_the_state_and_an_unknown_one_is_refused(harness: Harness) -> None:
    for kind in KINDS:
        fault(harness, kind, on="models")
    told = requests.get(f"{harness.sandbox.url}/sandbox/state", timeout=10).json()["faults"]
    assert [one["kind"] for one in told] == list(KINDS)
    for words in (
        {"kind": "flood"},
        {"kind": "html", "on": "moon"},
        {"kind": "html", "number": 3},
        {"kind": "refuse", "retry_after": 5},
        {"kind": "html", "times": "3"},
    ):
        assert requests.post(f"{harness.sandbox.url}/sandbox/fault", json=words, timeout=10).status_code == 400


def test_the_docs_list_everything_that_can_be_ordered() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
    words = [
        *KINDS,
        *ENDPOINTS,
        *OUTCOMES,
        *HOW,
        *LINKS,
        *CHOICES,
        *(choice for choices in CHOICES.values() for choice in choices),
    ]
    assert [word for word in words if f"`{word}`" not in text] == []
    fields = [*Fault.__dataclass_fields__, *Listing.__dataclass_fields__, *Charging.__dataclass_fields__]
    assert [name for name in fields if f"`{name}`" not in text] == []
