"""Answers that wait for the ledger: each is written once, whoever writes, and a newer one replaces it."""

import threading
from concurrent.futures import ThreadPoolExecutor

from studio.engine.pending_writes import PendingWrites


def test_a_slow_thread_does_not_write_again_what_was_written_meanwhile() -> None:
    answers, written, slow, go_on = PendingWrites(), [], threading.Event(), threading.Event()

    def hang() -> None:
        slow.set()
        assert go_on.wait(20)
        written.append("first")

    answers._pending = {"first": hang, "second": lambda: written.append("second")}
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(answers.flush)]
        assert slow.wait(20)
        writers += [pool.submit(answers.flush) for _ in range(3)]
        go_on.set()
    assert [writer.result() for writer in writers] == [None] * 4
    assert written == ["first", "second"] and not answers.ids
