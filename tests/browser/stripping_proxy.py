"""A reverse proxy that serves a studio below a path, and takes that path off before it passes a request on."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.conftest import until

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "upgrade"}
OF_A_HANDSHAKE = {"sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions", "sec-websocket-protocol"}


@contextmanager
def serving(port: int, path: str, behind: str) -> Iterator[None]:
    """Serve what is `behind` (host and port) at this port and path, and nothing else."""
    server = uvicorn.Server(uvicorn.Config(_app(path, behind), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield
    server.should_exit = server.force_exit = True
    thread.join()


def _app(path: str, behind: str) -> Starlette:
    client = httpx.AsyncClient(base_url=f"http://{behind}", timeout=60, trust_env=False)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    async def pass_on(request: Request) -> Response:
        headers = [pair for pair in request.headers.raw if pair[0].decode() not in OF_ONE_CONNECTION]
        asked = client.build_request(request.method, _rest(request), headers=headers, content=await request.body())
        answer = await client.send(asked, stream=True)
        passed = StreamingResponse(answer.aiter_raw(), answer.status_code)
        passed.raw_headers = [
            (name.lower(), value)
            for name, value in answer.headers.raw
            if name.lower().decode() not in OF_ONE_CONNECTION
        ]
        return passed

    async def pass_socket_on(socket: WebSocket) -> None:
        headers = [
            (name, value)
            for name, value in socket.headers.items()
            if name not in OF_ONE_CONNECTION | OF_A_HANDSHAKE | {"host"}
        ]
        host = socket.headers["host"]
        to = f"ws://{host}{_rest(socket)}"  # the name that the browser used, and the connection to the one behind
        there, _, port = behind.partition(":")
        asked = socket.scope["subprotocols"] or None
        async with connect(
            to, host=there, port=int(port), additional_headers=headers, subprotocols=asked, max_size=None, proxy=None
        ) as other:
            await socket.accept(other.subprotocol)
            await _both_ways(socket, other)

    routes = [
        WebSocketRoute(f"{path}/{{rest:path}}", pass_socket_on),
        Route(f"{path}/{{rest:path}}", pass_on, methods=METHODS),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _rest(asked: Request | WebSocket) -> str:
    query = asked.url.query
    return f"/{asked.path_params['rest']}{f'?{query}' if query else ''}"


async def _both_ways(socket: WebSocket, other: ClientConnection) -> None:
    async def up() -> None:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await other.send(message["text"] if message.get("text") is not None else message["bytes"])

    async def down() -> None:
        async for piece in other:
            await (socket.send_text(piece) if isinstance(piece, str) else socket.send_bytes(piece))

    tasks = [asyncio.create_task(way()) for way in (up, down)]
    with suppress(ConnectionClosed, WebSocketDisconnect):
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    with suppress(RuntimeError):  # the browser has closed it
        await socket.close(other.close_code or 1000)
