"""Checks of requests outside the pages: access, signature, and size and time of the body."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from components.parts import file_urls
from components.session import visitor
from studio.core.errors import StudioError

log = logging.getLogger(__name__)

SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
BODY_SECONDS = 10.0  # seconds in which the body must arrive


def refusal(request: Request, kind: str, subject: str, signed: Mapping[str, str] | None = None) -> Response | None:
    """Return the response to a visitor without access or a valid signature; None if the request is valid.

    The signature is one of the `signed` fields of a form, else in the URL.
    """
    given = request.query_params if signed is None else signed
    expires, signature = (given.get(name, "") for name in ("expires", "signature"))
    try:
        found = visitor.of_request(request)
        if not found.no_access and file_urls.is_valid(kind, subject, expires, signature, found.person):
            return None
    except StudioError as error:
        return not_ready(error)
    return Response("This link has expired. Open it again from the studio.", status_code=403)


def file_name(asked: str, otherwise: str) -> str:
    """Return the name of a download without characters that have a meaning in a header or a path."""
    return re.sub(r"[^A-Za-z0-9._-]", "", asked)[:120] or otherwise


def not_ready(error: StudioError) -> Response:
    """Log the error and return the response while nobody can be given access."""
    log.error("Nobody can be let in: %s %s", error.message, error.hint)
    return Response("The studio is not ready.", status_code=503)


async def answer_body(request: Request, limit: int, answer: Callable[[Request, bytes], Response]) -> Response:
    """Answer a request by its body, in a thread; one that is too large counts as empty. Errors: 408 as the response."""
    try:
        found = await body(request, limit)
    except (TimeoutError, ClientDisconnect):
        return Response(status_code=408)
    return await run_in_threadpool(answer, request, found or b"")


async def body(request: Request, limit: int) -> bytes | None:
    """Return the whole body; None if it is larger than `limit` bytes. Errors: TimeoutError, ClientDisconnect."""
    return await asyncio.wait_for(_read(request, limit), BODY_SECONDS)


async def _read(request: Request, limit: int) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return body
