"""A line between studio and sandbox that can be cut after any byte, or be as slow as a real one. Loopback only."""

import multiprocessing
import re
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.server import Sandbox
from sandbox.tasks import Policy

PIECE = 64 * 1024


@dataclass
class Exchange:
    """One request, whole; its reply comes, whole, when it is asked for, and goes on as far as is wanted."""

    request: bytes
    client: socket.socket
    beyond: tuple[str, int]

    @property
    def verb(self) -> str:
        return self.request.split(b" ", 1)[0].decode()

    @property
    def path(self) -> str:
        return self.request.split(b" ", 2)[1].decode()

    def reply(self) -> bytes:
        """Let the request through, and take the reply."""
        with socket.create_connection(self.beyond, 30) as server:
            server.sendall(self.request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            with server.makefile("rb") as answer:
                return answer.read()

    def pass_on(self, reply: bytes, bits: float = 0) -> None:
        """Give the reply to whoever asked, at so many bits per second if any are named."""
        began = time.monotonic()
        for start in range(0, len(reply), PIECE):
            piece = reply[start : start + PIECE]
            if bits:  # by the clock: a sleep that was too long is made good by the next
                time.sleep(max(0.0, began + (start + len(piece)) * 8 / bits - time.monotonic()))
            self.client.sendall(piece)


class Line(socketserver.ThreadingTCPServer):
    """Listens on this machine; `carry` gets each exchange, one a connection, and the connection ends with it."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, url: str, carry: Callable[[Exchange], None]) -> None:
        super().__init__(("127.0.0.1", 0), _End)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.beyond = (str(urlsplit(url).hostname), int(urlsplit(url).port or 80))
        self.carry = carry
        threading.Thread(target=self.serve_forever, args=(0.05,), name="line", daemon=True).start()


class _End(socketserver.StreamRequestHandler):
    server: Line

    def handle(self) -> None:
        head = b""
        while (row := self.rfile.readline()) and row != b"\r\n":
            if not row.lower().startswith(b"connection:"):
                head += row
        length = re.search(rb"^content-length: *(\d+)", head, re.IGNORECASE | re.MULTILINE)
        if head:
            body = self.rfile.read(expected := int(length[1]) if length else 0)
            if len(body) < expected:
                return  # a process that was killed while it sent: what is not whole has reached nobody
            whole = head + b"\r\n" + body
            with suppress(OSError):  # a side that is gone is no news here
                self.server.carry(Exchange(whole, self.connection, self.server.beyond))


@contextmanager
def served(folder: Path, policy: Policy, bits: float) -> Iterator[str]:
    """The address of a sandbox in a process of its own; with bits, its files come at so many per second."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(folder, policy, bits, there))
    process.start()
    yield here.recv()
    process.kill()
    process.join()


def _serve(folder: Path, policy: Policy, bits: float, told: Connection) -> None:
    address = Sandbox(folder, policy=policy, credits=1e6).start().url

    def carry(exchange: Exchange) -> None:
        exchange.pass_on(exchange.reply(), bits if "/media/" in exchange.path else 0)

    told.send(Line(address, carry).url if bits else address)
    threading.Event().wait()
