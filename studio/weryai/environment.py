"""The proxy and the trusted certificates that the environment sets for a host."""

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
    """The proxy for a URL: the variable that names it, and its URL, which may contain a password."""

    variable: str
    url: str

    @property
    def host(self) -> str:
        """Host and port without the password; empty for a URL that cannot be used."""
        parts = parse_url(self.url) if self.is_usable else Url()
        return ":".join(str(part) for part in (parts.host, parts.port) if part)

    @property
    def is_socks(self) -> bool:
        return self.url.lower().startswith("socks")

    @property
    def is_usable(self) -> bool:
        """Whether the URL can be used: after an unescaped / ? or # in a password it would be parsed as another host."""
        behind_host = re.split("[/?#]", self.url.partition("//")[2], maxsplit=1)[1:]
        return is_usable(self.url, ("http", "https", "socks")) and not any("@" in part for part in behind_host)


def proxy_of(address: str) -> Proxy | None:
    """Return the proxy that `requests` uses for this URL; None without a proxy."""
    found = None if is_loopback(address) else select_proxy(address, get_environ_proxies(address))
    if not found:
        return None
    names = [f"{scheme}_proxy" for scheme in (urlsplit(address).scheme, "all")]
    set_ones = (name for lower in names for name in (lower, lower.upper()) if os.environ.get(name))
    return Proxy(next(set_ones, "The system's proxy setting"), found if "://" in found else f"http://{found}")


def problem_of_certificates() -> tuple[str, str]:
    """Return the variable that names the file of trusted certificates, and the file's problem; both empty if none."""
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
    """Whether a connection can be tried: the URL has a host whose name can be encoded, and a known scheme."""
    try:
        parts = parse_url(address)
        (parts.host or "").strip("[]").encode("idna")
    except (LocationParseError, UnicodeError):
        return False
    return bool(parts.host) and (parts.scheme or "").startswith(schemes)
