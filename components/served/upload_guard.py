"""Files come from those who are let in: Streamlit itself takes them from whoever has opened a page, the door too."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from components.session import visitor
from components.session.bounded_cache import BoundedCache
from studio.core.errors import StudioError

PATH = "/_stcore/upload_file"
MOST = 10_000  # sessions that are remembered, those that were seen last

_inside = BoundedCache[str, bool](MOST)


def note(session: str, *, inside: bool) -> None:
    """A run of this session was let in, or stands at the door."""
    if inside:
        _inside.put(session, inside)
    else:
        _inside.pop(session)


class UploadGuard:
    """Refuses a file before any of it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_upload(scope) and await run_in_threadpool(_is_shut, Request(scope)):
            await Response("Access denied. Reload the page.", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def is_upload(scope: Scope) -> bool:
    """Somebody sends a file."""
    return PATH in scope.get("path", "") and scope.get("method") in ("PUT", "POST")


def _is_shut(request: Request) -> bool:
    """The session that the file is for was not let in, or whoever sends it is not, by their cookie."""
    session = request.url.path.partition(PATH)[2].strip("/").partition("/")[0]
    if not _inside.get(session):
        return True
    try:
        return bool(visitor.of_request(request).no_access)
    except StudioError:
        return True
