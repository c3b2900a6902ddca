"""How requests gets to a host, and whether a request itself began to leave.

A proxy's CONNECT and the TLS handshake come before the request. While they fail, the API has seen nothing of it,
whatever requests calls the failure.
"""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection


class Adapter(HTTPAdapter):
    """Makes one request at a time; `has_sent` is about that one."""

    has_sent = False

    def get_connection_with_tls_context(self, *args: Any, **words: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **words)
        if not issubclass(pool.ConnectionCls, _Noting):  # also those of a proxy, of whatever kind
            pool.ConnectionCls = type("Noting", (_Noting, pool.ConnectionCls), {"adapter": self})
        return pool


class Session(requests.Session):
    """Belongs to one thread, and looks at no redirect by itself: one that it cannot read would hide the answer."""

    def __init__(self, adapter: Adapter) -> None:
        super().__init__()
        self.adapter = adapter
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None

    def request(self, *args: Any, **words: Any) -> requests.Response:
        self.adapter.has_sent = False
        return super().request(*args, **words)


class _Noting(HTTPConnection):
    adapter: Adapter

    def request(self, *args: Any, **words: Any) -> None:
        """By TLS the connection stands when this is called; a plain one is made here."""
        if self.sock is None:
            self.connect()
        self.adapter.has_sent = True
        super().request(*args, **words)
