"""What a job cost is what the balance lost, and it is told only where nothing else can have moved the balance."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread
from typing import Any

import pytest

from studio.core.values import State
from tests.conftest import IMAGE, Desk, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.contract.flow import done


def test_a_job_that_is_sent_alone_cost_what_the_balance_lost(desk: Desk) -> None:
    for credits in (993, 986):
        job = desk.submit()
        desk.send()
        assert (desk.now(job).cost, desk.now(job).balance_after) == (7, credits)


def test_of_jobs_that_were_sent_side_by_side_nobody_knows_what_each_cost(desk: Desk) -> None:
    submit, beside = desk.running.api.submit, []

    def with_another(*args: Any, job: str) -> Any:
        desk.running.api.submit = submit  # type: ignore[method-assign]
        beside.append(desk.submit())
        desk.running.dispatcher.send(beside[0])
        return submit(*args, job=job)

    desk.running.api.submit = with_another  # type: ignore[method-assign, assignment]
    job = desk.submit()
    desk.send()
    assert [(desk.now(one).cost, desk.now(one).balance_after) for one in (job, *beside)] == [(None, 986), (None, 993)]


def test_one_that_leaves_while_the_balance_is_asked_after_another_is_not_taken_for_that_ones_cost(desk: Desk) -> None:
    submit, balance = desk.running.api.submit, desk.running.api.balance
    looks, goes_on, main = Event(), Event(), current_thread()
    pool, sent = ThreadPoolExecutor(1), []

    def with_another(*args: Any, job: str) -> Any:
        desk.running.api.submit = submit  # type: ignore[method-assign]
        sent.append(pool.submit(desk.running.dispatcher.send, desk.submit()))
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

    desk.running.api.submit = with_another  # type: ignore[method-assign, assignment]
    desk.running.api.balance = balance_of  # type: ignore[method-assign]
    job = desk.submit()
    desk.running.dispatcher.send(job)
    pool.shutdown()
    assert (desk.now(job).cost, desk.now(job).balance_after) == (None, 986)


def test_one_whose_answer_comes_after_the_balance_was_asked_for_the_next_is_not_in_the_next_ones_cost(
    desk: Desk,
) -> None:
    submit, left, may_be_sent = desk.running.api.submit, Event(), Event()
    first, second = desk.submit(), desk.submit()

    def one_by_one(*args: Any, job: str) -> Any:
        if job == first.id:
            left.set()
            assert may_be_sent.wait(60)
        else:  # its balance has been asked
            may_be_sent.set()
            sent.result(60)
        return submit(*args, job=job)

    desk.running.api.submit = one_by_one  # type: ignore[method-assign, assignment]
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(desk.running.dispatcher.send, first)
        assert left.wait(60)
        desk.running.dispatcher.send(second)
    assert (desk.now(second).cost, desk.now(second).balance_after) == (None, 986)


@pytest.mark.parametrize("refund", [True, False])
@pytest.mark.parametrize("outcomes", [["failed"], ["succeed", "failed"], ["forgotten"]])
def test_what_a_job_cost_is_unknown_when_a_task_failed_and_its_credits_may_come_back(
    desk: Desk, outcomes: list[str], refund: bool
) -> None:
    """What the balance lost when it was sent is kept beside it."""
    order(desk.sandbox, "dialect", cost="missing")
    order(desk.sandbox, "charging", when="at-submit", refund=refund)
    order(desk.sandbox, "outcomes", outcomes=outcomes)
    job = desk.submit({**IMAGE, "image_number": len(outcomes)})
    desk.send()
    spent = 7 * len(outcomes)
    assert desk.now(job).cost == spent, "so far"
    job = done(desk, job)
    assert (job.state, job.cost) == (State.FINISHED, None)
    assert (job.balance_before, job.balance_after) == (1000, 1000 - spent)
    (found,) = desk.ledger.spending.since("test", job.created_at)
    assert (found.credits, found.unknown) == (0, 1)


def test_what_the_balance_lost_is_the_cost_of_a_job_whose_tasks_all_came_to_something(desk: Desk) -> None:
    order(desk.sandbox, "dialect", cost="missing")
    job = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    assert (done(desk, job).state, desk.now(job).cost) == (State.FINISHED, 14)


def test_a_balance_that_is_told_after_a_task_failed_is_not_taken_for_the_cost(desk: Desk) -> None:
    """A quick task ends before the balance is asked after its POST."""
    order(desk.sandbox, "dialect", cost="missing")
    order(desk.sandbox, "charging", when="at-submit", refund=False)
    order(desk.sandbox, "outcomes", outcomes=["failed"])
    balance, job = desk.running.api.balance, desk.submit()

    def after_its_end(**words: Any) -> float:
        if desk.now(job).state is State.OPEN:
            done(desk, job)
        return balance(**words)

    desk.running.api.balance = after_its_end  # type: ignore[method-assign]
    desk.send()
    assert (desk.now(job).state, desk.now(job).balance_after, desk.now(job).cost) == (State.FINISHED, 993, None)


@pytest.mark.parametrize(("seconds", "counts"), [(59, True), (61, False)])
def test_credits_of_a_failed_task_may_come_back_within_a_minute(desk: Desk, seconds: float, counts: bool) -> None:
    """Nobody tells when they do. One that was seen to fail just before may hide what a later job took."""
    order(desk.sandbox, "outcomes", outcomes=["failed"])
    failed = desk.submit()
    desk.send()
    failed = done(desk, failed)
    assert failed.finished_at
    desk.clock.time = failed.finished_at
    desk.clock.pass_by(seconds)
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit()
    desk.send()
    found = desk.client.evidence(desk.now(job)).refunds
    assert [one.id for one in found] == [failed.id] * counts
