"""Browser sessions without a browser: websocket clients that speak Streamlit's protocol with its own classes.

As Streamlit's frontend does, a session asks for the fragment that the server named, at the interval that it named, and
goes on doing so whatever comes back.
"""

import asyncio
import json
import math
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

LONGEST = 30.0


@dataclass
class Session:
    """One tab. `ticks` are the seconds from when each was due to the end of its run; `lost` were never answered."""

    url: str
    page: str = ""
    query: str = ""
    fragment: str = ""
    interval: float = 0.0
    cards: int = 0
    title: str = ""
    ticks: list[float] = field(default_factory=list)
    lost: int = 0
    version: int = 0  # of the prompt
    fields: dict[str, str] = field(default_factory=dict)  # the ids of text areas and buttons, by their labels
    expanders: dict[str, str] = field(default_factory=dict)  # and of these
    is_open: dict[str, bool] = field(default_factory=dict)  # which of them are, by label

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

    async def press(self, socket: ClientConnection, button: str, **texts: str) -> None:
        """Press a button with these texts in the fields of these labels, and wait until the page is drawn anew."""
        message = self._rerun()
        for label, text in texts.items():
            self.version += 1
            draft = json.dumps({"draft": {"text": text, "version": self.version}})
            value = {"json_value": draft} if label == "Prompt" else {"string_value": text}
            message.rerun_script.widget_states.widgets.add(id=self.fields[label], **value)
        message.rerun_script.widget_states.widgets.add(id=self.fields[button], trigger_value=True)
        await socket.send(message.SerializeToString())
        await asyncio.wait_for(self._finished(socket), LONGEST)

    async def _tick(self, socket: ClientConnection, due: float) -> None:
        await socket.send(self._rerun(self.fragment).SerializeToString())
        try:
            await asyncio.wait_for(self._finished(socket), LONGEST)
            self.ticks.append(time.monotonic() - due)
        except TimeoutError:
            self.lost += 1

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
                    self.cards += "card-" in message.delta.add_block.id
                    expander = message.delta.add_block.expandable
                    self.expanders |= {expander.label: expander.id} if expander.id else {}
                    self._remember(message.delta.new_element)
                case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return

    def _remember(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "bidi_component" and element.bidi_component.component_name == "prompt":
            self.fields["Prompt"] = element.bidi_component.id
        if kind in ("text_area", "button"):
            widget = getattr(element, kind)
            self.fields[widget.label] = widget.id

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
