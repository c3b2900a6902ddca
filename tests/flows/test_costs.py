"""What a job cost is what the balance lost, and it is told only where nothing else can have moved the balance."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread
from typing import Any

import pytest

from studio.core.values import State
from tests.conftest import IMAGE, Harness, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.flows.flow import done


def test_a_job_that_is_sent_alone_cost_what_the_balance_lost(harness: Harness) -> None:
    for credits in (993, 986):
        job = harness.submit()
        harness.send()
        assert (harness.now(job).cost, harness.now(job).balance_after) == (7, credits)


def test_of_jobs_that_were_sent_side_by_side_nobody_knows_what_each_cost(harness: Harness) -> None:
    submit, beside = harness.runtime.api.submit, []

    def with_another(*args: Any, job: str) -> Any:
        harness.runtime.api.submit = submit  # type: ignore[method-assign]
        beside.append(harness.submit())
        harness.runtime.dispatcher.send(beside[0])
        return submit(*args, job=job)

    harness.runtime.api.submit = with_another  # type: ignore[method-assign, assignment]
    job = harness.submit()
    harness.send()
    assert [(harness.now(one).cost, harness.now(one).balance_after) for one in (job, *beside)] == [
        (None, 986),
        (None, 993),
    ]


def test_one_that_leaves_while_the_balance_is_asked_after_another_is_not_taken_for_that_ones_cost(
    harness: Harness,
) -> None:
    submit, balance = harness.runtime.api.submit, harness.runtime.api.balance
    looks, goes_on, main = Event(), Event(), current_thread()
    pool, sent = ThreadPoolExecutor(1), []

    def with_another(*args: Any, job: str) -> Any:
        harness.runtime.api.submit = submit  # type: ignore[method-assign]
        sent.append(pool.submit(harness.runtime.dispatcher.send, harness.submit()))
        assert looks.wait(60)
        return submit(*args, job=job)

    def balance_of(job: str = "") -> float:
        if current_thread() is main and sent:  # the first one's POST has been answered: now the other one's leaves
            goes_on.set()
            sent[0].result(60)
        elif current_thread() is not main and not goes_on.is_set():
            looks.set()
            assert goes_on.wait(60)
        return balance(job=job)

    harness.runtime.api.submit = with_another  # type: ignore[method-assign, assignment]
    harness.runtime.api.balance = balance_of  # type: ignore[method-assign]
    job = harness.submit()
    harness.runtime.dispatcher.send(job)
    pool.shutdown()
    assert (harness.now(job).cost, harness.now(job).balance_after) == (None, 986)


def test_one_whose_answer_comes_after_the_balance_was_asked_for_the_next_is_not_in_the_next_ones_cost(
    harness: Harness,
) -> None:
    submit, left, may_be_sent = harness.runtime.api.submit, Event(), Event()
    first, second = harness.submit(), harness.submit()

    def one_by_one(*args: Any, job: str) -> Any:
        if job == first.id:
            left.set()
            assert may_be_sent.wait(60)
        else:  # its balance has been asked
            may_be_sent.set()
            sent.result(60)
        return submit(*args, job=job)

    harness.runtime.api.submit = one_by_one  # type: ignore[method-assign, assignment]
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(harness.runtime.dispatcher.send, first)
        assert left.wait(60)
        harness.runtime.dispatcher.send(second)
    assert (harness.now(second).cost, harness.now(second).balance_after) == (None, 986)


@pytest.mark.parametrize("refund", [True, False])
@pytest.mark.parametrize("outcomes", [["failed"], ["succeed", "failed"], ["forgotten"]])
def test_what_a_job_cost_is_unknown_when_a_task_failed_and_its_credits_may_come_back(
    harness: Harness, outcomes: list[str], refund: bool
) -> None:
    """What the balance lost when it was sent is kept beside it."""
    order(harness.sandbox, "dialect", cost="missing")
    order(harness.sandbox, "charging", when="at-submit", refund=refund)
    order(harness.sandbox, "outcomes", outcomes=outcomes)
    job = harness.submit({**IMAGE, "image_number": len(outcomes)})
    harness.send()
    spent = 7 * len(outcomes)
    assert harness.now(job).cost == spent, "so far"
    job = done(harness, job)
    assert (job.state, job.cost) == (State.FINISHED, None)
    assert (job.balance_before, job.balance_after) == (1000, 1000 - spent)
    (found,) = harness.ledger.spending.since("test", job.created_at)
    assert (found.credits, found.unknown) == (0, 1)


def test_what_the_balance_lost_is_the_cost_of_a_job_whose_tasks_all_came_to_something(harness: Harness) -> None:
    order(harness.sandbox, "dialect", cost="missing")
    job = harness.submit({**IMAGE, "image_number": 2})
    harness.send()
    assert (done(harness, job).state, harness.now(job).cost) == (State.FINISHED, 14)


def test_a_balance_that_is_told_after_a_task_failed_is_not_taken_for_the_cost(harness: Harness) -> None:
    """A quick task ends before the balance is asked after its POST."""
    order(harness.sandbox, "dialect", cost="missing")
    order(harness.sandbox, "charging", when="at-submit", refund=False)
    order(harness.sandbox, "outcomes", outcomes=["failed"])
    balance, job = harness.runtime.api.balance, harness.submit()

    def after_its_end(**words: Any) -> float:
        if harness.now(job).state is State.OPEN:
            done(harness, job)
        return balance(**words)

    harness.runtime.api.balance = after_its_end  # type: ignore[method-assign]
    harness.send()
    assert (harness.now(job).state, harness.now(job).balance_after, harness.now(job).cost) == (
        State.FINISHED,
        993,
        None,
    )


@pytest.mark.parametrize(("seconds", "counts"), [(59, True), (61, False)])
def test_credits_of_a_failed_task_may_come_back_within_a_minute(harness: Harness, seconds: float, counts: bool) -> None:
    """Nobody tells when they do. One that was seen to fail just before may hide what a later job took."""
    order(harness.sandbox, "outcomes", outcomes=["failed"])
    failed = harness.submit()
    harness.send()
    failed = done(harness, failed)
    assert failed.finished_at
    harness.clock.time = failed.finished_at
    harness.clock.pass_by(seconds)
    order(harness.sandbox, "fault", kind="gateway")
    job = harness.submit()
    harness.send()
    found = harness.client.jobs.evidence(harness.now(job)).refunds
    assert [one.id for one in found] == [failed.id] * counts
