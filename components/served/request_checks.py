"""Whoever asks beside the pages: are they let in, and what do they send?"""

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import Response

from components.parts import file_urls
from components.session import visitor
from studio.core.errors import StudioError

log = logging.getLogger(__name__)

LONGEST = 10.0  # seconds that a body may take


def refusal(request: Request, kind: str, about: str) -> Response | None:
    """The answer to whoever is not let in, or has no address that the pages made: nothing about the studio."""
    expires, signature = (request.query_params.get(name, "") for name in ("expires", "signature"))
    try:
        who = visitor.of_request(request)
        if not who.no_access and file_urls.is_valid(kind, about, expires, signature, who.person):
            return None
    except StudioError as error:
        return not_ready(error)
    return Response("This link has expired. Open it again from the studio.", status_code=403)


def not_ready(error: StudioError) -> Response:
    """The answer while nobody can be let in."""
    log.error("Nobody can be let in: %s %s", error.message, error.hint)
    return Response("The studio is not ready.", status_code=503)


async def body(request: Request, most: int) -> bytes | None:
    """All of it, or nothing when it is larger. Errors: TimeoutError, ClientDisconnect."""
    return await asyncio.wait_for(_read(request, most), LONGEST)


async def _read(request: Request, most: int) -> bytes | None:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            return None
    return body
