"""What is served beside the pages, outside sign-in: files of the archive, the history as CSV, what WeryAI calls."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from components.parts import file_urls
from components.served import draft_route, events, request_checks
from components.session import services
from studio.core.errors import StudioError
from studio.core.query import from_text
from studio.history.history import as_csv
from studio.webhooks import urls

LARGEST_CALL = 64 * 1024
LINES = 1000  # of an export, at a time


def archive(request: Request) -> Response:
    """One file of the archive, in ranges, for whom the pages made its address, while they are let in."""
    key, given = request.path_params["key"], request.query_params
    if refusal := request_checks.refusal(request, file_urls.ARCHIVE, key):
        return refusal
    try:
        file = services.shared().archive.path(key)
    except StudioError as error:
        return Response(error.message, status_code=404)
    return FileResponse(
        file,
        media_type=file_urls.media_type(key),
        filename=re.sub(r"[^A-Za-z0-9._-]", "", given.get("download", ""))[:120] or file.name,
        content_disposition_type="attachment" if "download" in given else "inline",
        headers={
            "Cache-Control": "private, max-age=3600, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def calls(request: Request) -> Response:
    """The calls that are wanted as CSV, for whom the page made its address, while they are let in."""
    return _export(request, file_urls.CALLS)


def jobs(request: Request) -> Response:
    """As `calls`."""
    return _export(request, file_urls.JOBS)


def _export(request: Request, what: str) -> Response:
    """Sent piece by piece."""
    asked = request.query_params.get("wanted", "")
    if refusal := request_checks.refusal(request, what, asked):
        return refusal
    try:
        pieces = _pieces(as_csv(services.shared().ledger.history.pages, from_text(asked)))
        first = next(pieces)  # what fails at once can still be said
    except StudioError as error:
        return Response(error.message, status_code=503)
    headers = {"Content-Disposition": f'attachment; filename="{what}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(chain([first], pieces), media_type="text/csv", headers=headers)


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    while piece := "".join(islice(lines, LINES)):
        yield piece


async def webhook(request: Request) -> Response:
    """WeryAI says that a task of a job has ended. It is answered at once; what comes of it is found out afterwards."""
    secret, job = request.path_params["secret"], request.path_params["job"]
    try:
        shared = await run_in_threadpool(services.shared)
    except StudioError as error:
        return request_checks.not_ready(error)
    if not shared.webhooks.is_valid(secret, job):
        return Response("Not found.", status_code=404)
    try:
        body = await request_checks.body(request, LARGEST_CALL)
    except (TimeoutError, ClientDisconnect):
        return Response("The request took too long.", status_code=408)
    if body is None:
        return Response(f"The limit is {LARGEST_CALL:,} bytes.", status_code=413)
    shared.callbacks.receive(job, body)
    return Response("Received.")


def below(base: str) -> list[BaseRoute]:
    """All routes, below the server's base path too: Streamlit puts it before its own only.

    They stay at the root as well: webhooks that were given out before there was a base path still arrive.
    """
    return [*(route for place in dict.fromkeys(("", base)) for route in _at(place)), *events.ROUTES]


def _at(place: str) -> list[BaseRoute]:
    return [
        Route(f"{place}/archive/{{key:path}}", archive),
        Route(f"{place}/{file_urls.CALLS}.csv", calls),
        Route(f"{place}/{file_urls.JOBS}.csv", jobs),
        Route(f"{place}{file_urls.DRAFTS}{{form}}", draft_route.receive, methods=["POST"]),
        Route(f"{place}{urls.PATH}/{{secret}}/{{job}}", webhook, methods=["POST"]),
    ]
