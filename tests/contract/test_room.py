"""Tasks that never end do not hold up the queue behind them for good: the API decides whether there is room."""

from dataclasses import replace

import pytest

from sandbox import facts
from studio.core.values import Job, State
from tests.conftest import IMAGE, KEY, Desk
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.contract.flow import posts

OVERDUE = 3600.0


@pytest.fixture
def queue(desk: Desk) -> list[Job]:
    """Two jobs behind twenty tasks that never end."""
    desk.sandbox.backend.set_balance(desk.sandbox.backend.owner(KEY), 10_000)
    for _ in range(5):
        desk.submit({**IMAGE, "prompt": "x [stuck]", "image_number": 4})
        desk.send()
    waiting = [desk.submit(), desk.submit()]
    desk.send()
    assert posts(desk) == 5 and desk.client.is_full(waiting[0]), "not before they are overdue"
    return waiting


def states(desk: Desk, jobs: list[Job]) -> list[State]:
    return [desk.now(job).state for job in jobs]


def test_when_the_api_has_room_all_the_same_the_queue_goes_on(
    desk: Desk, queue: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "TASKS_AT_ONCE", 1000)
    desk.clock.pass_by(OVERDUE)
    for _ in queue:
        desk.send()
    assert (states(desk, queue), posts(desk)) == ([State.OPEN] * 2, 7)


def test_when_the_api_has_none_they_are_queued_again_and_tried_now_and_then(desk: Desk, queue: list[Job]) -> None:
    desk.clock.pass_by(OVERDUE)
    for _ in range(20):
        desk.send()
    assert (states(desk, queue), posts(desk)) == ([State.QUEUED] * 2, 6)
    assert desk.now(queue[0]).error_kind == "NoRoomError"
    for _ in range(60):
        desk.clock.pass_by(60)
        desk.send()
    assert posts(desk) < 25, "at most every five minutes in the end"
    assert len(desk.sandbox.backend.tasks) == 20, "what was refused started nothing"
    backend = desk.sandbox.backend
    for task in list(backend.tasks.values())[:2]:
        backend.tasks[task.id] = replace(task, status="failed")
    for _ in range(10):
        desk.clock.pass_by(60)
        desk.send()
    assert states(desk, queue) == [State.OPEN] * 2
    assert len(backend.tasks) == 22
