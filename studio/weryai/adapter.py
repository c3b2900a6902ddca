"""How `requests` connects to a host, and whether the request itself began to leave.

A proxy's CONNECT and the TLS handshake come before the request. If they fail, the API has not received the request,
whatever error `requests` raises.
"""

import threading
from functools import cache
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

_here = threading.local()  # whether this thread's newest request has begun to leave


class Adapter(HTTPAdapter):
    """Records when a request begins to leave."""

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = _noting(pool.ConnectionCls)  # also the connections of a proxy, of any kind
        return pool


class Session(requests.Session):
    """A session for one thread. It follows no redirect: one that it could not parse would hide the answer."""

    def __init__(self, adapter: Adapter) -> None:
        super().__init__()
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    @property
    def has_sent(self) -> bool:
        """Whether this thread's newest request has begun to leave."""
        return bool(getattr(_here, "has_sent", False))

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None

    def request(self, *args: Any, **options: Any) -> requests.Response:
        _here.has_sent = False
        return super().request(*args, **options)


class _Noting(HTTPConnection):
    def request(self, *args: Any, **options: Any) -> None:
        """Record that the request leaves. With TLS the connection is already open here; a plain one is opened here."""
        if self.sock is None:
            self.connect()
        _here.has_sent = True
        super().request(*args, **options)


@cache
def _noting(kind: type[HTTPConnection]) -> type[HTTPConnection]:
    return kind if issubclass(kind, _Noting) else type("Noting", (_Noting, kind), {})
