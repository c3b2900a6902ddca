"""Tasks that never end do not hold up the queue behind them for good: the API decides whether there is room."""

from dataclasses import replace

import pytest

from sandbox import facts
from studio.core.values import Job, State
from tests.conftest import IMAGE, KEY, Harness
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.flows.flow import posts

OVERDUE = 3600.0


@pytest.fixture
def queue(harness: Harness) -> list[Job]:
    """Two jobs behind twenty tasks that never end."""
    harness.sandbox.backend.set_balance(harness.sandbox.backend.owner(KEY), 10_000)
    for _ in range(5):
        harness.submit({**IMAGE, "prompt": "x [stuck]", "image_number": 4})
        harness.send()
    waiting = [harness.submit(), harness.submit()]
    harness.send()
    assert posts(harness) == 5 and harness.client.queue.is_full(waiting[0]), "not before they are overdue"
    return waiting


def states(harness: Harness, jobs: list[Job]) -> list[State]:
    return [harness.now(job).state for job in jobs]


def test_when_the_api_has_room_all_the_same_the_queue_goes_on(
    harness: Harness, queue: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "TASKS_AT_ONCE", 1000)
    harness.clock.pass_by(OVERDUE)
    for _ in queue:
        harness.send()
    assert (states(harness, queue), posts(harness)) == ([State.OPEN] * 2, 7)


def test_when_the_api_has_none_they_are_queued_again_and_tried_now_and_then(harness: Harness, queue: list[Job]) -> None:
    harness.clock.pass_by(OVERDUE)
    for _ in range(20):
        harness.send()
    assert (states(harness, queue), posts(harness)) == ([State.QUEUED] * 2, 6)
    assert harness.now(queue[0]).error_kind == "NoRoomError"
    for _ in range(60):
        harness.clock.pass_by(60)
        harness.send()
    assert posts(harness) < 25, "at most every five minutes in the end"
    assert len(harness.sandbox.backend.tasks) == 20, "what was refused started nothing"
    backend = harness.sandbox.backend
    for task in list(backend.tasks.values())[:2]:
        backend.tasks[task.id] = replace(task, status="failed")
    for _ in range(10):
        harness.clock.pass_by(60)
        harness.send()
    assert states(harness, queue) == [State.OPEN] * 2
    assert len(backend.tasks) == 22
