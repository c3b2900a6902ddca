"""Browser sessions without a browser: websocket clients that speak Streamlit's protocol with its own classes.

As in a browser, a session listens by a second socket, and has what changed drawn when it is told that something did. A
page without that is asked for the fragment that the server named, at the interval that it named.
"""

import asyncio
import html
import json
import math
import re
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

LONGEST, AGAIN = 30.0, 5.0
DRAW = "Draw what changed"
_SOCKET = re.compile(r'data-events="([^"]*)"')
_CARD = re.compile(r"-card-(job_\w+)$")
_WORD = re.compile(r"-badge\[:material/\w+: (\w+)\]")


@dataclass
class Session:
    """One tab. `ticks` are the seconds from when each was due, or told to be, to its end; `lost` were never answered.

    `drawn` are cards with their word, and when they were there.
    """

    url: str
    page: str = ""
    query: str = ""
    fragment: str = ""
    interval: float = 0.0
    events: str = ""  # the address of the second socket
    listener: str = ""  # the fragment with the button that has changes drawn
    cards: int = 0
    title: str = ""
    ticks: list[float] = field(default_factory=list)
    drawn: list[tuple[str, str, float]] = field(default_factory=list)
    lost: int = 0
    version: int = 0  # of the prompt
    fields: dict[str, str] = field(default_factory=dict)  # the ids of text areas and buttons, by their labels
    expanders: dict[str, str] = field(default_factory=dict)  # and of these
    is_open: dict[str, bool] = field(default_factory=dict)  # which of them are, by label
    _card: str = ""

    async def open(self) -> ClientConnection:
        """Connect, and let the page be drawn once."""
        address = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        socket = await connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None)
        await socket.send(self._rerun().SerializeToString())
        await asyncio.wait_for(self._finished(socket), LONGEST)
        return socket

    async def visit(self, socket: ClientConnection, query: str) -> float:
        """Go to another address of the page; the seconds until it is drawn."""
        self.query, began = query, time.monotonic()
        await socket.send(self._rerun().SerializeToString())
        await asyncio.wait_for(self._finished(socket), LONGEST)
        return time.monotonic() - began

    async def watch(self, socket: ClientConnection, seconds: float) -> None:
        """Follow what happens for so long, in the way that the page offers."""
        if not self.events:
            await self._watch_by_timer(socket, seconds)
            return
        async with connect(self.events) as told:
            try:
                async with asyncio.timeout(seconds):
                    await asyncio.gather(self._read(socket), self._listen(socket, told))
            except TimeoutError:
                return

    async def press(self, socket: ClientConnection, button: str, **texts: str) -> None:
        """Press a button with these texts in the fields of these labels, and wait until the page is drawn anew."""
        await socket.send(self._pressed(button, **texts).SerializeToString())
        await asyncio.wait_for(self._finished(socket), LONGEST)

    async def _listen(self, socket: ClientConnection, told: ClientConnection) -> None:
        """As the browser does: ask when something changed, and once more if it is not drawn for long."""
        while True:
            word, began = await told.recv(), time.monotonic()
            while word == "changed" and time.monotonic() < began + LONGEST:
                await socket.send(self._pressed(DRAW, fragment=self.listener).SerializeToString())
                try:
                    word = await asyncio.wait_for(told.recv(), AGAIN)
                except TimeoutError:
                    continue
                self.ticks.append(time.monotonic() - began)
            self.lost += word == "changed"

    async def _watch_by_timer(self, socket: ClientConnection, seconds: float) -> None:
        """Tick for so long. A tick that waits for the one before counts from when it was due.

        The server answers all that came meanwhile with one run, so they count as one, from when the first was due.
        """
        due = time.monotonic()
        end = due + seconds
        while due < end:
            await asyncio.sleep(due - time.monotonic())
            began = time.monotonic()
            await self._tick(socket, due)
            due += self.interval * max(1, math.ceil((began - due) / self.interval))

    async def _tick(self, socket: ClientConnection, due: float) -> None:
        await socket.send(self._rerun(self.fragment).SerializeToString())
        try:
            await asyncio.wait_for(self._finished(socket), LONGEST)
            self.ticks.append(time.monotonic() - due)
        except TimeoutError:
            self.lost += 1

    async def _read(self, socket: ClientConnection) -> None:
        while True:
            await self._finished(socket)

    async def _finished(self, socket: ClientConnection) -> None:
        """Read until a script run has ended, and keep what the server says about the timer."""
        while True:
            message = ForwardMsg.FromString(bytes(await socket.recv()))  # type: ignore[arg-type]
            match message.WhichOneof("type"):
                case "auto_rerun":
                    self.fragment, self.interval = message.auto_rerun.fragment_id, message.auto_rerun.interval
                case "page_config_changed":
                    self.title = message.page_config_changed.title
                case "delta":
                    self._remember(message.delta)
                case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return

    def _remember(self, delta: Delta) -> None:
        if delta.add_block.id:
            found = _CARD.search(delta.add_block.id)
            self.cards += bool(found)
            self._card = found[1] if found else self._card
        expander = delta.add_block.expandable
        self.expanders |= {expander.label: expander.id} if expander.id else {}
        kind = delta.new_element.WhichOneof("type")
        if kind == "bidi_component" and delta.new_element.bidi_component.component_name == "prompt":
            self.fields["Prompt"] = delta.new_element.bidi_component.id
        if kind in ("text_area", "button"):
            widget = getattr(delta.new_element, kind)
            self.fields[widget.label] = widget.id
            self.listener = delta.fragment_id if widget.label == DRAW else self.listener
        elif kind == "html" and (found := _SOCKET.search(delta.new_element.html.body)):
            self.events = html.unescape(found[1])
        elif kind == "markdown" and (found := _WORD.search(delta.new_element.markdown.body)):
            self.drawn.append((self._card, found[1], time.time()))

    def _pressed(self, button: str, fragment: str = "", **texts: str) -> BackMsg:
        message = self._rerun(fragment)
        message.rerun_script.is_auto_rerun = False
        for label, text in texts.items():
            self.version += 1
            draft = json.dumps({"draft": {"text": text, "version": self.version}})
            value = {"json_value": draft} if label == "Prompt" else {"string_value": text}
            message.rerun_script.widget_states.widgets.add(id=self.fields[label], **value)
        message.rerun_script.widget_states.widgets.add(id=self.fields[button], trigger_value=True)
        return message

    def _rerun(self, fragment: str = "") -> BackMsg:
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        for label, is_open in self.is_open.items():
            message.rerun_script.widget_states.widgets.add(id=self.expanders[label], bool_value=is_open)
        message.rerun_script.context_info.url = self.url
        message.rerun_script.context_info.timezone = "UTC"
        return message
