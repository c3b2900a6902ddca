"""A thread pool that has threads only while there is work."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import ParamSpec

Args = ParamSpec("Args")


class Pool:
    """Starts threads with the first work, and ends them when no new work came between two calls of `rest`.

    Until then the threads are kept, as each has its own connection to the API.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._threads = threads
        self._name = name
        self._lock = threading.Lock()
        self._executor: ThreadPoolExecutor | None = None
        self._is_used = False
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
            self._is_used = True
            self._executor = self._executor or ThreadPoolExecutor(self._threads, thread_name_prefix=self._name)
            try:
                self._executor.submit(_run, future, partial(work, *args, **named))
            except RuntimeError:
                if future.cancel():  # the executor has queued the call before it tried to start a thread
                    raise
            self._unfinished = [*self._still_unfinished(), future]
            return future

    def rest(self) -> None:
        """End the threads if no work came since the last call. Work in progress continues to its end."""
        with self._lock:
            if self._executor and not self._is_used and not self._still_unfinished():
                self._executor.shutdown(wait=False)
                self._executor = None
            self._is_used = False

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
