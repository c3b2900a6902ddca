"""Connections to public addresses only: a name may lead elsewhere when it is looked up a second time."""

import ipaddress
import socket
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from studio.core.errors import ArchiveError
from studio.weryai.adapter import Adapter


def check(address: str) -> None:
    """Errors: ArchiveError for an IP address of this machine or network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if not found.is_global or found.is_multicast:
        raise ArchiveError("The result link points into a private network, so it was not opened.")


def may_be_public(host: str) -> bool:
    """A service elsewhere could reach this host, as far as its name says; nothing is looked up."""
    try:
        check(host)
    except ArchiveError:
        return False
    except ValueError:  # a name
        return "." in host.strip(".") and not host.strip(".").lower().endswith((".localhost", ".local", ".internal"))
    return True


class PublicOnly(Adapter):
    """Ends a connection whose other end is not public, before anything is sent over it.

    Where the environment names a proxy, the other end is that proxy, which looks the name up by itself: such a
    connection is made by other pools, and is not checked here.
    """

    def init_poolmanager(self, *args: Any, **words: Any) -> None:
        super().init_poolmanager(*args, **words)
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
    """The same, before the TLS handshake."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Checked


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureChecked
