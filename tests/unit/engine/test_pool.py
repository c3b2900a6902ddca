"""A pool has threads only while there is work, and forgets none that waits."""

import threading

import pytest

from studio.engine import pool as pools
from studio.engine.pool import Pool
from tests.conftest import until


def threads(name: str) -> int:
    return sum(thread.name.startswith(name) for thread in threading.enumerate())


def test_the_threads_of_a_pool_end_at_a_rest_when_there_was_no_work_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = Pool(2, "two-threads")
    assert threads("two-threads") == 0
    pool.submit(lambda: None).result(20)
    pool.rest()
    assert threads("two-threads") == 1
    monkeypatch.setattr(pools, "KEEP_SECONDS", 0)
    pool.rest()
    until(lambda: threads("two-threads") == 0)
    pool.submit(lambda: None).result(20)
    assert threads("two-threads") == 1
    pool.stop()
    until(lambda: threads("two-threads") == 0)
    with pytest.raises(RuntimeError):
        pool.submit(lambda: None)


def test_work_in_progress_goes_on_when_its_pool_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "KEEP_SECONDS", 0)
    pool, goes_on = Pool(1, "test-pool"), threading.Event()

    def wait() -> None:
        assert goes_on.wait(20)

    work = pool.submit(wait)
    pool.rest()
    goes_on.set()
    work.result(20)
    pool.stop()


def test_work_that_waits_goes_on_when_its_pool_rests_and_is_not_begun_when_it_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pools, "KEEP_SECONDS", 0)
    pool, goes_on, done = Pool(1, "one-thread"), threading.Event(), list[str]()

    def work(name: str) -> None:
        done.append(name)
        assert goes_on.wait(20)

    first, _ = pool.submit(work, "first"), pool.submit(work, "second")
    until(lambda: done)
    pool.rest()
    pool.submit(work, "third")
    assert threads("one-thread") == 1
    pool.stop()
    goes_on.set()
    first.result(20)
    until(lambda: threads("one-thread") == 0)
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
