"""A server on a socket that does with each connection what a test says, byte for byte."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

Does = Callable[[socket.socket], object]


class Listening(NamedTuple):
    """Where it listens, and the requests that have come so far."""

    url: str
    seen: list[bytes]

    @property
    def place(self) -> str:
        """Host and port."""
        return self.url.removeprefix("http://")


def whole(connection: socket.socket) -> bytes:
    """A request with its body: what is closed before all of it was read is reset."""
    begun = b""
    while b"\r\n\r\n" not in begun and (piece := connection.recv(65536)):
        begun += piece
    head, _, body = begun.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length and (piece := connection.recv(65536)):
        body += piece
    return head + b"\r\n\r\n" + body


def begun(connection: socket.socket) -> bytes:
    """What comes first of a request, for a test that reads the rest itself."""
    return connection.recv(65536)


def says(answer: bytes) -> Does:
    return lambda connection: connection.sendall(answer)


@contextmanager
def listening(does: Does, read: Callable[[socket.socket], bytes] = whole) -> Iterator[Listening]:
    """Read each request, one at a time, do one thing with its connection, and close that."""
    server, seen = socket.create_server(("127.0.0.1", 0)), list[bytes]()

    def serve(connection: socket.socket) -> None:
        connection.settimeout(10)
        seen.append(read(connection))
        does(connection)

    def loop() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, suppress(OSError):  # who asked may be gone
                serve(connection)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield Listening(f"http://127.0.0.1:{server.getsockname()[1]}", seen)
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(10)
