"""A task that was adopted while its own answer was on the way comes to the job that it is of, with all that it has."""

from collections.abc import Callable
from typing import Any

import pytest

from studio.core.errors import DraftError
from studio.core.values import Job, Kind, State
from studio.engine.send_results import ALREADY_LINKED
from studio.webhooks.inbox import Inbox
from tests.conftest import IMAGE, Harness, calls_of, order
from tests.flows.flow import done, posts
from tests.flows.webhook_calls import called, told, unconfirmed


def while_its_answer_hangs(harness: Harness, act: Callable[[str], object], *, count: int = 1) -> Job:
    """Send a job; before its answer is here, something is done with a task of it."""
    submit = harness.runtime.api.submit

    def slow(*args: Any, job: str) -> Any:
        answer = submit(*args, job=job)
        harness.runtime.api.submit = submit  # type: ignore[method-assign]
        act(answer.task_ids[-1])
        return answer

    harness.runtime.api.submit = slow  # type: ignore[method-assign, assignment]
    job = harness.submit({**IMAGE, "image_number": count})
    harness.send()
    return harness.now(job)


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_an_answer_takes_its_task_from_the_job_that_was_made_of_it(harness: Harness, saved: bool, count: int) -> None:
    adopted: list[Job] = []

    def adopt(task_id: str) -> None:
        adopted.append(harness.client.tasks.adopt(task_id, "adopt"))
        if saved:
            assert done(harness, adopted[0]).outputs[0].is_saved

    job = while_its_answer_hangs(harness, adopt, count=count)
    assert (job.state, job.reason, len(job.tasks)) == (State.OPEN, "", count)
    assert harness.client.jobs.get(adopted[0].id) is None, "nothing is shown twice"
    if saved:
        assert [output.is_saved for output in job.outputs] == [True], "what was saved is not fetched again"
    left, moved = (calls_of(harness.ledger, harness.client.account.id, one) for one in (adopted[0].id, job.id))
    assert not left and len(moved) > 2
    job = done(harness, job)
    assert (job.state, harness.client.jobs.word(job), posts(harness)) == (State.FINISHED, "Succeeded", 1)
    assert [task.position for task in job.tasks] == [*range(count)]
    assert [found.id for found in harness.client.jobs.recent(Kind.IMAGE, 9)] == [job.id]


def test_a_person_gives_a_job_the_task_that_was_adopted_before(harness: Harness) -> None:
    job = unconfirmed(harness)
    (task_id,) = harness.sandbox.backend.tasks
    adopted = harness.client.tasks.adopt(task_id, "adopt")
    with pytest.raises(DraftError, match="already belongs to a job"):
        harness.client.tasks.adopt(task_id, "again")
    harness.client.tasks.link(job, task_id)
    assert (harness.now(job).state, harness.client.jobs.get(adopted.id)) == (State.OPEN, None)
    with pytest.raises(DraftError, match="already belongs to a job"):
        harness.client.tasks.adopt(task_id, "again")


def test_a_call_gives_a_job_the_task_that_was_adopted_before(harness: Harness) -> None:
    job = unconfirmed(harness)
    (task_id,) = harness.sandbox.backend.tasks
    adopted = harness.client.tasks.adopt(task_id, "adopt")
    callbacks = Inbox(harness.ledger, lambda _: harness.runtime, harness.clock)
    assert called(callbacks, harness, job, told(harness)) == "job recovered"
    assert (harness.now(job).state, harness.client.jobs.get(adopted.id)) == (State.OPEN, None)


def test_a_task_of_a_job_that_was_sent_is_left_to_it_and_the_other_one_says_so(harness: Harness) -> None:
    other = unconfirmed(harness)
    harness.sandbox.backend.tasks.clear()
    job = while_its_answer_hangs(harness, lambda task_id: harness.client.tasks.link(other, task_id))
    assert (job.state, job.reason, bool(job.answered_at)) == (State.UNCONFIRMED, ALREADY_LINKED, True)
    assert len(harness.now(other).tasks) == 1


def test_an_adopted_task_that_nobody_claims_stays_what_it_is(harness: Harness) -> None:
    job = unconfirmed(harness)
    (task_id,) = harness.sandbox.backend.tasks
    adopted = harness.client.tasks.adopt(task_id, "adopt")
    order(harness.sandbox, "policy", after="once")
    assert (done(harness, adopted).state, harness.now(job).state) == (State.FINISHED, State.UNCONFIRMED)
