"""Lets routes notice that the server is about to stop.

At a stop the server closes the open websockets and waits until all are closed. One that opens at that moment gets no
close message, so a route that keeps a websocket open waits here.
"""

import asyncio
import signal
import threading
from contextlib import suppress
from types import FrameType

_loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []


def watch() -> None:
    """Watch the signals that stop this server; the handlers before ours still run. Call it in the event loop."""
    event = asyncio.Event()
    _loops[:] = [(asyncio.get_running_loop(), event)]
    if threading.current_thread() is not threading.main_thread():
        return  # a server in a test, which is not stopped by a signal
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def stop(number: int, frame: FrameType | None, before: object = before) -> None:
            announce()
            if callable(before):
                before(number, frame)

        signal.signal(number, stop)


def announce() -> None:
    """Wake all that wait for the stop of the server."""
    for loop, event in _loops:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(event.set)


async def wait() -> None:
    """Wait until the server stops; forever if `watch` was not called in this loop."""
    here = asyncio.get_running_loop()
    event = next((event for loop, event in _loops if loop is here), asyncio.Event())
    await event.wait()
