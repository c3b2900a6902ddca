"""Outputs: a result link that is cold, dead or expired, and what breaks a save."""

from dataclasses import replace

import pytest

from studio.archive.archive import Archive
from studio.core.values import State, Status
from tests.conftest import KEY, Harness, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow


def test_a_result_link_that_does_not_work_yet_is_tried_again(harness: Harness) -> None:
    job = harness.submit()
    harness.send()
    for _ in range(3):
        harness.ask()
    (task,) = harness.sandbox.backend.tasks.values()
    harness.sandbox.backend.tasks[task.id] = replace(task, status="processing")  # its file answers 404 now
    harness.save()
    (output,) = harness.now(job).outputs
    assert not output.is_saved and "404" in output.problem and output.attempts == 1
    assert harness.client.progress.is_moving()
    harness.sandbox.backend.tasks[task.id] = task
    harness.save()
    assert not harness.now(job).outputs[0].is_saved, "not before its time"
    harness.clock.pass_by(3)
    harness.save()
    assert harness.now(job).outputs[0].is_saved
    assert not harness.client.progress.is_moving()


def test_a_dead_result_link_is_replaced_by_a_fresh_one(harness: Harness) -> None:
    job = harness.submit()
    harness.send()
    for _ in range(3):
        harness.ask()
    (output,) = harness.now(job).outputs
    harness.ledger.jobs.change_output(output.id, url="http://127.0.0.1:1/expired.png")
    for _ in range(3):
        harness.save()
        harness.clock.pass_by(20)
    assert harness.now(job).outputs[0].is_saved


@pytest.mark.parametrize("http", [403, 404, 410])
def test_a_link_that_expired_is_asked_for_after_two_attempts(harness: Harness, http: int) -> None:
    job = harness.submit()
    harness.send()
    for _ in range(3):
        harness.ask()
    (output,) = harness.now(job).outputs
    order(harness.sandbox, "fault", kind="refuse", on="file", http=http, times=2)
    expired = f"{output.url}?expires=1"
    harness.ledger.jobs.change_output(output.id, url=expired)
    before = harness.calls()
    for attempts in (1, 2):
        harness.save()
        harness.clock.pass_by(20)
        output = harness.now(job).outputs[0]
        assert (output.attempts, output.url, harness.calls()) == (attempts, expired, before)
        assert str(http) in output.problem
    harness.save()
    output = harness.now(job).outputs[0]
    assert output.is_saved and output.url == expired.partition("?")[0]
    assert harness.calls() == before + 1


@pytest.mark.parametrize("lost", ["task", "position", "key"])
def test_a_dead_link_without_a_fresh_one_is_tried_until_it_works(harness: Harness, lost: str) -> None:
    job = harness.submit()
    harness.send()
    for _ in range(3):
        harness.ask()
    (output,), (task,) = harness.now(job).outputs, harness.sandbox.backend.tasks.values()
    harness.ledger.jobs.change_output(
        output.id, url="http://127.0.0.1:1/a.png", position=7 if lost == "position" else 0
    )
    if lost == "task":
        harness.sandbox.backend.tasks[task.id] = replace(task, status="forgotten")
    if lost == "key":
        order(harness.sandbox, "reject-keys", keys=[KEY])
    for _ in range(4):
        harness.save()
        harness.clock.pass_by(100)
    found = harness.now(job)
    assert (found.state, found.outputs[0].attempts, found.outputs[0].is_given_up) == (State.FINISHED, 4, False)
    assert found.outputs[0].problem.startswith("The download broke off")
    assert found.tasks[0].status is Status.SUCCEEDED, "what was made is not taken back"
    harness.sandbox.backend.tasks[task.id] = task
    harness.ledger.jobs.change_output(output.id, url=output.url)
    harness.save()
    assert harness.now(job).outputs[0].is_saved


def test_what_breaks_a_save_unexpectedly_is_planned_again(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    job = harness.submit()
    harness.send()
    for _ in range(3):
        harness.ask()
    with monkeypatch.context() as broken:
        broken.setattr(Archive, "save", lambda *_: 1 / 0)
        harness.save()
    (output,) = harness.now(job).outputs
    assert output.attempts == 1 and output.problem and output.try_at
    harness.clock.pass_by(5)
    harness.save()
    assert harness.now(job).outputs[0].is_saved
