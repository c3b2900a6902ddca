"""Queries of the history that run in parallel."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from studio.core.query import Query

Answer = TypeVar("Answer")
MOST_THREADS = 4  # besides the threads that wait for them; each takes a connection


class ParallelQueries:
    """A pool of a few threads. Safe to share; close it at the end."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="history")

    def start(self, query: Callable[[], Answer]) -> Callable[[], Answer]:
        """Start a query. Returns a function that waits for its answer, and raises its errors.

        A query that no thread has begun by then runs in the thread that wants the answer, so it waits for no other.
        """
        future = self._threads.submit(query)
        return lambda: query() if future.cancel() else future.result()

    def start_if_slow(self, wanted: Query, query: Callable[[], Answer]) -> Callable[[], Answer]:
        """Start a query over all rows; one with a search or a first moment is fast, and runs when it is asked for."""
        return query if wanted.since or wanted.search else self.start(query)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
