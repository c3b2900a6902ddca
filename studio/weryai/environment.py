"""What the environment says of the way to a host: the proxy in between, and the certificates that are trusted."""

import os
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from studio.core.hosts import is_loopback

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")  # as requests looks for them


@dataclass(frozen=True)
class Proxy:
    """The proxy for an address: the variable that names it, and its URL, in which a password may stand."""

    variable: str
    url: str

    @property
    def host(self) -> str:
        """Host and port, as they may be shown; nothing of an address that cannot be used."""
        parts = parse_url(self.url) if self.is_usable else Url()
        return ":".join(str(part) for part in (parts.host, parts.port) if part)

    @property
    def is_socks(self) -> bool:
        return self.url.lower().startswith("socks")

    @property
    def is_usable(self) -> bool:
        """An address whose password has an unescaped / ? or # is read as another host."""
        behind_host = re.split("[/?#]", self.url.partition("//")[2], maxsplit=1)[1:]
        return is_usable(self.url, ("http", "https", "socks")) and not any("@" in part for part in behind_host)


def proxy_of(address: str) -> Proxy | None:
    """The proxy by which requests goes there."""
    found = None if is_loopback(address) else select_proxy(address, get_environ_proxies(address))
    if not found:
        return None
    names = [f"{scheme}_proxy" for scheme in (urlsplit(address).scheme, "all")]
    set_ones = (name for lower in names for name in (lower, lower.upper()) if os.environ.get(name))
    return Proxy(next(set_ones, "The system's proxy setting"), found if "://" in found else f"http://{found}")


def problem_of_certificates() -> tuple[str, str]:
    """The variable that names the file of trusted certificates, and what is wrong with that file; else two nothings."""
    name = next((name for name in _BUNDLES if os.environ.get(name)), "")
    if not name or Path(os.environ[name]).is_dir():
        return "", ""
    try:
        ssl.create_default_context(cafile=os.environ[name])
    except FileNotFoundError:
        return name, "names a file that is not there"
    except (OSError, ValueError):
        return name, "names a file without valid certificates"
    return "", ""


def is_usable(address: str, schemes: tuple[str, ...] = ("http", "https")) -> bool:
    """A connection can be tried: the address has a host, whose name can be looked up, and a scheme that is known."""
    try:
        parts = parse_url(address)
        (parts.host or "").strip("[]").encode("idna")
    except (LocationParseError, UnicodeError):
        return False
    return bool(parts.host) and (parts.scheme or "").startswith(schemes)
