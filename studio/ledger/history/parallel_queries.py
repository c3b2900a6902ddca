"""Queries of the history that run in parallel."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from studio.core.query import Query

Answer = TypeVar("Answer")
MOST_THREADS = 4  # besides the threads that wait for them; each takes a connection


class ParallelQueries:
    """A pool of a few threads. Safe to share between threads; close it at the end."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="history")

    def start(self, query: Callable[[], Answer]) -> Callable[[], Answer]:
        """Start a query; return a function that waits for its answer, and raises its errors.

        If no thread has begun the query when that function is called, the query runs in the calling thread at once.
        """
        future = self._threads.submit(query)
        return lambda: query() if future.cancel() else future.result()

    def start_if_slow(self, filters: Query, query: Callable[[], Answer]) -> Callable[[], Answer]:
        """Like `start` for a query over all rows. One with a search or a first moment is fast: it runs when called."""
        return query if filters.since or filters.search else self.start(query)

    def close(self) -> None:
        """Cancel the queries that have not begun, and wait for the others."""
        self._threads.shutdown(cancel_futures=True)
