"""Turns the failure of a request into an error: what failed, what to do, and whether the API may have the request."""

import logging
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, ReadTimeoutError

from studio.core import redaction
from studio.core.errors import BrokenOff, ConnectionFailed, NotConnected
from studio.core.hosts import is_loopback
from studio.weryai import environment
from studio.weryai.environment import Proxy

log = logging.getLogger(__name__)

NEEDS_LOGIN = 407
_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})")  # http.client's message
_OF_NETWORK = (OSError, HTTPError, ValueError)  # requests' own errors are OSErrors
_NO_ADDRESS = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)
_RESTART = "then restart the studio."


@dataclass(frozen=True)
class Cause:
    """Why nothing was sent, and what to do about it, in one sentence each."""

    message: str = "WeryAI could not be reached."
    way_out: str = NotConnected.default_way_out


_WRONG_ADDRESS = Cause("The web address cannot be used.", f"Check WERYAI_BASE_URL, {_RESTART}")


def no_answer(error: Exception, url: str, *, has_sent: bool) -> ConnectionFailed:
    """Return the error for a request without a whole answer; its `detail` is the library's message."""
    if not isinstance(error, _OF_NETWORK):
        log.error("A request broke off in an unheard-of way.", exc_info=error)
    if has_sent:
        late = isinstance(error, requests.Timeout | ReadTimeoutError | TimeoutError)
        broke = "timed out" if late else "broke off before WeryAI answered"
        failed: ConnectionFailed = BrokenOff(f"The connection {broke}.", may_have_acted=True)
    else:
        failed = _not_connected(cause(error, url) or Cause())
    if not _may_name_proxy(error, url):
        failed.detail = redaction.text(str(error)[:500], "")
    return failed


def _may_name_proxy(error: Exception, url: str) -> bool:
    """Whether the library's message may repeat parts of the proxy's address, which may contain a password."""
    proxy = environment.proxy_of(url) if environment.is_usable(url) else None
    return proxy is not None and (not proxy.is_usable or _is_any(list(_within(error)), *_NO_ADDRESS))


def wants_login(url: str) -> NotConnected:
    """Return the error for a 407: a proxy got the whole request, and did not forward it."""
    proxy = environment.proxy_of(url)
    return _not_connected(_of_refusal(proxy, NEEDS_LOGIN, url) if proxy else Cause("A proxy wants a login (407)."))


def cause(error: Exception, url: str) -> Cause | None:
    """Return why a request did not leave, if the cause is local or on the way; None if it seems to be the host."""
    if not environment.is_usable(url):
        return _WRONG_ADDRESS
    errors, proxy = list(_within(error)), environment.proxy_of(url)
    if found := _of_certificates(errors, url):
        return found
    if proxy:
        return _of_proxy(errors, proxy, url)
    if _is_any(errors, *_NO_ADDRESS):
        return _WRONG_ADDRESS
    if _is_any(errors, NameResolutionError):
        return Cause(f"The host {urlsplit(url).hostname} was not found.", "Check the connection and the host's name.")
    return None


def _not_connected(found: Cause) -> NotConnected:
    return NotConnected(found.message, way_out=found.way_out)


def _within(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all errors that it contains or was caused by."""
    found = [error]
    for one in found:
        yield one
        inner = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
        found += [other for other in inner if isinstance(other, BaseException) and other not in found]


def _is_any(errors: Sequence[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(one, kinds) for one in errors)


def _of_certificates(errors: Sequence[BaseException], url: str) -> Cause | None:
    name, problem = environment.problem_of_certificates()
    if name and urlsplit(url).scheme == "https" and not is_loopback(url):
        return Cause(f"{name} {problem}.", f"Correct or remove {name}, {_RESTART}")
    unproven = next((one for one in errors if isinstance(one, ssl.SSLCertVerificationError)), None)
    if not unproven:
        return None
    return Cause(
        f"The certificate of {urlsplit(url).hostname} was not accepted: {unproven.verify_message}.",
        f"If your network has a certificate of its own, name its file in REQUESTS_CA_BUNDLE, {_RESTART}",
    )


def _of_proxy(errors: Sequence[BaseException], proxy: Proxy, url: str) -> Cause:
    if proxy.is_socks and _is_any(errors, requests.exceptions.InvalidSchema):
        return Cause(
            f"{proxy.variable} names a SOCKS proxy, and PySocks is not installed.",
            f"Install PySocks or name an HTTP proxy, {_RESTART}",
        )
    if not proxy.is_usable or _is_any(errors, *_NO_ADDRESS):
        example = f"Write it like proxy.example.com:3128, {_RESTART}"
        return Cause(f"{proxy.variable} is not the address of a proxy.", example)
    if refused := next((found for one in errors if (found := _REFUSED.search(str(one)))), None):
        return _of_refusal(proxy, int(refused[1]), url)
    way_out = f"Check that it runs, or correct {proxy.variable}, {_RESTART}"
    if _is_any(errors, ConnectTimeoutError, ConnectionRefusedError, NameResolutionError):
        return Cause(f"The proxy {proxy.host} could not be reached.", way_out)
    return Cause(f"The proxy {proxy.host} opened no connection to {urlsplit(url).hostname}.", way_out)


def _of_refusal(proxy: Proxy, status: int, url: str) -> Cause:
    host = urlsplit(url).hostname
    if status == NEEDS_LOGIN:
        way_out = f"Put a user and a password before the host in {proxy.variable} (user:password@host:port), {_RESTART}"
        return Cause(f"The proxy {proxy.host} wants a login ({status}).", way_out)
    way_out = f"Ask the proxy's admin to allow connections to {host}."
    return Cause(f"The proxy {proxy.host} refused to connect to {host} ({status}).", way_out)
