"""How often one address may knock: new sessions, uploads, sign-ins, and the calls of WeryAI."""

from collections import Counter
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from components.parts import file_urls
from components.served import events
from components.served.upload_guard import is_upload
from studio.people.rate_limit import RateLimit, network_of
from studio.webhooks import urls

MINUTE = 60.0
MOST_OPEN = 1500  # sessions at once, of everybody; as many tabs may listen beside them, each by a socket of its own
MOST_OF_ONE = 200  # of one address, so that nobody alone can keep everybody else out


def _a_minute(most: int) -> RateLimit:
    return RateLimit(most, MINUTE)


@dataclass
class RateLimits:
    """How often one address may knock, of each kind; an office behind one address has room, a script has not."""

    app: ASGIApp
    sessions: RateLimit = field(default_factory=lambda: _a_minute(300))
    listeners: RateLimit = field(default_factory=lambda: _a_minute(600))  # a tab may try again before its page does
    uploads: RateLimit = field(default_factory=lambda: _a_minute(120))
    sign_ins: RateLimit = field(default_factory=lambda: _a_minute(60))
    calls: RateLimit = field(default_factory=lambda: _a_minute(600))
    texts: RateLimit = field(default_factory=lambda: _a_minute(600))
    open: Counter[str] = field(default_factory=Counter)  # sessions, by address
    listening: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limit(scope)
        who = network_of(str((scope.get("client") or ("",))[0]))
        wait = limit.take(who) if limit else 0.0
        if scope["type"] == "websocket":
            await self._session(who, scope, receive, send, is_refused=bool(wait))
        elif wait:
            headers = {"Retry-After": str(int(wait) + 1)}
            await Response("Too many requests. Wait a moment and try again.", 429, headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _session(self, who: str, scope: Scope, receive: Receive, send: Send, *, is_refused: bool) -> None:
        there = self.listening if _listens(scope) else self.open
        if is_refused or there[who] >= MOST_OF_ONE or there.total() >= MOST_OPEN:
            await send({"type": "websocket.close", "code": 1013})
            return
        there[who] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            there -= Counter([who])  # who has none left is not kept

    def _limit(self, scope: Scope) -> RateLimit | None:
        if scope["type"] == "websocket":
            return self.listeners if _listens(scope) else self.sessions
        path, is_asking = scope.get("path", ""), scope.get("method", "") in ("GET", "HEAD", "OPTIONS")
        if path.endswith(("/auth/login", "/oauth2callback")):
            return self.sign_ins
        if is_upload(scope):
            return self.uploads
        if is_asking:
            return None
        if file_urls.DRAFTS in path:
            return self.texts
        return self.calls if f"{urls.PATH}/" in path else None


def _listens(scope: Scope) -> bool:
    """The second socket of a tab: it is no session."""
    return str(scope.get("path", "")).endswith(events.PATH)
