"""Redirects from sign-in back to the page on which it was started."""

import re
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "studio_way_back"
_SIGN_IN_SECONDS = 600
_OUR_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")


class ReturnAddress:
    """Middleware that returns to the page where *Sign in* was pressed: Streamlit itself returns to the first page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(("/auth/login", "/oauth2callback")):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        path = _page_before(request) if scope["path"].endswith("/login") else ""

        async def send_changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if path:
                    headers.append("set-cookie", _cookie(quote(path, safe=""), _SIGN_IN_SECONDS))
                elif COOKIE in request.cookies:
                    _redirect_back(headers, unquote(request.cookies[COOKIE]))
            await send(message)

        await self._app(scope, receive, send_changed)


def _page_before(request: Request) -> str:
    """Return path and query of our page in the Referer header; empty if there is none."""
    parts = urlsplit(request.headers.get("referer", ""))
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if parts.netloc == request.headers.get("host") and _OUR_PATH.fullmatch(path) else ""


def _redirect_back(headers: MutableHeaders, path: str) -> None:
    if headers.get("location", "").startswith("/") and _OUR_PATH.fullmatch(path):
        headers["location"] = path
        headers.append("set-cookie", _cookie("", 0))


def _cookie(value: str, seconds: int) -> str:
    response = Response()
    response.set_cookie(COOKIE, value, max_age=seconds, httponly=True, samesite="lax")
    return response.headers["set-cookie"]
