"""Tracking: each task is asked about when it is worth it, and called ended by the API's word alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studio.core.costs import Estimate, Origin
from studio.core.errors import NotFoundError, ServerError
from studio.core.values import Draft, Kind, State, Status
from studio.engine.worker import Worker
from studio.weryai.wire import Report
from tests.conftest import IMAGE, KEY, VIDEO, Harness, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.examples import JOB
from tests.flows.flow import POST, done


def test_a_batch_is_asked_about_with_one_call(harness: Harness) -> None:
    job = harness.submit({**IMAGE, "image_number": 4})
    harness.send()
    before = harness.calls()
    harness.ask()
    assert harness.calls() == before + 1
    assert all(task.asked_at for task in harness.now(job).tasks)


def test_what_was_told_before_an_answer_that_failed_is_kept(harness: Harness) -> None:
    job = harness.submit({**IMAGE, "image_number": 2})
    harness.send()
    order(harness.sandbox, "fault", kind="refuse", on="batch", code=5000, times=9)
    api, last = harness.runtime.api, harness.now(job).tasks[1].task_id
    ask = api.task

    def task(task_id: str, *, job: str = "") -> Report:
        if task_id == last:
            raise ServerError("It broke.")
        return ask(task_id, job=job)

    api.task = task  # type: ignore[method-assign]
    for _ in range(4):
        harness.ask()
    assert [(one.status, len(one.outputs)) for one in harness.now(job).tasks] == [
        (Status.SUCCEEDED, 1),
        (Status.WAITING, 0),
    ]


def test_nobody_is_asked_before_the_time(harness: Harness) -> None:
    harness.submit()
    harness.send()
    before = harness.calls()
    for _ in range(10):
        harness.track()
    assert harness.calls() == before


def test_a_stuck_task_becomes_overdue_and_is_never_called_failed(harness: Harness) -> None:
    job = harness.submit({**IMAGE, "prompt": "x [stuck]"})
    harness.send()
    for _ in range(20):
        harness.ask()
    job = harness.now(job)
    assert (job.state, job.tasks[0].status) == (State.OPEN, Status.PROCESSING)
    assert harness.client.progress.is_overdue(job)
    harness.client.jobs.hide(job.id)
    assert harness.client.jobs.recent(Kind.IMAGE, 20) == []
    assert harness.now(job).state is State.OPEN, "it is followed all the same"


def test_a_task_that_the_api_forgot_is_gone_after_three_answers(harness: Harness) -> None:
    job = harness.submit()
    harness.send()
    harness.sandbox.backend.tasks.clear()
    harness.ask()
    harness.ask()
    assert harness.now(job).tasks[0].status is Status.WAITING
    harness.ask()
    job = harness.now(job)
    assert (job.state, harness.client.jobs.word(job)) == (State.FINISHED, "Gone")


def test_a_task_that_is_unknown_for_a_moment_is_not_gone(harness: Harness) -> None:
    """A new task may take a while to be known everywhere, and an outage may last some minutes."""
    job = harness.submit()
    harness.send()
    known = dict(harness.sandbox.backend.tasks)
    harness.sandbox.backend.tasks.clear()
    for _ in range(30):
        harness.clock.pass_by(15)
        harness.track()
    assert harness.calls() > 8
    assert harness.now(job).state is State.OPEN
    harness.sandbox.backend.tasks.update(known)
    assert done(harness, job).state is State.FINISHED


def test_a_foreign_task_is_adopted_and_followed(harness: Harness) -> None:
    key = harness.sandbox.backend.owner(KEY)
    (task,) = harness.sandbox.backend.submit(key, POST, {"model": "WERYAI_IMAGE_2_0", **IMAGE})
    job = harness.client.tasks.adopt(task.id, "adopt:1")
    job = done(harness, job)
    assert (job.state, len(job.outputs), job.kind) == (State.FINISHED, 1, Kind.IMAGE)
    with pytest.raises(NotFoundError):
        harness.client.tasks.adopt("task_unknown", "adopt:2")


def test_history_teaches_how_long_a_model_takes_and_what_it_costs(harness: Harness) -> None:
    for _ in range(3):
        job = harness.submit({**IMAGE, "image_number": 4})
        harness.send()
        done(harness, job)
    assert harness.client.models.usual_time(job.mode, job.model).known
    assert harness.client.costs.estimate(job.draft) == Estimate(Origin.MEASURED, 4, 28, 28, 28)


def test_an_estimate_follows_new_results_and_is_honest_about_other_settings(harness: Harness) -> None:
    short, long = ({**VIDEO, "duration": seconds} for seconds in (5, 10))
    draft = Draft("text_to_video", "SEEDANCE_2_0", short)
    assert harness.client.costs.estimate(draft).origin is Origin.UNKNOWN
    job = harness.submit(long, "text_to_video")
    harness.send()
    cost = done(harness, job).cost
    assert cost and harness.client.costs.estimate(draft) == Estimate(Origin.OTHER_SETTINGS, 1, cost, cost, cost)
    job = harness.submit(short, "text_to_video")
    harness.send()
    assert done(harness, job).cost == harness.client.costs.estimate(draft).median < cost
    assert harness.client.costs.estimate(draft, job.draft).results == 2


def test_what_imported_jobs_cost_is_not_what_a_form_without_a_model_says(harness: Harness) -> None:
    harness.ledger.jobs.add(replace(JOB, account="test", model="", state=State.FINISHED, cost=9.0))
    assert harness.client.costs.estimate(replace(JOB.draft, model="")) == Estimate(Origin.UNKNOWN, 1)


def test_a_clock_that_was_set_back_holds_up_nothing(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="refuse", code=6010, message="full")
    job = harness.submit()
    harness.send()
    harness.clock.pass_by(-86_400)
    harness.send()
    assert harness.now(job).state is State.OPEN


def test_a_batch_answer_that_is_odd_is_replaced_by_single_ones(harness: Harness) -> None:
    job = harness.submit({**IMAGE, "image_number": 2})
    harness.send()
    harness.ledger.jobs.change(job.id, batch_id="unknown")
    assert done(harness, job).state is State.FINISHED


def test_the_tracker_slows_down_when_it_is_asked_to(harness: Harness) -> None:
    harness.submit()
    harness.send()
    harness.clock.pass_by(400)
    harness.runtime.tracker.paused_until = harness.clock() + timedelta(seconds=60)
    before = harness.calls()
    harness.track()
    assert harness.calls() == before
    harness.clock.pass_by(61)
    harness.track()
    assert harness.calls() == before + 1


def test_a_hidden_job_comes_back_when_it_ends(harness: Harness) -> None:
    job = harness.submit()
    harness.send()
    harness.client.jobs.hide(job.id)
    assert harness.client.jobs.recent(Kind.IMAGE, 20) == []
    done(harness, job)
    assert [found.id for found in harness.client.jobs.recent(Kind.IMAGE, 20)] == [job.id]


def test_an_adopted_video_becomes_a_video(harness: Harness) -> None:
    owner = harness.sandbox.backend.owner(KEY)
    (task,) = harness.sandbox.backend.submit(owner, "/v1/generation/text-to-video", {"model": "SEEDANCE_2_0", **VIDEO})
    job = done(harness, harness.client.tasks.adopt(task.id, "adopt:1"))
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
