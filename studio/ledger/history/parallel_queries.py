"""Questions to the history that are asked beside each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from studio.core.query import Query

Answer = TypeVar("Answer")
MOST_THREADS = 4  # besides what is asked by those who wait for it; each takes a connection


class ParallelQueries:
    """A few threads of the ledger. Safe to share; close it at the end."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="history")

    def start(self, query: Callable[[], Answer]) -> Callable[[], Answer]:
        """Begin to find an answer, beside what else is asked; what is returned waits for it, and raises its errors.

        What no thread has begun by then is asked by who wants to know, so that nobody waits for another's query.
        """
        future = self._threads.submit(query)
        return lambda: query() if future.cancel() else future.result()

    def start_if_slow(self, wanted: Query, query: Callable[[], Answer]) -> Callable[[], Answer]:
        """As `start` where there is much to sum up: there is little in a short time, and of what words find."""
        return query if wanted.since or wanted.search else self.start(query)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
