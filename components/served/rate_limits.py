"""Rate limits for each client address: new sessions, uploads, sign-ins, ZIPs, and the webhooks of WeryAI."""

from collections import Counter
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from components.parts import file_urls, result_changes, zip_urls
from components.served import events
from components.served.upload_guard import is_upload
from studio.people.rate_limit import RateLimit, network_of
from studio.webhooks import urls

MINUTE = 60.0
MAX_OPEN = 1500  # open sessions of everybody; the same number of listening websockets may be open
MAX_OPEN_PER_ADDRESS = 200  # so that one client cannot block all others


def _per_minute(limit: int) -> RateLimit:
    return RateLimit(limit, MINUTE)


@dataclass
class RateLimits:
    """Middleware with a limit for each kind of request: enough for an office behind one address, not for a script."""

    app: ASGIApp
    sessions: RateLimit = field(default_factory=lambda: _per_minute(300))
    listeners: RateLimit = field(default_factory=lambda: _per_minute(600))  # tabs may reconnect before pages do
    uploads: RateLimit = field(default_factory=lambda: _per_minute(120))
    sign_ins: RateLimit = field(default_factory=lambda: _per_minute(60))
    calls: RateLimit = field(default_factory=lambda: _per_minute(600))
    zips: RateLimit = field(default_factory=lambda: _per_minute(60))
    texts: RateLimit = field(default_factory=lambda: _per_minute(600))  # and changes, of pages that are left
    open: Counter[str] = field(default_factory=Counter)  # open sessions, by address
    listening: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limit(scope)
        address = network_of(str((scope.get("client") or ("",))[0]))
        wait = limit.take(address) if limit else 0.0
        if scope["type"] == "websocket":
            await self._websocket(address, scope, receive, send, is_refused=bool(wait))
        elif wait:
            headers = {"Retry-After": str(int(wait) + 1)}
            await Response("Too many requests. Wait a moment and try again.", 429, headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _websocket(self, address: str, scope: Scope, receive: Receive, send: Send, *, is_refused: bool) -> None:
        connections = self.listening if _is_listener(scope) else self.open
        if is_refused or connections[address] >= MAX_OPEN_PER_ADDRESS or connections.total() >= MAX_OPEN:
            await send({"type": "websocket.close", "code": 1013})
            return
        connections[address] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            connections -= Counter([address])  # drops an address without connections

    def _limit(self, scope: Scope) -> RateLimit | None:
        if scope["type"] == "websocket":
            return self.listeners if _is_listener(scope) else self.sessions
        path, is_read = scope.get("path", ""), scope.get("method", "") in ("GET", "HEAD", "OPTIONS")
        if path.endswith(("/auth/login", "/oauth2callback")):
            return self.sign_ins
        if is_upload(scope):
            return self.uploads
        if path.endswith(zip_urls.PATH):
            return self.zips
        return None if is_read else self._limit_of_post(path)

    def _limit_of_post(self, path: str) -> RateLimit | None:
        if file_urls.DRAFTS in path or result_changes.PATH in path:
            return self.texts
        return self.calls if f"{urls.PATH}/" in path else None


def _is_listener(scope: Scope) -> bool:
    """Whether this is the second websocket of a tab, which is no session."""
    return str(scope.get("path", "")).endswith(events.PATH)
