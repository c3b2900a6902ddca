"""A clock that jumps holds nothing up, makes no loop, and calls nothing failed or gone."""

import pytest

from studio.core.values import Kind, State
from studio.engine import polling
from tests.conftest import KEY, Desk, order
from tests.contract.flow import done, posts

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
YEAR, DAY = 365 * 86_400.0, 86_400.0
JUMPS = pytest.mark.parametrize("jump", [YEAR, -DAY], ids=["a-year-ahead", "a-day-back"])


@JUMPS
@pytest.mark.parametrize("stage", ["queued", "refused for room", "open", "asked", "done", "not saved"])
def test_a_job_ends_well_whenever_the_clock_jumps(desk: Desk, stage: str, jump: float) -> None:
    if stage == "refused for room":
        order(desk.sandbox, "fault", kind="refuse", code=6010, message="full")
    job = desk.submit()
    if stage != "queued":
        desk.send()
    for _ in range({"asked": 1, "done": 3, "not saved": 3}.get(stage, 0)):
        desk.ask()
    if stage == "not saved":
        (output,) = desk.now(job).outputs
        desk.ledger.jobs.change_output(output.id, url="http://127.0.0.1:1/x.png")
        desk.save()
        desk.ledger.jobs.change_output(output.id, url=output.url)
    desk.clock.pass_by(jump)
    desk.send()
    if stage not in ("queued", "refused for room"):
        before = desk.calls()
        desk.track()
        assert desk.calls() - before <= 1, "no loop"
    job = done(desk, job)
    assert (job.state, desk.client.word(job), posts(desk)) == (
        State.FINISHED,
        "Succeeded",
        2 if stage == "refused for room" else 1,
    )
    assert job.outputs[0].is_saved


@pytest.mark.parametrize("jump", [YEAR, -DAY, -1800.0], ids=["a-year-ahead", "a-day-back", "half-an-hour-back"])
@pytest.mark.parametrize("is_asked", [True, False])
def test_an_open_task_is_asked_about_at_once_after_a_jump(desk: Desk, jump: float, is_asked: bool) -> None:
    desk.submit()
    desk.send()
    if is_asked:
        desk.ask()
    before = desk.calls()
    desk.clock.pass_by(jump)
    desk.track()
    assert desk.calls() == before + 1


def test_a_clock_that_jumps_between_three_answers_makes_no_task_gone(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    known = dict(desk.sandbox.backend.tasks)
    desk.sandbox.backend.tasks.clear()
    for jump in (5, YEAR, 5):
        desk.clock.pass_by(jump)
        desk.client.ask_now(job.id)
        desk.track()
    assert desk.now(job).state is State.OPEN
    desk.sandbox.backend.tasks.update(known)
    assert done(desk, job).state is State.FINISHED


def test_a_task_that_is_gone_is_gone_in_time_though_the_clock_was_set_back(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    desk.sandbox.backend.tasks.clear()
    desk.ask()
    desk.clock.pass_by(-DAY)
    for _ in range(3):
        desk.ask()
    assert desk.now(job).state is State.FINISHED


@JUMPS
def test_a_rejected_key_is_tried_again_after_a_jump(desk: Desk, jump: float) -> None:
    order(desk.sandbox, "reject-keys", keys=[KEY])
    job = desk.submit()
    desk.send()
    order(desk.sandbox, "reject-keys", keys=[])
    desk.clock.pass_by(jump)
    desk.send()
    assert (desk.client.standing().rejected, desk.now(job).state) == ("", State.OPEN)


def test_a_pause_that_a_clock_made_long_is_shown_as_none(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="refuse", code=6010, message="full")
    desk.submit()
    desk.send()
    assert desk.client.sends_again_in() > 0
    desk.clock.pass_by(-DAY)
    assert desk.client.sends_again_in() == 0


@JUMPS
def test_what_a_jump_made_of_a_tasks_duration_teaches_nothing(desk: Desk, jump: float) -> None:
    for _ in range(3):
        job = desk.submit({"prompt": "Two hills", "aspect_ratio": "1:1", "image_number": 4})
        desk.send()
        desk.clock.pass_by(jump)
        job = done(desk, job)
        desk.clock.pass_by(-jump)
    assert job.state is State.FINISHED
    assert desk.running.tracker.expected(job) == polling.SANDBOX_DEFAULTS[Kind.IMAGE]
