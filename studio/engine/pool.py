"""A thread pool that has threads only while there is work."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import ParamSpec

Args = ParamSpec("Args")
KEEP_SECONDS = 60.0


class Pool:
    """Starts threads with the first work, and ends them at the first `rest` after a minute without new work.

    Until then the threads are kept, as each has its own connections.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._threads = threads
        self._name = name
        self._lock = threading.Lock()
        self._executor: ThreadPoolExecutor | None = None
        self._used_at = 0.0
        self._is_stopped = False
        self._unfinished: list[Future[None]] = []

    def submit(self, work: Callable[Args, None], *args: Args.args, **named: Args.kwargs) -> Future[None]:
        """Run the work in a thread; return its future.

        Errors: RuntimeError after `stop`, or when no thread can be started; the work is not done then.
        """
        future: Future[None] = Future()
        with self._lock:
            if self._is_stopped:
                raise RuntimeError("The pool was stopped.")
            self._used_at = time.monotonic()
            self._executor = self._executor or ThreadPoolExecutor(self._threads, thread_name_prefix=self._name)
            try:
                self._executor.submit(_run, future, partial(work, *args, **named))
            except RuntimeError:
                if future.cancel():  # the executor has queued the call before it tried to start a thread
                    raise
            self._unfinished = [*self._still_unfinished(), future]
            return future

    def rest(self) -> None:
        """End the threads if there was no work for a while and none is left."""
        with self._lock:
            is_recent = time.monotonic() - self._used_at < KEEP_SECONDS
            if self._executor and not is_recent and not self._still_unfinished():
                self._executor.shutdown(wait=False)
                self._executor = None

    def stop(self) -> None:
        """Stop after the work in progress; work that waits is not started."""
        with self._lock:
            self._is_stopped = True
            for future in self._unfinished:
                future.cancel()
            if self._executor:
                self._executor.shutdown(wait=False)

    def _still_unfinished(self) -> list[Future[None]]:
        return [future for future in self._unfinished if not future.done()]


def _run(future: Future[None], work: Callable[[], None]) -> None:
    """Do the work unless it was cancelled, and put its end into the future."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        work()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(None)
