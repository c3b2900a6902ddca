"""Calls that cannot be looked into yet: they hold up no other, ask for nothing in vain, and are lost in no case."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from studio.core.errors import LedgerError
from studio.core.values import Job, State
from studio.ledger.callbacks import MAX_AT_ONCE, MAX_PER_JOB, CallbackLedger
from studio.webhooks.inbox import Inbox
from studio.webhooks.urls import TEST
from tests.conftest import KEY, Harness, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.flows.webhook_calls import called, told, unconfirmed

MANY = MAX_AT_ONCE // MAX_PER_JOB + 1  # jobs


def many_calls(callbacks: Inbox, jobs: list[Job], body: bytes) -> None:
    for job in jobs:
        for _ in range(MAX_PER_JOB):
            callbacks.receive(job.id, body)


def likewise(harness: Harness, job: Job, number: int, **changes: Any) -> Job:
    other = replace(job, id=f"job_like_{number}", submission=f"like:{number}", tasks=(), **changes)
    return harness.ledger.jobs.add(other)


def test_calls_that_wait_for_a_key_hold_up_no_other(harness: Harness, callbacks: Inbox) -> None:
    job = unconfirmed(harness)
    many_calls(callbacks, [likewise(harness, job, number, account="keyless") for number in range(MANY)], told(harness))
    callbacks.step()
    callbacks.step()
    harness.clock.pass_by(1)
    callbacks.receive(job.id, told(harness))
    callbacks.step()
    assert harness.now(job).state is State.OPEN


def test_calls_that_nobody_can_confirm_hold_up_no_other(harness: Harness, callbacks: Inbox) -> None:
    job = unconfirmed(harness)
    many_calls(callbacks, [likewise(harness, job, number) for number in range(MANY)], told(harness, "task_made_up"))
    callbacks.step()
    harness.clock.pass_by(1)
    callbacks.receive(job.id, told(harness))
    callbacks.step()
    callbacks.step()
    assert harness.now(job).state is State.OPEN


def test_under_a_rejected_key_nothing_is_asked_and_afterwards_it_goes_on(
    harness: Harness,
    callbacks: Inbox,
) -> None:
    job = unconfirmed(harness)
    order(harness.sandbox, "reject-keys", keys=[KEY])
    called(callbacks, harness, job, told(harness))
    assert harness.client.balance.standing().rejected, "whoever notices it first says so"
    before = harness.calls()
    assert called(callbacks, harness, job, told(harness)) == "waiting for its key"
    for _ in range(50):
        harness.clock.pass_by(60)
        callbacks.step()
    assert harness.calls() == before
    order(harness.sandbox, "reject-keys", keys=[])
    harness.client.balance.refresh()
    callbacks.step()
    assert harness.now(job).state is State.OPEN


def test_a_task_that_is_refused_while_the_key_works_stops_nothing_else(
    harness: Harness,
    callbacks: Inbox,
) -> None:
    job = unconfirmed(harness)
    order(harness.sandbox, "fault", kind="refuse", on="task", http=403, message="not for you")
    assert called(callbacks, harness, job, told(harness)) == "not confirmed"
    assert not harness.client.balance.standing().rejected
    harness.clock.pass_by(16)
    callbacks.step()
    assert harness.now(job).state is State.OPEN


def test_an_api_that_asks_to_slow_down_is_left_alone_as_long_as_it_says(
    harness: Harness,
    callbacks: Inbox,
) -> None:
    job = unconfirmed(harness)
    order(harness.sandbox, "fault", kind="refuse", on="task", http=429, message="slow down", retry_after="120")
    called(callbacks, harness, job, told(harness))
    before = harness.calls()
    for _ in range(11):
        harness.clock.pass_by(10)
        callbacks.receive(job.id, told(harness))
        callbacks.step()
        harness.track()
    assert harness.calls() == before
    harness.clock.pass_by(11)
    callbacks.step()
    assert harness.now(job).state is State.OPEN


def test_an_api_that_does_not_answer_is_not_asked_about_each_call(
    harness: Harness,
    callbacks: Inbox,
) -> None:
    job = unconfirmed(harness)
    order(harness.sandbox, "fault", kind="gateway", on="task", times=0)
    before = harness.calls()
    for _ in range(8):
        callbacks.receive(job.id, told(harness))
    callbacks.step()
    assert harness.calls() == before + 1
    for _ in range(240):
        harness.clock.pass_by(15)
        callbacks.step()
    assert harness.calls() < before + 15, "in an hour"
    order(harness.sandbox, "reset")


def test_calls_are_written_down_while_the_api_keeps_us_waiting(harness: Harness, callbacks: Inbox) -> None:
    job, hangs, answers, task = unconfirmed(harness), threading.Event(), threading.Event(), harness.runtime.api.task

    def hanging(*args: Any, **words: Any) -> Any:
        hangs.set()
        assert answers.wait(20)
        return task(*args, **words)

    harness.runtime.api.task = hanging  # type: ignore[method-assign]
    callbacks.receive(job.id, told(harness))
    asking = threading.Thread(target=callbacks.step)
    asking.start()
    callbacks.clerk.start()
    try:
        assert hangs.wait(20)
        harness.clock.pass_by(1)
        callbacks.receive(TEST, b"")
        until(lambda: (last := harness.client.calls.last_callback()) and last.job == TEST, 5)
    finally:
        answers.set()
        asking.join(20)
        callbacks.stop()


def test_who_was_thanked_is_written_down_at_the_end(
    harness: Harness,
    callbacks: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(*_: object) -> None:
        raise LedgerError("database is locked")

    job = unconfirmed(harness)
    with monkeypatch.context() as broken:
        broken.setattr(CallbackLedger, "record", locked)
        callbacks.receive(job.id, told(harness))
        with pytest.raises(LedgerError):
            callbacks.step()
    callbacks.stop()
    Inbox(harness.ledger, lambda _: harness.runtime, harness.clock).step()
    assert harness.now(job).state is State.OPEN


def test_a_call_that_breaks_the_ledger_in_an_unheard_of_way_holds_up_no_other(
    harness: Harness,
    callbacks: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(CallbackLedger, "record", lambda *_: 1 / 0)
        callbacks.receive(TEST, b"")
        callbacks.step()
    callbacks.receive(TEST, b"")
    callbacks.step()
    last = harness.client.calls.last_callback()
    assert last and last.outcome == "arrived"
