"""A sandbox on a socket."""

import asyncio
import socket
import threading
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.api import application, media_address
from sandbox.backend import CREDITS, Backend
from sandbox.callbacks import Caller
from sandbox.orders import Orders
from sandbox.store import Store
from sandbox.tasks import Policy


class _Protocol(H11Protocol):
    """HTTP as usual; a response can also access its connection, because some faults cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does this for its own sockets only; without it each response waits 40 ms for the one before.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}


class Sandbox:
    """A sandbox on a local socket, served by its own thread until it is stopped."""

    def __init__(
        self, folder: Path | None = None, *, port: int = 0, policy: Policy | None = None, credits: float = CREDITS
    ) -> None:
        self._store = Store(folder / "sandbox.db" if folder else None)
        self.backend = Backend(self._store, policy, credits=credits)
        self._stack = ExitStack()
        self.media = (folder or Path(self._stack.enter_context(_temporary_folder()))) / "media"
        self.orders = Orders()
        app = application(self.backend, self.orders, self.media)
        self._socket = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._caller = Caller(self.backend, self.orders, lambda task: media_address(self.url, task))
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=_Protocol,
                log_level="warning",
                lifespan="off",
                access_log=False,
                timeout_graceful_shutdown=1,  # a hanging response does not delay the shutdown
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="sandbox", daemon=True
        )

    def start(self) -> "Sandbox":
        """Start serving. The socket listens already, so earlier requests wait for the server."""
        self._thread.start()
        self._caller.start()
        return self

    def stop(self) -> None:
        self._caller.stop()
        self._server.should_exit = True
        self._thread.join(5)
        self._socket.close()
        self._store.close()
        self._stack.close()

    def join(self) -> None:
        self._thread.join()


def _temporary_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="weryai-sandbox-", ignore_cleanup_errors=True)  # a response may still be writing
