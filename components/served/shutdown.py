"""Whether the server is about to stop.

It closes the sockets that are open and waits until all are closed. One that is opened in that moment is not told, so a
route that keeps a socket open looks here.
"""

import asyncio
import signal
import threading
from contextlib import suppress
from types import FrameType

_loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []


def watch() -> None:
    """Notice the signals that stop this server, whose own handlers do what they did. Within its event loop."""
    event = asyncio.Event()
    _loops[:] = [(asyncio.get_running_loop(), event)]
    if threading.current_thread() is not threading.main_thread():
        return  # a server in a test, which no signal stops
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def stop(number: int, frame: FrameType | None, before: object = before) -> None:
            tell()
            if callable(before):
                before(number, frame)

        signal.signal(number, stop)


def tell() -> None:
    """The server stops."""
    for loop, event in _loops:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(event.set)


async def told() -> None:
    """Wait until it does; for ever where nobody watches."""
    here = asyncio.get_running_loop()
    event = next((event for loop, event in _loops if loop is here), asyncio.Event())
    await event.wait()
