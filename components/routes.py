"""What is served beside the pages, outside sign-in: files of the archive, and the addresses that WeryAI calls."""

import asyncio
import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from components import addresses, services
from studio import webhooks
from studio.errors import StudioError

LARGEST_CALL = 64 * 1024
LONGEST_CALL = 10.0  # seconds


def archive(request: Request) -> Response:
    """One file of the archive, in ranges, for whoever has an address that the pages made."""
    key, given = request.path_params["key"], request.query_params
    try:
        if not addresses.is_valid(key, given.get("expires", ""), given.get("signature", "")):
            return Response("This address is not valid any more. Reload the page.", status_code=403)
        file = services.shared().archive.path(key)
    except StudioError as error:
        return Response(error.message, status_code=404)
    return FileResponse(
        file,
        media_type=addresses.media_type(key),
        filename=re.sub(r"[^A-Za-z0-9._-]", "", given.get("download", ""))[:120] or file.name,
        content_disposition_type="attachment" if "download" in given else "inline",
        headers={
            "Cache-Control": "private, max-age=3600, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


async def webhook(request: Request) -> Response:
    """WeryAI says that a task of a job has ended. It is answered at once; what comes of it is found out afterwards."""
    secret, job = request.path_params["secret"], request.path_params["job"]
    try:
        shared = await run_in_threadpool(services.shared)
    except StudioError:
        return Response("The studio is not ready.", status_code=503)
    if not shared.webhooks.is_valid(secret, job):
        return Response("There is nothing here.", status_code=404)
    try:
        body = await asyncio.wait_for(_body(request), LONGEST_CALL)
    except (TimeoutError, ClientDisconnect):
        return Response("The request did not come to an end in time.", status_code=408)
    if body is None:
        return Response(f"A call has at most {LARGEST_CALL:,} bytes.", status_code=413)
    shared.callbacks.receive(job, body)
    return Response("Thank you.")


async def _body(request: Request) -> bytes | None:
    """All of it, or nothing when it is too large."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_CALL:
            return None
    return body


ROUTES = [
    Route("/archive/{key:path}", archive),
    Route(f"{webhooks.PATH}/{{secret}}/{{job}}", webhook, methods=["POST"]),
]
