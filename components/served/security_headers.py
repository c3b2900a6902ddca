"""Security headers on every answer, and cookies that go over TLS alone where there is TLS."""

import base64
import hashlib
import logging
import re
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.scripts.install import SCRIPTS
from components.session import sign_in_settings
from studio.core.errors import SettingsError

log = logging.getLogger(__name__)

# Styles come from Streamlit's scripts, and nothing from elsewhere: pictures and videos are the archive's.
_POLICY = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # sign-in finds the way back by it
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Headers that keep a browser from what no page here needs; behind TLS, cookies that go over TLS alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        has_begun = False

        async def sent(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _make_safe(MutableHeaders(scope=message), is_tls=_is_tls(scope))
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception:
            if has_begun:
                raise
            log.exception("A request was not answered.")
            await PlainTextResponse("Something went wrong. Try again in a moment.", 500)(scope, receive, sent)


def _make_safe(headers: MutableHeaders, *, is_tls: bool) -> None:
    for name, value in _HEADERS.items():
        headers[name] = value
    headers.setdefault("Content-Security-Policy", policy())
    if is_tls:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    cookies = headers.getlist("set-cookie")
    if cookies and (is_tls or _is_signed_in_by_tls()):
        del headers["set-cookie"]
        for cookie in cookies:
            headers.append("set-cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; Secure")


def _is_tls(scope: Scope) -> bool:
    """The browser came by TLS, to us or to the proxy before us. Who says so without it harms nobody else."""
    forwarded = Headers(scope=scope).get("x-forwarded-proto", "")
    return scope.get("scheme") == "https" or forwarded.partition(",")[0].strip() == "https"


def _is_signed_in_by_tls() -> bool:
    """Sign-in leads back to an https address, so there is TLS, also where the proxy does not say so."""
    try:
        return str(sign_in_settings.section("auth").get("redirect_uri", "")).startswith("https://")
    except SettingsError:
        return False


@cache
def policy() -> str:
    """The Content-Security-Policy. Of scripts in a page it takes Streamlit's own and ours, by what they are.

    Streamlit makes a blob of the script of a component, which no page can do that has not run a script already.
    """
    page = Path(st.__file__).with_name("static") / "index.html"
    scripts = re.findall(r"<script>(.*?)</script>", page.read_text("utf-8") + SCRIPTS, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts]
    directives = {**_POLICY, "script-src": " ".join(["'self'", "blob:", *hashes])}
    return "; ".join(f"{name} {value}" for name, value in directives.items())
