"""A clock that jumps holds nothing up, makes no loop, and calls nothing failed or gone."""

import pytest

from studio.core.values import Kind, State
from studio.engine import polling
from tests.conftest import KEY, Harness, order
from tests.flows.flow import done, posts

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
YEAR, DAY = 365 * 86_400.0, 86_400.0
JUMPS = pytest.mark.parametrize("jump", [YEAR, -DAY], ids=["a-year-ahead", "a-day-back"])


@JUMPS
@pytest.mark.parametrize("stage", ["queued", "refused for room", "open", "asked", "done", "not saved"])
def test_a_job_ends_well_whenever_the_clock_jumps(harness: Harness, stage: str, jump: float) -> None:
    if stage == "refused for room":
        order(harness.sandbox, "fault", kind="refuse", code=6010, message="full")
    job = harness.submit()
    if stage != "queued":
        harness.send()
    for _ in range({"asked": 1, "done": 3, "not saved": 3}.get(stage, 0)):
        harness.ask()
    if stage == "not saved":
        (output,) = harness.now(job).outputs
        harness.ledger.jobs.change_output(output.id, url="http://127.0.0.1:1/x.png")
        harness.save()
        harness.ledger.jobs.change_output(output.id, url=output.url)
    harness.clock.pass_by(jump)
    harness.send()
    if stage not in ("queued", "refused for room"):
        before = harness.calls()
        harness.track()
        assert harness.calls() - before <= 1, "no loop"
    job = done(harness, job)
    assert (job.state, harness.client.jobs.word(job), posts(harness)) == (
        State.FINISHED,
        "Succeeded",
        2 if stage == "refused for room" else 1,
    )
    assert job.outputs[0].is_saved


@pytest.mark.parametrize("jump", [YEAR, -DAY, -1800.0], ids=["a-year-ahead", "a-day-back", "half-an-hour-back"])
@pytest.mark.parametrize("is_asked", [True, False])
def test_an_open_task_is_asked_about_at_once_after_a_jump(harness: Harness, jump: float, is_asked: bool) -> None:
    harness.submit()
    harness.send()
    if is_asked:
        harness.ask()
    before = harness.calls()
    harness.clock.pass_by(jump)
    harness.track()
    assert harness.calls() == before + 1


def test_a_clock_that_jumps_between_three_answers_makes_no_task_gone(harness: Harness) -> None:
    job = harness.submit()
    harness.send()
    known = dict(harness.sandbox.backend.tasks)
    harness.sandbox.backend.tasks.clear()
    for jump in (5, YEAR, 5):
        harness.clock.pass_by(jump)
        harness.client.jobs.ask_now(job.id)
        harness.track()
    assert harness.now(job).state is State.OPEN
    harness.sandbox.backend.tasks.update(known)
    assert done(harness, job).state is State.FINISHED


def test_a_task_that_is_gone_is_gone_in_time_though_the_clock_was_set_back(harness: Harness) -> None:
    job = harness.submit()
    harness.send()
    harness.sandbox.backend.tasks.clear()
    harness.ask()
    harness.clock.pass_by(-DAY)
    for _ in range(3):
        harness.ask()
    assert harness.now(job).state is State.FINISHED


@JUMPS
def test_a_rejected_key_is_tried_again_after_a_jump(harness: Harness, jump: float) -> None:
    order(harness.sandbox, "reject-keys", keys=[KEY])
    job = harness.submit()
    harness.send()
    order(harness.sandbox, "reject-keys", keys=[])
    harness.clock.pass_by(jump)
    harness.send()
    assert (harness.client.balance.standing().rejected, harness.now(job).state) == ("", State.OPEN)


def test_a_pause_that_a_clock_made_long_is_shown_as_none(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="refuse", code=6010, message="full")
    harness.submit()
    harness.send()
    assert harness.client.queue.seconds_until_retry() > 0
    harness.clock.pass_by(-DAY)
    assert harness.client.queue.seconds_until_retry() == 0


@JUMPS
def test_what_a_jump_made_of_a_tasks_duration_teaches_nothing(harness: Harness, jump: float) -> None:
    for _ in range(3):
        job = harness.submit({"prompt": "Two hills", "aspect_ratio": "1:1", "image_number": 4})
        harness.send()
        harness.clock.pass_by(jump)
        job = done(harness, job)
        harness.clock.pass_by(-jump)
    assert job.state is State.FINISHED
    assert harness.runtime.tracker.expected(job) == polling.SANDBOX_DEFAULTS[Kind.IMAGE]
