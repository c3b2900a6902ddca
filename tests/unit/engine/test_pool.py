"""A pool has threads only while there is work, and forgets none that waits."""

import threading

import pytest

from studio.engine.pool import Pool
from tests.conftest import until


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


def test_work_that_waits_goes_on_when_its_pool_rests_and_is_not_begun_when_it_stops() -> None:
    pool, goes_on, done = Pool(1, "test-pool"), threading.Event(), list[str]()

    def work(name: str) -> None:
        done.append(name)
        assert goes_on.wait(20)

    first, _ = pool.submit(work, "first"), pool.submit(work, "second")
    pool.rest()
    pool.rest()
    pool.submit(work, "third")
    assert sum(thread.name.startswith("test-pool") for thread in threading.enumerate()) == 1
    pool.stop()
    goes_on.set()
    first.result(20)
    until(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("test-pool")])
    assert done == ["first"]


def test_work_for_which_no_thread_can_be_started_is_not_done_later(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, done = Pool(1, "test-pool"), list[str]()

    def no_thread(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread)
        with pytest.raises(RuntimeError):
            pool.submit(done.append, "first")
    pool.submit(done.append, "second").result(20)
    assert done == ["second"]
    pool.stop()


def test_an_error_in_the_work_is_in_its_future() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    pool = Pool(1, "test-pool")
    with pytest.raises(ZeroDivisionError):
        pool.submit(fail).result(20)
    pool.stop()
