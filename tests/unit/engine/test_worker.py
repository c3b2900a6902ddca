"""A worker has a thread only while it has something to do, and misses no call to wake up."""

import threading
from collections.abc import Callable, Iterator

import pytest

from studio.engine import worker as workers
from studio.engine.alarms import Alarms
from studio.engine.worker import Worker
from tests.conftest import until
from tests.still_alarms import StillAlarms


def has_thread() -> bool:
    """Whether a worker of these tests has a thread."""
    return any(thread.name == "test" for thread in threading.enumerate())


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> StillAlarms:
    return StillAlarms.used_by(monkeypatch)


@pytest.fixture
def resting(alarms: StillAlarms) -> Iterator[Callable[..., Worker]]:
    """Makes workers that are stopped at the end, and waits until each has nothing to do."""
    made: list[Worker] = []

    def make(step: Callable[[], float], **named: Callable[[], None]) -> Worker:
        worker = Worker("test", step, **named)
        made.append(worker)
        worker.start()
        until(lambda: alarms.is_resting(worker))
        return worker

    yield make
    for worker in made:
        worker.stop()


def no_thread(_thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_a_long_pause_needs_no_thread_but_an_alarm(alarms: StillAlarms, resting: Callable[..., Worker]) -> None:
    worker = resting(lambda: 60.0)
    assert alarms.pauses == {worker.wake: 60.0}
    until(lambda: not has_thread())


def test_a_short_pause_is_waited_for_by_its_own_thread(alarms: StillAlarms) -> None:
    stepped = threading.Event()

    def step() -> float:
        stepped.set()
        return workers.LINGER

    worker = Worker("test", step)
    worker.start()
    stepped.wait(20)
    assert has_thread() and not alarms.pauses
    worker.stop()


def test_a_worker_that_rests_is_woken(alarms: StillAlarms, resting: Callable[..., Worker]) -> None:
    steps: list[int] = []

    def step() -> float:
        steps.append(1)
        return 60.0

    worker = resting(step)
    worker.wake()
    until(lambda: len(steps) == 2 and alarms.is_resting(worker))
    worker.wake()
    until(lambda: len(steps) == 3 and alarms.is_resting(worker))
    assert alarms.pauses == {worker.wake: 60.0}


def test_a_call_to_wake_up_during_a_step_is_followed_by_another_step(alarms: StillAlarms) -> None:
    steps: list[int] = []

    def step() -> float:
        steps.append(1)
        if len(steps) == 1:
            worker.wake()
        return 60.0

    worker = Worker("test", step)
    worker.start()
    until(lambda: alarms.is_resting(worker) and len(steps) == 2)
    worker.stop()


def test_a_call_to_wake_up_on_the_way_to_rest_is_not_missed(alarms: StillAlarms) -> None:
    rests: list[int] = []

    def on_rest() -> None:
        rests.append(1)
        if len(rests) == 1:
            worker.wake()

    worker = Worker("test", lambda: 60.0, on_rest)
    worker.start()
    until(lambda: alarms.is_resting(worker) and len(rests) == 2)
    worker.stop()


def test_a_worker_does_nothing_before_its_start_and_after_its_end(alarms: StillAlarms) -> None:
    worker = Worker("test", lambda: 1 / 0)
    worker.wake()
    until(lambda: not has_thread())
    worker.stop()
    worker.wake()
    until(lambda: not has_thread())
    assert not alarms.pauses


def test_a_worker_without_a_thread_to_run_on_tries_again(
    alarms: StillAlarms, resting: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = resting(lambda: 60.0)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread)
        worker.wake()
    assert alarms.pauses == {worker.wake: workers.AFTER_ERROR}


def test_a_worker_without_a_thread_even_for_its_alarm_begins_at_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wakes it, a page that has just written a job, must not fail."""
    monkeypatch.setattr(workers, "ALARMS", Alarms())
    stepped = threading.Event()

    def step() -> float:
        stepped.set()
        return workers.LINGER

    worker = Worker("test", step)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread)
        worker.start()
    worker.wake()
    assert stepped.wait(20)
    worker.stop()
