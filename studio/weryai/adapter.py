"""How requests gets to a host, and whether a request itself began to leave.

A proxy's CONNECT and the TLS handshake come before the request. While they fail, the API has seen nothing of it,
whatever requests calls the failure.
"""

import threading
from functools import cache
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

_here = threading.local()  # whether the request that this thread makes has begun to leave


class Adapter(HTTPAdapter):
    """Notes what leaves."""

    def get_connection_with_tls_context(self, *args: Any, **words: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **words)
        pool.ConnectionCls = _noting(pool.ConnectionCls)  # also those of a proxy, of whatever kind
        return pool


class Session(requests.Session):
    """Belongs to one thread, and looks at no redirect by itself: one that it cannot read would hide the answer."""

    def __init__(self, adapter: Adapter) -> None:
        super().__init__()
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    @property
    def has_sent(self) -> bool:
        """The newest request of this thread has begun to leave."""
        return bool(getattr(_here, "has_sent", False))

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None

    def request(self, *args: Any, **words: Any) -> requests.Response:
        _here.has_sent = False
        return super().request(*args, **words)


class _Noting(HTTPConnection):
    def request(self, *args: Any, **words: Any) -> None:
        """By TLS the connection stands when this is called; a plain one is made here."""
        if self.sock is None:
            self.connect()
        _here.has_sent = True
        super().request(*args, **words)


@cache
def _noting(kind: type[HTTPConnection]) -> type[HTTPConnection]:
    return kind if issubclass(kind, _Noting) else type("Noting", (_Noting, kind), {})
