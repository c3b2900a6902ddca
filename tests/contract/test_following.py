"""Tracking: each task is asked about when it is worth it, and called ended by the API's word alone."""

from datetime import timedelta

import pytest

from studio.core.errors import NotFoundError, ServerError
from studio.core.values import Kind, State, Status
from studio.engine.worker import Worker
from studio.weryai.wire import Report
from tests.conftest import IMAGE, KEY, VIDEO, Desk, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.contract.flow import POST, done


def test_a_batch_is_asked_about_with_one_call(desk: Desk) -> None:
    job = desk.submit({**IMAGE, "image_number": 4})
    desk.send()
    before = desk.calls()
    desk.ask()
    assert desk.calls() == before + 1
    assert all(task.asked_at for task in desk.now(job).tasks)


def test_what_was_told_before_an_answer_that_failed_is_kept(desk: Desk) -> None:
    job = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    order(desk.sandbox, "fault", kind="refuse", on="batch", code=5000, times=9)
    api, last = desk.running.api, desk.now(job).tasks[1].task_id
    ask = api.task

    def task(task_id: str, *, job: str = "") -> Report:
        if task_id == last:
            raise ServerError("It broke.")
        return ask(task_id, job=job)

    api.task = task  # type: ignore[method-assign]
    for _ in range(4):
        desk.ask()
    assert [(one.status, len(one.outputs)) for one in desk.now(job).tasks] == [
        (Status.SUCCEEDED, 1),
        (Status.WAITING, 0),
    ]


def test_nobody_is_asked_before_the_time(desk: Desk) -> None:
    desk.submit()
    desk.send()
    before = desk.calls()
    for _ in range(10):
        desk.track()
    assert desk.calls() == before


def test_a_stuck_task_becomes_overdue_and_is_never_called_failed(desk: Desk) -> None:
    job = desk.submit({**IMAGE, "prompt": "x [stuck]"})
    desk.send()
    for _ in range(20):
        desk.ask()
    job = desk.now(job)
    assert (job.state, job.tasks[0].status) == (State.OPEN, Status.PROCESSING)
    assert desk.client.is_overdue(job)
    desk.client.hide(job.id)
    assert desk.client.recent(Kind.IMAGE, 20) == []
    assert desk.now(job).state is State.OPEN, "it is followed all the same"


def test_a_task_that_the_api_forgot_is_gone_after_three_answers(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    desk.sandbox.backend.tasks.clear()
    desk.ask()
    desk.ask()
    assert desk.now(job).tasks[0].status is Status.WAITING
    desk.ask()
    job = desk.now(job)
    assert (job.state, desk.client.word(job)) == (State.FINISHED, "Gone")


def test_a_task_that_is_unknown_for_a_moment_is_not_gone(desk: Desk) -> None:
    """A new task may take a while to be known everywhere, and an outage may last some minutes."""
    job = desk.submit()
    desk.send()
    known = dict(desk.sandbox.backend.tasks)
    desk.sandbox.backend.tasks.clear()
    for _ in range(30):
        desk.clock.pass_by(15)
        desk.track()
    assert desk.calls() > 8
    assert desk.now(job).state is State.OPEN
    desk.sandbox.backend.tasks.update(known)
    assert done(desk, job).state is State.FINISHED


def test_a_foreign_task_is_adopted_and_followed(desk: Desk) -> None:
    key = desk.sandbox.backend.owner(KEY)
    (task,) = desk.sandbox.backend.submit(key, POST, {"model": "WERYAI_IMAGE_2_0", **IMAGE})
    job = desk.client.adopt(task.id, "adopt:1")
    job = done(desk, job)
    assert (job.state, len(job.outputs), job.kind) == (State.FINISHED, 1, Kind.IMAGE)
    with pytest.raises(NotFoundError):
        desk.client.adopt("task_unknown", "adopt:2")


def test_history_teaches_how_long_a_model_takes_and_what_it_costs(desk: Desk) -> None:
    for _ in range(3):
        job = desk.submit({**IMAGE, "image_number": 4})
        desk.send()
        done(desk, job)
    assert desk.client.usual_time(job.mode, job.model).known
    assert desk.client.usual_cost("text_to_image", "WERYAI_IMAGE_2_0") == (7, 7)


def test_a_clock_that_was_set_back_holds_up_nothing(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="refuse", code=6010, message="full")
    job = desk.submit()
    desk.send()
    desk.clock.pass_by(-86_400)
    desk.send()
    assert desk.now(job).state is State.OPEN


def test_a_batch_answer_that_is_odd_is_replaced_by_single_ones(desk: Desk) -> None:
    job = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    desk.ledger.jobs.change(job.id, batch_id="unknown")
    assert done(desk, job).state is State.FINISHED


def test_the_tracker_slows_down_when_it_is_asked_to(desk: Desk) -> None:
    desk.submit()
    desk.send()
    desk.clock.pass_by(400)
    desk.running.tracker.paused_until = desk.clock() + timedelta(seconds=60)
    before = desk.calls()
    desk.track()
    assert desk.calls() == before
    desk.clock.pass_by(61)
    desk.track()
    assert desk.calls() == before + 1


def test_a_hidden_job_comes_back_when_it_ends(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    desk.client.hide(job.id)
    assert desk.client.recent(Kind.IMAGE, 20) == []
    done(desk, job)
    assert [found.id for found in desk.client.recent(Kind.IMAGE, 20)] == [job.id]


def test_an_adopted_video_becomes_a_video(desk: Desk) -> None:
    owner = desk.sandbox.backend.owner(KEY)
    (task,) = desk.sandbox.backend.submit(owner, "/v1/generation/text-to-video", {"model": "SEEDANCE_2_0", **VIDEO})
    job = done(desk, desk.client.adopt(task.id, "adopt:1"))
    assert (job.kind, job.mode, len(job.outputs)) == (Kind.VIDEO, "text_to_video", 1)


def test_a_worker_survives_what_a_step_runs_into() -> None:
    steps: list[int] = []

    def step() -> float:
        steps.append(1)
        if len(steps) == 1:
            raise RuntimeError("a defect")
        return 60.0

    worker = Worker("test", step)
    worker.start()
    until(lambda: len(steps) == 1)
    worker.wake()
    until(lambda: len(steps) == 2)
    worker.stop()
