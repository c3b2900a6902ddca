"""Tells each open tab when there is something new to draw, by a websocket. What that is, the tab's own run finds out.

Two words go to the browser: *changed*, and *drawn* when a run has drawn it. Until then no second *changed* follows,
however much happens, and the run draws all of it.
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
from components.session import services, visitor
from components.session.tabs import Drawn, Tabs
from studio import access
from studio.core.errors import StudioError
from studio.core.values import now

log = logging.getLogger(__name__)

PATH = "/events"
CHANGED, DRAWN = "changed", "drawn"
NOT_LET_IN, NOTHING_TO_SAY, COMES_BACK = 4401, 1008, 1012
PAUSE, CATCHING_UP = 0.2, 1.0
LONGEST_SLEEP = 600.0


@dataclass(frozen=True)
class Listener:
    """The browser's end of a websocket: one tab, and the account whose jobs it shows."""

    socket: WebSocket
    account: str
    tab: str

    def may_open(self) -> bool:
        """They come from a page of ours, with the address that was made for it."""
        given = self.socket.query_params
        proof = (given.get("expires", ""), given.get("signature", ""), self._who().person)
        about = file_urls.events_subject(self.account, self.tab)
        return self._is_ours() and self.may_see() and file_urls.is_valid(file_urls.EVENTS, about, *proof)

    def may_see(self) -> bool:
        """Whoever listens is let in still, and may be shown what the account has."""
        runtime = services.shared().accounts.get(self.account)
        who = self._who()
        if who.no_access or not runtime:
            return False
        return not who.visit.has_sign_in or who.permissions(access.payer(runtime.account)).look

    @property
    def pause(self) -> float:
        """The seconds between two words *changed*: after a restart what is being found out comes before the pages."""
        runtime = services.shared().accounts.get(self.account)
        return CATCHING_UP if runtime and runtime.tracker.is_catching_up else PAUSE

    def _is_ours(self) -> bool:
        """A browser says which page opens a socket; another program says nothing, and has no address either."""
        origin, host = (self.socket.headers.get(name, "") for name in ("origin", "host"))
        return not origin or urlsplit(origin).netloc == host or origin in st.get_option("server.corsAllowedOrigins")

    def _who(self) -> visitor.Visitor:
        return visitor.of_request(self.socket)


async def events(socket: WebSocket) -> None:
    """Listen to one tab's end of the socket, which says nothing, and tell it what there is to tell."""
    given = socket.query_params
    listener = Listener(socket, given.get("account", ""), given.get("tab", ""))
    await socket.accept()  # or the browser would not be told why it is closed
    if not await _is(listener.may_open):
        await socket.close(NOT_LET_IN)
        return
    telling, gone = asyncio.create_task(_tell(listener, services.shared().tabs)), asyncio.create_task(socket.receive())
    stopped = asyncio.create_task(shutdown.told())
    tasks = (telling, gone, stopped)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if telling in done and (error := telling.exception()):
            log.error("A tab is told nothing more.", exc_info=error)
        if gone not in done or gone.result()["type"] != "websocket.disconnect":
            with suppress(RuntimeError):  # it is closed already
                await socket.close(COMES_BACK if stopped in done else NOTHING_TO_SAY)
    finally:
        for task in tasks:
            task.cancel()


async def _is(asked: Callable[[], bool]) -> bool:
    try:
        return await run_in_threadpool(asked)
    except StudioError as error:
        log.error("Nobody can be let in: %s %s", error.message, error.hint)
        return False


async def _tell(listener: Listener, tabs: Tabs) -> None:
    told: Drawn | None = None  # what was drawn when the browser was told that there is more
    with tabs.subscribe(listener.tab, listener.account) as woken, suppress(WebSocketDisconnect, RuntimeError):
        while True:
            woken.clear()
            drawn = tabs.drawn(listener.tab)
            if told and told.count != drawn.count:
                told = None
                await listener.socket.send_text(DRAWN)
            if not told and drawn.is_behind(tabs.changes.number(listener.account), now()):
                if not await _is(listener.may_see):
                    await listener.socket.close(NOT_LET_IN)
                    return
                told = drawn
                await listener.socket.send_text(CHANGED)
                await asyncio.sleep(listener.pause)
            else:
                await _sleep(woken, drawn if not told else None)


async def _sleep(woken: asyncio.Event, drawn: Drawn | None) -> None:
    """Until something happened, or what was drawn is due to be drawn anew."""
    seconds = LONGEST_SLEEP
    if drawn and drawn.due:
        seconds = min(seconds, max(0.0, (drawn.due - now()).total_seconds()))
    with suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), seconds)


# Below whatever path: a host may serve the studio there, and Streamlit puts no such path before our routes.
ROUTES = [WebSocketRoute(f"{below}{PATH}", events) for below in ("", "/{below:path}")]
