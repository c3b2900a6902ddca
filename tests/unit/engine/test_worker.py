"""A worker has a thread only while it has something to do, and misses no call to wake up."""

import threading
from collections.abc import Callable, Iterator

import pytest

from studio.engine import worker as workers
from studio.engine.alarms import Alarms
from studio.engine.pool import Pool
from studio.engine.worker import Worker
from tests.conftest import until
from tests.idle import StillAlarms


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

    def no_thread(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread)
        worker.wake()
    assert alarms.pauses == {worker.wake: workers.AFTER_ERROR}


def test_alarms_make_each_call_once_and_end_their_thread() -> None:
    alarms, calls = Alarms(), list[str]()
    alarms.set(late := lambda: calls.append("late"), 3600)
    alarms.set(lambda: calls.append("soon"), 0)
    until(lambda: calls == ["soon"])
    alarms.clear(late)
    until(lambda: not alarms._is_running)
    alarms.set(late, 0)
    until(lambda: calls == ["soon", "late"] and not alarms._is_running)


def test_the_threads_of_a_pool_end_when_nothing_came_between_two_rests() -> None:
    pool = Pool(2, "test-pool")

    def threads() -> int:
        return sum(thread.name.startswith("test-pool") for thread in threading.enumerate())

    assert threads() == 0
    pool.submit(lambda: None).result(20)
    pool.rest()
    assert threads() == 1
    pool.rest()
    until(lambda: threads() == 0)
    pool.submit(lambda: None).result(20)
    assert threads() == 1
    pool.stop()
    until(lambda: threads() == 0)
    with pytest.raises(RuntimeError):
        pool.submit(lambda: None)


def test_work_in_progress_goes_on_when_its_pool_rests() -> None:
    pool, goes_on = Pool(1, "test-pool"), threading.Event()

    def wait() -> None:
        assert goes_on.wait(20)

    work = pool.submit(wait)
    pool.rest()
    pool.rest()
    goes_on.set()
    work.result(20)
