"""Outputs: a result link that is cold, dead or expired, and what breaks a save."""

from dataclasses import replace

import pytest

from studio.archive.archive import Archive
from studio.core.values import State, Status
from tests.conftest import KEY, Desk, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow


def test_a_result_link_that_does_not_work_yet_is_tried_again(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    (task,) = desk.sandbox.backend.tasks.values()
    desk.sandbox.backend.tasks[task.id] = replace(task, status="processing")  # its file answers 404 now
    desk.save()
    (output,) = desk.now(job).outputs
    assert not output.is_saved and "404" in output.problem and output.attempts == 1
    assert desk.client.is_moving()
    desk.sandbox.backend.tasks[task.id] = task
    desk.save()
    assert not desk.now(job).outputs[0].is_saved, "not before its time"
    desk.clock.pass_by(3)
    desk.save()
    assert desk.now(job).outputs[0].is_saved
    assert not desk.client.is_moving()


def test_a_dead_result_link_is_replaced_by_a_fresh_one(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    (output,) = desk.now(job).outputs
    desk.ledger.jobs.change_output(output.id, url="http://127.0.0.1:1/expired.png")
    for _ in range(3):
        desk.save()
        desk.clock.pass_by(20)
    assert desk.now(job).outputs[0].is_saved


@pytest.mark.parametrize("http", [403, 404, 410])
def test_a_link_that_expired_is_asked_for_after_two_attempts(desk: Desk, http: int) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    (output,) = desk.now(job).outputs
    order(desk.sandbox, "fault", kind="refuse", on="file", http=http, times=2)
    expired = f"{output.url}?expires=1"
    desk.ledger.jobs.change_output(output.id, url=expired)
    before = desk.calls()
    for attempts in (1, 2):
        desk.save()
        desk.clock.pass_by(20)
        output = desk.now(job).outputs[0]
        assert (output.attempts, output.url, desk.calls()) == (attempts, expired, before)
        assert str(http) in output.problem
    desk.save()
    output = desk.now(job).outputs[0]
    assert output.is_saved and output.url == expired.partition("?")[0]
    assert desk.calls() == before + 1


@pytest.mark.parametrize("lost", ["task", "position", "key"])
def test_a_dead_link_without_a_fresh_one_is_tried_until_it_works(desk: Desk, lost: str) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    (output,), (task,) = desk.now(job).outputs, desk.sandbox.backend.tasks.values()
    desk.ledger.jobs.change_output(output.id, url="http://127.0.0.1:1/a.png", position=7 if lost == "position" else 0)
    if lost == "task":
        desk.sandbox.backend.tasks[task.id] = replace(task, status="forgotten")
    if lost == "key":
        order(desk.sandbox, "reject-keys", keys=[KEY])
    for _ in range(4):
        desk.save()
        desk.clock.pass_by(100)
    found = desk.now(job)
    assert (found.state, found.outputs[0].attempts, found.outputs[0].is_given_up) == (State.FINISHED, 4, False)
    assert found.outputs[0].problem.startswith("The download broke off")
    assert found.tasks[0].status is Status.SUCCEEDED, "what was made is not taken back"
    desk.sandbox.backend.tasks[task.id] = task
    desk.ledger.jobs.change_output(output.id, url=output.url)
    desk.save()
    assert desk.now(job).outputs[0].is_saved


def test_what_breaks_a_save_unexpectedly_is_planned_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    with monkeypatch.context() as broken:
        broken.setattr(Archive, "save", lambda *_: 1 / 0)
        desk.save()
    (output,) = desk.now(job).outputs
    assert output.attempts == 1 and output.problem and output.try_at
    desk.clock.pass_by(5)
    desk.save()
    assert desk.now(job).outputs[0].is_saved
