"""Blocks uploads of visitors without access: Streamlit accepts files from every session, even at the sign-in page."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from components.session import visitor
from components.session.bounded_cache import BoundedCache
from studio.core.errors import StudioError

PATH = "/_stcore/upload_file"
MAX_SESSIONS = 10_000  # the sessions that ran last

_with_access = BoundedCache[str, bool](MAX_SESSIONS)


def record(session: str, *, has_access: bool) -> None:
    """Record whether the latest run of this session had access."""
    if has_access:
        _with_access.put(session, has_access)
    else:
        _with_access.pop(session)


class UploadGuard:
    """Middleware that refuses an upload before its body is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_upload(scope) and await run_in_threadpool(_is_blocked, Request(scope)):
            await Response("Access denied. Reload the page.", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def is_upload(scope: Scope) -> bool:
    """Whether this request uploads a file."""
    return PATH in scope.get("path", "") and scope.get("method") in ("PUT", "POST")


def _is_blocked(request: Request) -> bool:
    """Whether the session of the upload, or the sender by their cookie, has no access."""
    session = request.url.path.partition(PATH)[2].strip("/").partition("/")[0]
    if not _with_access.get(session):
        return True
    try:
        return bool(visitor.of_request(request).no_access)
    except StudioError:
        return True
