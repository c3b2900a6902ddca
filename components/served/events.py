"""Sends each open tab a message by a websocket when there is something new to draw. The tab's own run finds out what.

The messages are *changed*, and *drawn* when a run has drawn the change. Until then no second *changed* follows, however
many changes there are, and the run draws all of them. A tab whose URL says `notify=1` gets *all ended* when the last
open job of its visitor has ended. A tab that this process has not drawn yet gets *unknown* for *changed*.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from components.parts import file_urls
from components.served import shutdown
from components.served.open_jobs import OpenJobs
from components.session import services, visitor
from components.session.tabs import Drawn, Tabs
from studio import access
from studio.core.errors import StudioError
from studio.core.values import now

log = logging.getLogger(__name__)

PATH = "/events"
CHANGED, UNKNOWN, DRAWN, ALL_ENDED = "changed", "unknown", "drawn", "all ended"
NO_ACCESS, ENDED, RESTARTING = 4401, 1008, 1012
PAUSE, CATCHING_UP_PAUSE = 0.2, 1.0
MAX_SLEEP = 600.0


@dataclass(frozen=True)
class Listener:
    """The connection of one tab, with the account of the jobs that it shows."""

    socket: WebSocket
    account: str
    tab: str

    def may_open(self) -> bool:
        """Whether the request comes from a page of ours, with a URL that was signed for this visitor."""
        given = self.socket.query_params
        proof = (given.get("expires", ""), given.get("signature", ""), self._visitor().person)
        about = file_urls.events_subject(self.account, self.tab)
        return self._is_same_origin() and self.may_see() and file_urls.is_valid(file_urls.EVENTS, about, *proof)

    def may_see(self) -> bool:
        """Whether the visitor still has access, and may see the jobs of the account."""
        runtime = services.shared().accounts.get(self.account)
        found = self._visitor()
        if found.no_access or not runtime:
            return False
        return not found.visit.has_sign_in or found.permissions(access.payer(runtime.account)).look

    def open_jobs(self) -> OpenJobs | None:
        """Return the count of the visitor's open jobs, if the tab wants to know when the last one has ended."""
        if self.socket.query_params.get("notify") != "1":
            return None
        return OpenJobs(self.account, self._visitor().person)

    @property
    def pause(self) -> float:
        """Seconds between two *changed* messages; longer after a restart, while asking about open tasks comes first."""
        runtime = services.shared().accounts.get(self.account)
        return CATCHING_UP_PAUSE if runtime and runtime.tracker.is_catching_up else PAUSE

    def _is_same_origin(self) -> bool:
        """Whether the origin is ours. Browsers always send one; other programs lack a signed URL."""
        origin, host = (self.socket.headers.get(name, "") for name in ("origin", "host"))
        return not origin or urlsplit(origin).netloc == host or origin in st.get_option("server.corsAllowedOrigins")

    def _visitor(self) -> visitor.Visitor:
        return visitor.of_request(self.socket)


async def events(socket: WebSocket) -> None:
    """Serve the websocket of one tab: send messages until the tab leaves or the server stops."""
    given = socket.query_params
    listener = Listener(socket, given.get("account", ""), given.get("tab", ""))
    await socket.accept()  # else the browser would not get the close code
    if not await _holds(listener.may_open):
        await socket.close(NO_ACCESS)
        return
    sending = asyncio.create_task(_send_messages(listener, services.shared().tabs))
    gone = asyncio.create_task(socket.receive())
    stopped = asyncio.create_task(shutdown.wait())
    tasks = (sending, gone, stopped)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if sending in done and (error := sending.exception()):
            log.error("A tab is told nothing more.", exc_info=error)
        if gone not in done or gone.result()["type"] != "websocket.disconnect":
            with suppress(RuntimeError):  # the socket is closed already
                await socket.close(RESTARTING if stopped in done else ENDED)
    finally:
        for task in tasks:
            task.cancel()


async def _holds(check: Callable[[], bool]) -> bool:
    """Run a check in a thread; an error counts as False and is logged."""
    try:
        return await run_in_threadpool(check)
    except StudioError as error:
        log.error("Nobody can be let in: %s %s", error.message, error.hint)
        return False


async def _send_messages(listener: Listener, tabs: Tabs) -> None:
    """Send messages until the tab leaves or loses access."""
    announced: Drawn | None = None  # what the tab had drawn when *changed* was sent
    open_jobs = await run_in_threadpool(listener.open_jobs)
    with tabs.subscribe(listener.tab, listener.account) as woken, suppress(WebSocketDisconnect, RuntimeError):
        while True:
            woken.clear()
            if open_jobs and await _holds(open_jobs.have_ended):
                await listener.socket.send_text(ALL_ENDED)
            drawn = tabs.drawn(listener.tab)
            if announced and announced.count != drawn.count:
                announced = None
                await listener.socket.send_text(DRAWN)
            if not announced and drawn.is_behind(tabs.changes.number(listener.account), now()):
                if not await _holds(listener.may_see):
                    await listener.socket.close(NO_ACCESS)
                    return
                announced = drawn
                await listener.socket.send_text(CHANGED if drawn.count else UNKNOWN)
                await asyncio.sleep(listener.pause)
            else:
                await _sleep(woken, drawn if not announced else None)


async def _sleep(woken: asyncio.Event, drawn: Drawn | None) -> None:
    """Sleep until an event, or until a drawn part is due to be redrawn."""
    seconds = MAX_SLEEP
    if drawn and drawn.due:
        seconds = min(seconds, max(0.0, (drawn.due - now()).total_seconds()))
    with suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), seconds)


# Below any path: a host may serve the studio there, and Streamlit does not put its base path before our routes.
ROUTES = [WebSocketRoute(f"{below}{PATH}", events) for below in ("", "/{below:path}")]
