"""Security headers on every response, and the Secure attribute on cookies where there is TLS."""

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

# Streamlit's scripts set inline styles. Nothing comes from other hosts: images and videos are in the archive.
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
    "Referrer-Policy": "same-origin",  # sign-in uses the referrer to return to the page
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Middleware that adds headers which forbid what no page here needs; with TLS, it makes cookies Secure."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        has_begun = False

        async def send_safe(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _make_safe(MutableHeaders(scope=message), is_tls=_is_tls(scope))
            await send(message)

        try:
            await self._app(scope, receive, send_safe)
        except Exception:
            if has_begun:
                raise
            log.exception("A request was not answered.")
            await PlainTextResponse("Something went wrong. Try again in a moment.", 500)(scope, receive, send_safe)


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
    """Whether the browser used TLS, to us or to a proxy. A client that forges the header affects only itself."""
    forwarded = Headers(scope=scope).get("x-forwarded-proto", "")
    return scope.get("scheme") == "https" or forwarded.partition(",")[0].strip() == "https"


def _is_signed_in_by_tls() -> bool:
    """Whether sign-in redirects to an https URL: then there is TLS, even if the proxy sends no header."""
    try:
        return str(sign_in_settings.section("auth").get("redirect_uri", "")).startswith("https://")
    except SettingsError:
        return False


@cache
def policy() -> str:
    """Return the Content-Security-Policy. Of inline scripts it allows Streamlit's and ours, by their hashes.

    `blob:` is allowed because Streamlit loads the script of a component from a blob; only a script that runs already
    can create one.
    """
    page = Path(st.__file__).with_name("static") / "index.html"
    scripts = re.findall(r"<script>(.*?)</script>", page.read_text("utf-8") + SCRIPTS, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts]
    directives = {**_POLICY, "script-src": " ".join(["'self'", "blob:", *hashes])}
    return "; ".join(f"{name} {value}" for name, value in directives.items())
