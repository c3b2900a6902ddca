"""Connections to public addresses only: a name may resolve to another address at the second lookup."""

import ipaddress
import socket
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from studio.core.errors import ArchiveError
from studio.weryai.adapter import Adapter


def check(address: str) -> None:
    """Check that an IP address is public. Errors: ArchiveError for one of this machine or its network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if not found.is_global or found.is_multicast:
        raise ArchiveError("The result link points into a private network, so it was not opened.")


def may_be_public(host: str) -> bool:
    """Whether a remote service could reach this host, by its name or address only; no lookup is made."""
    try:
        check(host)
    except ArchiveError:
        return False
    except ValueError:  # a name
        return "." in host.strip(".") and not host.strip(".").lower().endswith((".localhost", ".local", ".internal"))
    return True


class PublicOnly(Adapter):
    """Closes a connection to an address that is not public, before anything is sent.

    Where the environment sets a proxy, the connection is to that proxy, which resolves the name itself. Other pools
    open such a connection, and it is not checked here.
    """

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Checked(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        try:
            check(opened.getpeername()[0])
        except ArchiveError:
            opened.close()
            raise
        return opened


class _SecureChecked(_Checked, HTTPSConnection):
    """The same check, before the TLS handshake."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Checked


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureChecked
