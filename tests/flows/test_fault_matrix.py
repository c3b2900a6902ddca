"""Every fault of the sandbox at every endpoint on the way of a job: one POST, no task lost, every file whole.

A second POST is right only after a refusal that surely started nothing.
"""

import pytest

from sandbox.faults import KINDS
from studio.core.values import State
from tests.conftest import IMAGE, Harness
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.fault_matrix import Matrix, fault, seen
from tests.flows.flow import done

pytestmark = pytest.mark.usefixtures("impatient")
WHOLE = ("cut-after", "slow")  # these are answers
TWO = {**IMAGE, "image_number": 2}


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("refuse", *WHOLE)])
def test_a_submission_without_a_clear_answer_is_sent_once_and_stays_unconfirmed(
    harness: Harness, matrix: Matrix, kind: str, acts: bool
) -> None:
    fault(harness, kind, acts=acts)
    job = harness.submit(TWO)
    for _ in range(3):
        harness.send()
        harness.ask()
    job = harness.now(job)
    assert (job.state, len(harness.sandbox.backend.tasks)) == (State.UNCONFIRMED, 2 if acts else 0)
    assert job.reason and job.hint
    assert (job.balance_before, job.balance_after) == (1000, 986 if acts else 1000), "the evidence"
    matrix.prove("submission", kind, harness, job)


@pytest.mark.parametrize("kind", WHOLE)
def test_an_answer_that_came_whole_is_an_answer(harness: Harness, matrix: Matrix, kind: str) -> None:
    fault(harness, kind)
    job = harness.submit()
    harness.send()
    assert harness.now(job).state is State.OPEN
    matrix.prove("submission", kind, harness, job)


@pytest.mark.parametrize("http", [500, 502, 503, 504])
def test_a_server_fault_leaves_a_submission_unconfirmed(harness: Harness, matrix: Matrix, http: int) -> None:
    fault(harness, "refuse", code=5000, http=http)
    job = harness.submit()
    for _ in range(3):
        harness.clock.pass_by(400)
        harness.send()
    assert matrix.prove("submission", "refuse: HTTP 5xx", harness, job).state is State.UNCONFIRMED


@pytest.mark.parametrize(("retry_after", "seconds"), [("", 20), ("45", 45), ("Wed, 21 Oct 2015 07:28:00 GMT", 20)])
def test_a_429_waits_as_long_as_it_says_and_is_sent_again(
    harness: Harness, matrix: Matrix, retry_after: str, seconds: int
) -> None:
    fault(harness, "refuse", http=429, retry_after=retry_after)
    job = harness.submit()
    harness.send()
    assert (harness.now(job).state, harness.now(job).error_kind) == (State.QUEUED, "RateLimitError")
    harness.clock.pass_by(seconds * 0.85)
    harness.send()
    assert seen(harness.sandbox).posts == 1, "not before its time"
    harness.clock.pass_by(seconds)
    harness.send()
    assert harness.now(job).state is State.OPEN
    matrix.prove("submission", "refuse: rate, room", harness, job, posts=[2])


RATE, NO_WORDS, CHINESE = "too many requests", "try later", "请求频率过高"


@pytest.mark.parametrize(
    ("code", "words"), [(1001, RATE), (1001, NO_WORDS), (1001, CHINESE), (6002, RATE), (6010, RATE), (1007, RATE)]
)
def test_a_refusal_for_rate_or_room_goes_back_to_the_queue_and_is_sent_later(
    harness: Harness, matrix: Matrix, code: int, words: str
) -> None:
    fault(harness, "refuse", code=code, http=200, message=words)
    job = harness.submit()
    harness.send()
    job = harness.now(job)
    assert (job.state, job.sent_at, job.reason) == (State.QUEUED, None, f"{words} ({code})")
    harness.send()
    assert seen(harness.sandbox).posts == 1, "not before its time"
    assert matrix.prove("submission", "refuse: rate, room", harness, job, posts=[2]).state is State.FINISHED


@pytest.mark.parametrize("code", [1001, 1002, 1011, 2003])
def test_a_refusal_for_its_content_or_its_price_is_the_end(harness: Harness, matrix: Matrix, code: int) -> None:
    fault(harness, "refuse", code=code, http=200, message="resolution 9k is not supported")
    job = harness.submit()
    harness.send()
    assert matrix.prove("submission", "refuse: content, price", harness, job).state is State.REFUSED


def test_a_server_that_is_not_there_is_tried_again(harness: Harness, matrix: Matrix) -> None:
    harness.runtime.api._api.base_url, there = "http://127.0.0.1:1", harness.runtime.api._api.base_url
    job = harness.submit()
    harness.send()
    assert (harness.now(job).state, harness.now(job).error_kind) == (State.QUEUED, "NotConnected")
    harness.runtime.api._api.base_url = there
    harness.clock.pass_by(61)
    harness.send()
    assert harness.now(job).state is State.OPEN
    matrix.prove("submission", "nobody there", harness, job)


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_of_a_status_answer_loses_a_task(harness: Harness, matrix: Matrix, kind: str, number: int) -> None:
    job = harness.submit({**IMAGE, "image_number": number})
    harness.send()
    for endpoint in ("task", "batch"):
        fault(harness, kind, on=endpoint, times=2)
    harness.ask()
    assert harness.now(job).state is State.OPEN
    job = matrix.prove("status", kind, harness, job)
    assert (job.state, len(job.succeeded)) == (State.FINISHED, number)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in WHOLE])
def test_a_link_that_fails_at_first_is_tried_again_until_the_file_is_whole(
    harness: Harness, matrix: Matrix, kind: str
) -> None:
    job = harness.submit()
    harness.send()
    fault(harness, kind, on="file", **({"http": 404} if kind == "refuse" else {}))
    (output,) = done(harness, job).outputs
    assert output.attempts == 1 and not output.is_saved
    (output,) = matrix.prove("download", kind, harness, job).outputs
    assert output.is_saved
