"""From sign-in back to the page that was asked for."""

import re
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WAY_BACK = "studio_way_back"
_SIGN_IN_SECONDS = 600
_OUR_PLACE = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")


class ReturnAddress:
    """Who signed in comes back to the page where they pressed it: Streamlit itself returns to the first one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(("/auth/login", "/oauth2callback")):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        place = _left_from(request) if scope["path"].endswith("/login") else ""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if place:
                    headers.append("set-cookie", _cookie(quote(place, safe=""), _SIGN_IN_SECONDS))
                elif WAY_BACK in request.cookies:
                    _lead_back(headers, unquote(request.cookies[WAY_BACK]))
            await send(message)

        await self._app(scope, receive, sent)


def _left_from(request: Request) -> str:
    """The page of ours that the browser says it comes from, or nothing."""
    parts = urlsplit(request.headers.get("referer", ""))
    place = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return place if parts.netloc == request.headers.get("host") and _OUR_PLACE.fullmatch(place) else ""


def _lead_back(headers: MutableHeaders, place: str) -> None:
    if headers.get("location", "").startswith("/") and _OUR_PLACE.fullmatch(place):
        headers["location"] = place
        headers.append("set-cookie", _cookie("", 0))


def _cookie(value: str, seconds: int) -> str:
    answer = Response()
    answer.set_cookie(WAY_BACK, value, max_age=seconds, httponly=True, samesite="lax")
    return answer.headers["set-cookie"]
