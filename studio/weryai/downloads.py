"""Downloads result links. The key is never sent there; private addresses are allowed for the sandbox only."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from studio.core import redaction
from studio.core.errors import ArchiveError, OutputTooLarge
from studio.core.hosts import is_loopback
from studio.weryai import connection_errors, environment, public_only
from studio.weryai.adapter import Adapter, Session
from studio.weryai.transport import CONNECT_SECONDS, READ_SECONDS

REDIRECTS = 3
PIECE = 256 * 1024
LONGEST_SECONDS = 1800.0
NO_HEADERS: Mapping[str, str] = {}
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True)
class Look:
    """The answer of a result link: the HTTP status, and the headers by lower-case name."""

    http_status: int
    headers: Mapping[str, str]


def look(address: str, *, private: bool, part: str = "") -> Look:
    """Request a result link without reading the file; `part` is a Range such as `bytes=0-15`.

    Errors: ArchiveError when the link leads to another network or gives no answer.
    """
    headers = {"Range": part} if part else {}
    try:
        with _session(private) as session, _opened(session, address, private, REDIRECTS, headers) as response:
            return Look(response.status_code, {name.lower(): value for name, value in response.headers.items()})
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise _broke_off(error) from None


@contextmanager
def download(
    address: str, *, limit: int, private: bool, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Iterator[bytes]]:
    """Yield the bytes of a result link, in pieces; `private` allows addresses of this machine and network.

    Errors: ArchiveError when the link is not allowed, gives no file, is cut short, or gives more than `limit` bytes.
    """
    try:
        with _session(private) as session, _opened(session, address, private, REDIRECTS) as response:
            if response.status_code != 200:
                raise ArchiveError(f"The result link answered {response.status_code}.")
            _check_size(response.headers.get("Content-Length", ""), limit)
            yield _pieces(response, limit, stopped)
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise _broke_off(error) from None


def _broke_off(error: Exception) -> ArchiveError:
    return ArchiveError(f"The download broke off: {redaction.text(str(error), '')[:200].rstrip('. ')}.")


def _session(private: bool) -> Session:
    return Session(Adapter() if private else public_only.PublicOnly())


def _opened(
    session: Session, address: str, private: bool, hops: int, headers: Mapping[str, str] = NO_HEADERS
) -> requests.Response:
    _check(address, private)
    session.trust_env = not is_loopback(address)
    try:
        response = session.get(
            address,
            stream=True,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            auth=_no_auth,
            headers=headers,
        )
    except (OSError, HTTPError, ValueError) as error:
        if not session.has_sent and (found := connection_errors.cause(error, address)):
            raise ArchiveError(found.message) from None
        raise _broke_off(error) from None
    if response.is_redirect and hops:
        response.close()
        return _opened(session, urljoin(address, _location(response)), private, hops - 1, headers)
    return response


def _location(response: requests.Response) -> str:
    """Return a redirect's URL as browsers read it: UTF-8, else bytes, which `requests` has decoded as Latin-1."""
    raw = response.headers["Location"].encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return quote_from_bytes(raw, safe=_ASCII)


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep `requests` from looking for a login in a .netrc."""
    return request


def _check(address: str, private: bool) -> None:
    """Check the host's current addresses. Behind a proxy this is the only check; else the connection is checked too."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ArchiveError("The result link is not a web address.")
    behind_proxy = environment.proxy_of(address) is not None
    for found in () if private else _addresses(parts.hostname, may_be_unknown=behind_proxy):
        public_only.check(found)


def _addresses(host: str, *, may_be_unknown: bool) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        if may_be_unknown:  # the proxy resolves the name
            return set()
        raise ArchiveError(f"The host of the result link, {host}, was not found.") from None


def _check_size(length: str, limit: int) -> None:
    if length.isdecimal() and int(length) > limit:
        raise OutputTooLarge(f"The file is larger than the limit of {limit / 1e6:,.0f} MB.")


def _pieces(response: requests.Response, limit: int, stopped: Callable[[], bool]) -> Iterator[bytes]:
    """Yield the body as it arrives; urllib3 raises when it ends before its Content-Length."""
    size, started = 0, time.monotonic()
    while piece := response.raw.read1(PIECE, decode_content=True):
        size += len(piece)
        _check_size(str(size), limit)
        if stopped() or time.monotonic() - started > LONGEST_SECONDS:
            raise ArchiveError("The download stopped before the file was complete.")
        yield piece
