"""The routes beside the pages, outside sign-in: files of the archive, also as a ZIP, the history as CSV, webhooks."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from components.parts import file_urls, result_changes, zip_urls
from components.served import change_route, draft_route, events, request_checks, zip_route
from components.session import services
from studio import copies
from studio.core.errors import StudioError
from studio.core.query import from_text
from studio.history.history import as_csv
from studio.webhooks import urls

LARGEST_CALL = 64 * 1024
LINES_PER_PIECE = 1000  # of an export


def archive(request: Request) -> Response:
    """Return a file of the archive, with range requests, for the person of the signed URL while they have access."""
    key, given = request.path_params["key"], request.query_params
    if file_urls.WITH_SETTINGS in given:
        return _with_settings(request, key)
    if refusal := request_checks.refusal(request, file_urls.ARCHIVE, key):
        return refusal
    try:
        file = services.shared().archive.path(key)
    except StudioError as error:
        return Response(error.message, status_code=404)
    return FileResponse(
        file,
        media_type=file_urls.media_type(key),
        filename=_file_name(request, key),
        content_disposition_type="attachment" if "download" in given else "inline",
        headers={"Cache-Control": "private, max-age=3600, immutable", **request_checks.SAFE_HEADERS},
    )


def _with_settings(request: Request, key: str) -> Response:
    """Stream a copy that carries prompt and settings, made on the way; it has no ranges."""
    if refusal := request_checks.refusal(request, file_urls.WITH_SETTINGS, key):
        return refusal
    shared = services.shared()
    try:
        copy = copies.copy_of(shared.ledger, shared.archive, key)
    except StudioError as error:
        return Response(error.message, status_code=404)
    headers = {
        "Content-Disposition": f'attachment; filename="{_file_name(request, key)}"',
        "Content-Length": str(copy.size),
        "Cache-Control": "private, no-store",
        **request_checks.SAFE_HEADERS,
    }
    return StreamingResponse(copy.pieces(), media_type=file_urls.media_type(key), headers=headers)


def _file_name(request: Request, key: str) -> str:
    return request_checks.file_name(request.query_params.get("download", ""), PurePosixPath(key).name)


def calls(request: Request) -> Response:
    """Return the calls of the query as CSV, for the person of the signed URL while they have access."""
    return _export(request, file_urls.CALLS)


def jobs(request: Request) -> Response:
    """Return the jobs of the query as CSV, as `calls` does."""
    return _export(request, file_urls.JOBS)


def _export(request: Request, kind: str) -> Response:
    """Stream the rows of the query as CSV, piece by piece."""
    query = request.query_params.get("wanted", "")
    if refusal := request_checks.refusal(request, kind, query):
        return refusal
    try:
        pieces = _pieces(as_csv(services.shared().ledger.history.pages, from_text(query)))
        first = next(pieces)  # before the response starts: an error here can still be its status
    except StudioError as error:
        return Response(error.message, status_code=503)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(chain([first], pieces), media_type="text/csv", headers=headers)


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    while piece := "".join(islice(lines, LINES_PER_PIECE)):
        yield piece


async def webhook(request: Request) -> Response:
    """Receive WeryAI's message that a task of a job has ended. It is answered at once and handled afterwards."""
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


def all_routes(base_path: str) -> list[BaseRoute]:
    """Return all routes, at the root and below the server's base path: Streamlit adds that path to its own only.

    They stay at the root, too: webhook URLs that were given out before there was a base path still arrive there.
    """
    return [*(route for prefix in dict.fromkeys(("", base_path)) for route in _routes_below(prefix)), *events.ROUTES]


def _routes_below(prefix: str) -> list[BaseRoute]:
    return [
        Route(f"{prefix}/archive/{{key:path}}", archive),
        Route(f"{prefix}/{file_urls.CALLS}.csv", calls),
        Route(f"{prefix}/{file_urls.JOBS}.csv", jobs),
        Route(f"{prefix}{zip_urls.PATH}", zip_route.download, methods=["GET", "POST"]),
        Route(f"{prefix}{file_urls.DRAFTS}{{form}}", draft_route.receive, methods=["POST"]),
        Route(f"{prefix}{result_changes.PATH}{{account}}", change_route.receive, methods=["POST"]),
        Route(f"{prefix}{urls.PATH}/{{secret}}/{{job}}", webhook, methods=["POST"]),
    ]
