"""Identifies a browser by a random name in an HttpOnly cookie, so that it gets its drafts and its key again."""

import hashlib
import re
import secrets

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.session.bounded_cache import BoundedCache
from studio.core.drafts import Owner

COOKIE = "studio_browser"
YEAR_SECONDS = 365 * 24 * 3600
MAX_ACCOUNTS = 10_000  # in memory; the oldest are removed
_NAME = re.compile(r"[\w-]{43}")

_accounts = BoundedCache[Owner, str](MAX_ACCOUNTS)


class BrowserId:
    """Middleware that gives a browser without a name one, in a cookie with its first HTML page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or fingerprint(Request(scope).cookies.get(COOKIE, "")):
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", _cookie(secrets.token_urlsafe(32)))
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def current(person: str) -> Owner:
    """Return the owner of drafts in this run: browser and person. The browser is empty without a cookie."""
    return Owner(fingerprint(str(st.context.cookies.get(COOKIE, ""))), person)


def of_request(request: Request, person: str) -> Owner:
    """Return the owner of drafts for a request that is not a page run."""
    return Owner(fingerprint(request.cookies.get(COOKIE, "")), person)


def fingerprint(name: str) -> str:
    """Return the SHA-256 of a browser's name, which is stored in its place; empty for a text that is no such name."""
    return hashlib.sha256(name.encode()).hexdigest() if _NAME.fullmatch(name) else ""


def set_account(owner: Owner, account: str) -> None:
    """Remember the account that a person uses in this browser, until the process ends; empty means the shared one."""
    if owner.browser and account:
        _accounts.put(owner, account)
    else:
        _accounts.pop(owner)


def account(owner: Owner) -> str:
    """Return the account that was set last in any tab of this browser; empty means the shared one."""
    return _accounts.get(owner) or ""


def _cookie(value: str) -> str:
    response = Response()
    response.set_cookie(COOKIE, value, max_age=YEAR_SECONDS, httponly=True, samesite="lax")
    return response.headers["set-cookie"]
