"""Which browser this is, by a random name in a cookie that no script reads: it finds its drafts and its key again."""

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
YEAR = 365 * 24 * 3600
MOST = 10_000  # accounts that are remembered, those that were chosen last
_NAME = re.compile(r"[\w-]{43}")

_accounts = BoundedCache[Owner, str](MOST)


class BrowserId:
    """Gives each browser that has none a name, with the first page that it gets."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or fingerprint(Request(scope).cookies.get(COOKIE, "")):
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", _cookie(secrets.token_urlsafe(32)))
            await send(message)

        await self._app(scope, receive, sent)


def current(person: str) -> Owner:
    """Whose drafts these are: this browser's, for whoever is signed in there. Without a cookie it has no name."""
    return Owner(fingerprint(str(st.context.cookies.get(COOKIE, ""))), person)


def of(request: Request, person: str) -> Owner:
    """The same, beside the pages."""
    return Owner(fingerprint(request.cookies.get(COOKIE, "")), person)


def fingerprint(name: str) -> str:
    """What is kept in place of a browser's name; nothing for what is no such name."""
    return hashlib.sha256(name.encode()).hexdigest() if _NAME.fullmatch(name) else ""


def choose(owner: Owner, account: str) -> None:
    """A person works with this account in this browser from now on, while the process lives; empty for the shared."""
    if owner.browser and account:
        _accounts.note(owner, account)
    else:
        _accounts.take(owner)


def chosen(owner: Owner) -> str:
    """The account that was chosen here last, in whatever tab."""
    return _accounts.get(owner) or ""


def _cookie(value: str) -> str:
    answer = Response()
    answer.set_cookie(COOKIE, value, max_age=YEAR, httponly=True, samesite="lax")
    return answer.headers["set-cookie"]
