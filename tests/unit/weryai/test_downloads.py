"""Result links: whole files only, bounded, and nowhere that a link has no business."""

import socket
import threading
from collections.abc import Iterator

import pytest

from studio.core.errors import ArchiveError, OutputTooLarge
from studio.weryai import downloads, public_only
from studio.weryai.downloads import download

FILE = b"x" * 300_000
CHECK = public_only.check


class Host:
    """Answers each path with what it is told to, byte for byte."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.answers: dict[str, bytes] = {}
        self.requests: list[str] = []
        threading.Thread(target=self._loop, daemon=True).start()

    def _loop(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                if asked := connection.recv(65536).decode("latin-1"):
                    self.requests.append(asked)
                    connection.sendall(self.answers[asked.split(" ")[1]])

    def gives(self, path: str, body: bytes, status: str = "200 OK", length: int | None = None, more: str = "") -> str:
        size = len(body) if length is None else length
        self.answers[path] = (
            f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {size}\r\n{more}\r\n".encode() + body
        )
        return self.url + path

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


@pytest.fixture
def host() -> Iterator[Host]:
    opened = Host()
    yield opened
    opened.close()


def fetch(address: str, *, limit: int = 10**7, private: bool = True, stopped: bool = False) -> bytes:
    with download(address, limit=limit, private=private, stopped=lambda: stopped) as pieces:
        return b"".join(pieces)


def passes_for_public(monkeypatch: pytest.MonkeyPatch, looks: int) -> None:
    """The next so many addresses are taken for public ones."""
    left = [None] * looks
    monkeypatch.setattr(public_only, "check", lambda address: left.pop() if left else CHECK(address))


def test_a_file_comes_whole(host: Host) -> None:
    assert fetch(host.gives("/a.png", FILE)) == FILE


def test_a_chunked_file_comes_whole(host: Host) -> None:
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(FILE), FILE)
    host.answers["/a"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked
    assert fetch(f"{host.url}/a") == FILE


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "206 Partial", "500 Oops"])
def test_no_other_answer_is_a_file(host: Host, status: str) -> None:
    with pytest.raises(ArchiveError, match=status[:3]):
        fetch(host.gives("/a", FILE, status))


def test_a_cut_download_is_no_file(host: Host) -> None:
    with pytest.raises(ArchiveError, match="broke off"):
        fetch(host.gives("/a", FILE, length=len(FILE) + 5))


def test_a_file_that_says_it_is_over_the_limit_is_not_read(host: Host) -> None:
    address = host.gives("/a", b"", length=len(FILE))
    with pytest.raises(OutputTooLarge, match="larger"):
        download(address, limit=len(FILE) - 1, private=True).__enter__()
    assert fetch(host.gives("/a", FILE), limit=len(FILE)) == FILE


def test_a_file_over_the_limit_is_cut_off(host: Host) -> None:
    host.answers["/a"] = b"HTTP/1.1 200 OK\r\n\r\n" + FILE
    with pytest.raises(OutputTooLarge, match="larger"):
        fetch(f"{host.url}/a", limit=len(FILE) - 1)
    assert fetch(f"{host.url}/a", limit=len(FILE)) == FILE


def test_a_download_ends_when_the_studio_does(host: Host) -> None:
    with pytest.raises(ArchiveError, match="stopped"):
        fetch(host.gives("/a", FILE), stopped=True)


def test_redirects_are_followed_a_few_times(host: Host) -> None:
    host.gives("/file", FILE)
    assert fetch(host.gives("/a", b"", "302 Found", more="Location: /file\r\n")) == FILE
    with pytest.raises(ArchiveError, match="302"):
        fetch(host.gives("/loop", b"", "302 Found", more="Location: /loop\r\n"))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/a",
        "http://localhost:1/a",
        "http://[::1]:1/a",
        "http://10.0.0.8/a",
        "http://192.168.1.1/a",
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/a",
        "http://224.0.0.1/a",
        "http://0.0.0.0/a",
    ],
)
def test_a_private_address_is_not_followed(address: str) -> None:
    with pytest.raises(ArchiveError, match="private network"):
        fetch(address, private=False)


def test_a_redirect_into_the_network_is_not_followed(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    passes_for_public(monkeypatch, looks=2)
    moved = host.gives("/a", b"", "302 Found", more="Location: http://10.0.0.8/a\r\n")
    with pytest.raises(ArchiveError, match="private network"):
        fetch(moved, private=False)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_into_the_network_at_the_second_look_is_sent_nothing(
    host: Host, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    port = int(host.url.rpartition(":")[2])
    answers = ["93.184.216.34", "127.0.0.1"]

    def rebinds(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinds)
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(ArchiveError, match="private network"):
        fetch(f"{scheme}://cdn.example:{port}/a", private=False)
    assert (answers, host.requests) == ([], [])


def test_the_connection_is_looked_at_after_each_redirect(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.gives("/file", FILE)
    moved = host.gives("/a", b"", "302 Found", more="Location: /file\r\n")
    passes_for_public(monkeypatch, looks=4)
    assert fetch(moved, private=False) == FILE
    passes_for_public(monkeypatch, looks=3)
    host.requests.clear()
    with pytest.raises(ArchiveError, match="private network"):
        fetch(moved, private=False)
    assert [asked.split(" ")[1] for asked in host.requests] == ["/a"]


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://x/y", "//x/y", "", "https://[x/y.png", "http://nobody.invalid/a"]
)
def test_what_is_no_web_address_is_an_error_of_ours(address: str) -> None:
    with pytest.raises(ArchiveError):
        fetch(address)


def test_no_login_goes_to_a_result_host(host: Host, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"  # type: ignore[operator]
    netrc.write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setattr(downloads, "is_loopback", lambda _address: False)
    fetch(host.gives("/a", FILE))
    assert "uthorization" not in host.requests[0]


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/bilder/größe 1.png".encode(), "/bilder/gr%C3%B6%C3%9Fe%201.png"),
        ("/图.png?name=日".encode(), "/%E5%9B%BE.png?name=%E6%97%A5"),
        ("/größe.png".encode("latin-1"), "/gr%F6%DFe.png"),
        (b"/gr%C3%B6%C3%9Fe.png?a=%2F", "/gr%C3%B6%C3%9Fe.png?a=%2F"),
    ],
)
def test_a_redirect_is_read_as_browsers_read_it(host: Host, location: bytes, asked: str) -> None:
    host.gives(asked, FILE)
    host.answers["/a"] = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    assert fetch(f"{host.url}/a") == FILE
    assert host.requests[1].split(" ")[1] == asked
