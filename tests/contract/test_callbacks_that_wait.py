"""Calls that cannot be looked into yet: they hold up no other, ask for nothing in vain, and are lost in no case."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from studio.core.errors import LedgerError
from studio.core.values import Job, State
from studio.ledger.callbacks import MOST_A_JOB, MOST_AT_ONCE, CallbackLedger
from studio.webhooks.inbox import Callbacks
from studio.webhooks.urls import TEST
from tests.conftest import KEY, Desk, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.contract.test_callbacks import callbacks, called, told, unconfirmed  # noqa: F401 - a fixture

MANY = MOST_AT_ONCE // MOST_A_JOB + 1  # jobs


def many_calls(callbacks: Callbacks, jobs: list[Job], body: bytes) -> None:  # noqa: F811
    for job in jobs:
        for _ in range(MOST_A_JOB):
            callbacks.receive(job.id, body)


def likewise(desk: Desk, job: Job, number: int, **changes: Any) -> Job:
    other = replace(job, id=f"job_like_{number}", submission=f"like:{number}", tasks=(), **changes)
    return desk.ledger.jobs.add(other)


def test_calls_that_wait_for_a_key_hold_up_no_other(desk: Desk, callbacks: Callbacks) -> None:  # noqa: F811
    job = unconfirmed(desk)
    many_calls(callbacks, [likewise(desk, job, number, account="keyless") for number in range(MANY)], told(desk))
    callbacks.step()
    callbacks.step()
    desk.clock.pass_by(1)
    callbacks.receive(job.id, told(desk))
    callbacks.step()
    assert desk.now(job).state is State.OPEN


def test_calls_that_nobody_can_confirm_hold_up_no_other(desk: Desk, callbacks: Callbacks) -> None:  # noqa: F811
    job = unconfirmed(desk)
    many_calls(callbacks, [likewise(desk, job, number) for number in range(MANY)], told(desk, "task_made_up"))
    callbacks.step()
    desk.clock.pass_by(1)
    callbacks.receive(job.id, told(desk))
    callbacks.step()
    callbacks.step()
    assert desk.now(job).state is State.OPEN


def test_under_a_rejected_key_nothing_is_asked_and_afterwards_it_goes_on(
    desk: Desk,
    callbacks: Callbacks,  # noqa: F811
) -> None:
    job = unconfirmed(desk)
    order(desk.sandbox, "reject-keys", keys=[KEY])
    called(callbacks, desk, job, told(desk))
    assert desk.client.standing().rejected, "whoever notices it first says so"
    before = desk.calls()
    assert called(callbacks, desk, job, told(desk)) == "waiting for its key"
    for _ in range(50):
        desk.clock.pass_by(60)
        callbacks.step()
    assert desk.calls() == before
    order(desk.sandbox, "reject-keys", keys=[])
    desk.client.refresh_balance()
    callbacks.step()
    assert desk.now(job).state is State.OPEN


def test_a_task_that_is_refused_while_the_key_works_stops_nothing_else(
    desk: Desk,
    callbacks: Callbacks,  # noqa: F811
) -> None:
    job = unconfirmed(desk)
    order(desk.sandbox, "fault", kind="refuse", on="task", http=403, message="not for you")
    assert called(callbacks, desk, job, told(desk)) == "not confirmed"
    assert not desk.client.standing().rejected
    desk.clock.pass_by(16)
    callbacks.step()
    assert desk.now(job).state is State.OPEN


def test_an_api_that_asks_to_slow_down_is_left_alone_as_long_as_it_says(
    desk: Desk,
    callbacks: Callbacks,  # noqa: F811
) -> None:
    job = unconfirmed(desk)
    order(desk.sandbox, "fault", kind="refuse", on="task", http=429, message="slow down", retry_after="120")
    called(callbacks, desk, job, told(desk))
    before = desk.calls()
    for _ in range(11):
        desk.clock.pass_by(10)
        callbacks.receive(job.id, told(desk))
        callbacks.step()
        desk.track()
    assert desk.calls() == before
    desk.clock.pass_by(11)
    callbacks.step()
    assert desk.now(job).state is State.OPEN


def test_an_api_that_does_not_answer_is_not_asked_about_each_call(
    desk: Desk,
    callbacks: Callbacks,  # noqa: F811
) -> None:
    job = unconfirmed(desk)
    order(desk.sandbox, "fault", kind="gateway", on="task", times=0)
    before = desk.calls()
    for _ in range(8):
        callbacks.receive(job.id, told(desk))
    callbacks.step()
    assert desk.calls() == before + 1
    for _ in range(240):
        desk.clock.pass_by(15)
        callbacks.step()
    assert desk.calls() < before + 15, "in an hour"
    order(desk.sandbox, "reset")


def test_calls_are_written_down_while_the_api_keeps_us_waiting(desk: Desk, callbacks: Callbacks) -> None:  # noqa: F811
    job, hangs, answers, task = unconfirmed(desk), threading.Event(), threading.Event(), desk.running.api.task

    def hanging(*args: Any, **words: Any) -> Any:
        hangs.set()
        assert answers.wait(20)
        return task(*args, **words)

    desk.running.api.task = hanging  # type: ignore[method-assign]
    callbacks.receive(job.id, told(desk))
    asking = threading.Thread(target=callbacks.step)
    asking.start()
    callbacks.clerk.start()
    try:
        assert hangs.wait(20)
        desk.clock.pass_by(1)
        callbacks.receive(TEST, b"")
        until(lambda: (last := desk.client.last_callback()) and last.job == TEST, 5)
    finally:
        answers.set()
        asking.join(20)
        callbacks.stop()


def test_who_was_thanked_is_written_down_at_the_end(
    desk: Desk,
    callbacks: Callbacks,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(*_: object) -> None:
        raise LedgerError("database is locked")

    job = unconfirmed(desk)
    with monkeypatch.context() as broken:
        broken.setattr(CallbackLedger, "record", locked)
        callbacks.receive(job.id, told(desk))
        with pytest.raises(LedgerError):
            callbacks.step()
    callbacks.stop()
    Callbacks(desk.ledger, lambda _: desk.running, desk.clock).step()
    assert desk.now(job).state is State.OPEN


def test_a_call_that_breaks_the_ledger_in_an_unheard_of_way_holds_up_no_other(
    desk: Desk,
    callbacks: Callbacks,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(CallbackLedger, "record", lambda *_: 1 / 0)
        callbacks.receive(TEST, b"")
        callbacks.step()
    callbacks.receive(TEST, b"")
    callbacks.step()
    last = desk.client.last_callback()
    assert last and last.outcome == "arrived"
