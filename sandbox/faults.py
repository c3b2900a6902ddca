"""Faults between the sandbox and its client: what goes wrong at an endpoint, and how often."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

ENDPOINTS = ("submit", "task", "batch", "balance", "models", "file", "upload")
KINDS = {
    "refuse": "says no with `code`, `message`, `http` and `retry_after`, and does nothing",
    "gateway": "a page of a gateway, under `http`",
    "html": "a page of HTML under 200",
    "empty": "200 and no body",
    "odd": "JSON that is no envelope",
    "no-ids": "a yes with nothing in it",
    "cut-before": "the connection breaks before the first byte of the answer",
    "cut-inside": "the connection breaks in the middle of the answer",
    "cut-after": "the connection breaks right after the answer",
    "cut-at": "the connection breaks after so many `bytes` of the answer, status line and headers included",
    "hang": "no answer for `seconds`",
    "slow": "the answer after `seconds`",
}
_PAGE = "<html><body><h1>Bad gateway</h1></body></html>"
_BODIES = {"html": _PAGE, "empty": "", "odd": '[1, "two", null]', "no-ids": '{"status": 0, "data": {}}'}

Act = Callable[[], Awaitable[Response]]


@dataclass(frozen=True)
class Fault:
    """One kind of fault `on` an endpoint, so many `times` (0: until reset). Without `acts` nothing is done first."""

    kind: str
    on: str = "submit"
    times: int = 1
    code: int = 0
    message: str = "refused on demand"
    http: int = 0
    retry_after: str = ""
    seconds: float = 60.0
    bytes: int = 0
    acts: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.on not in ENDPOINTS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}; on is one of {', '.join(ENDPOINTS)}")
        numbers = (self.times, self.code, self.http, self.seconds, self.bytes)
        if not all(isinstance(one, int | float) for one in numbers) or not isinstance(self.retry_after, str):
            raise ValueError("times, code, http, seconds and bytes are numbers; retry_after is a text")


class Faults:
    """The faults that are still to happen, in order, by endpoint. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self.waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self.waiting.clear()

    def take(self, endpoint: str) -> Fault | None:
        """Return and count down the next fault of this endpoint; None if there is none."""
        with self._lock:
            found = next((fault for fault in self.waiting if fault.on == endpoint), None)
            if found and found.times:
                place = self.waiting.index(found)
                left = [replace(found, times=found.times - 1)] if found.times > 1 else []
                self.waiting[place : place + 1] = left
            return found


async def answer(fault: Fault, act: Act) -> Response:
    """Return the faulty response in place of the one that `act` returns; only refusals are made without this."""
    made = await act() if fault.acts else Response(status_code=204)
    match fault.kind:
        case "gateway":
            return Response(_PAGE, fault.http or 504, media_type="text/html")
        case "hang" | "slow":
            return _Late(made, fault.seconds, comes=fault.kind == "slow")
        case "cut-before" | "cut-inside" | "cut-after" | "cut-at":
            return _Cut(made, fault)
    return Response(_BODIES[fault.kind], 200, media_type="application/json" if fault.kind != "html" else "text/html")


class _Cut(Response):
    """The first bytes of a raw HTTP response, and then the end of the connection."""

    def __init__(self, whole: Response, fault: Fault) -> None:
        super().__init__(_body(whole), whole.status_code, media_type=whole.media_type)
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = scope["state"]["transport"]
        transport.write(self._sent())
        transport.close()
        await _gone(receive)

    def _sent(self) -> bytes:
        headers = b"".join(b"%s: %s\r\n" % header for header in self.raw_headers)
        phrase = HTTPStatus(self.status_code).phrase.encode()
        head = b"HTTP/1.1 %d %s\r\n%s\r\n" % (self.status_code, phrase, headers)
        whole = head + bytes(self.body)
        ends = {"cut-before": 0, "cut-inside": len(head) + len(self.body) // 2, "cut-after": len(whole)}
        return whole[: ends.get(self._fault.kind, int(self._fault.bytes))]


class _Late(Response):
    """A response that `comes` after some seconds, or never: then the connection ends."""

    def __init__(self, whole: Response, seconds: float, *, comes: bool) -> None:
        super().__init__(_body(whole), whole.status_code, media_type=whole.media_type)
        self._seconds = seconds
        self._comes = comes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.wait_for(_gone(receive), self._seconds)
        except TimeoutError:
            if self._comes:
                await super().__call__(scope, receive, send)
            else:
                scope["state"]["transport"].close()


def _body(response: Response) -> bytes:
    return Path(response.path).read_bytes() if isinstance(response, FileResponse) else bytes(response.body)


async def _gone(receive: Receive) -> None:
    """Wait until the client has disconnected."""
    kind = ""
    while kind != "http.disconnect":
        kind = (await receive())["type"]
