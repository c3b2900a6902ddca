"""The route that streams a ZIP of outputs: a GET for a few, whose IDs are in the URL, and a POST of a form for many."""

import re
from collections.abc import Generator, Mapping
from itertools import chain
from urllib.parse import parse_qsl

from anyio import CancelScope
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from components.parts import file_urls, zip_urls
from components.served import request_checks
from components.session import services
from studio import zips
from studio.core.errors import StudioError

LARGEST = 512 * 1024  # bytes of a form with so many
_MOST_FIELDS = 20


class ZipResponse(StreamingResponse):
    """Streams a ZIP, read in threads as fast as the visitor takes it; ends the work when they leave."""

    def __init__(self, first: bytes, more: Generator[bytes, None, None], name: str) -> None:
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            **request_checks.SAFE_HEADERS,
        }
        super().__init__(chain([first], more), media_type="application/zip", headers=headers)
        self._more = more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await run_in_threadpool(self._more.close)


async def download(request: Request) -> Response:
    """Stream the ZIP of a signed link or form, to its person while they have access.

    Errors: 400, 403, 405, 408, 413 or 503 as the response.
    """
    if request.method == "HEAD":  # it would make the ZIP for nothing
        return Response(status_code=405, headers={"Allow": "GET, POST"})
    if request.method == "GET":
        return await run_in_threadpool(_zip, request, request.query_params)
    try:
        body = await request_checks.body(request, LARGEST)
    except (TimeoutError, ClientDisconnect):
        return Response("The request took too long.", status_code=408)
    if body is None:
        return Response(f"The limit is {LARGEST:,} bytes.", status_code=413)
    return await run_in_threadpool(_zip, request, _fields(body))


def _fields(body: bytes) -> dict[str, str]:
    """Return the fields of a posted form; none of one with too many."""
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}


def _zip(request: Request, given: Mapping[str, str]) -> Response:
    if refusal := request_checks.refusal(request, zip_urls.KIND, zip_urls.subject(given), given):
        return refusal
    ids = given.get("ids", "").split(",")
    if not all(re.fullmatch(r"[0-9]{1,9}", one) for one in ids):
        return Response("No results.", status_code=400)
    if len(ids) > zip_urls.MOST:
        return Response(f"The limit is {zip_urls.MOST:,} results.", status_code=413)
    try:
        pieces = _pieces(given, ids)
        first = next(pieces)  # before the response starts: an error here can still be its status
    except StudioError as error:
        return request_checks.not_ready(error)
    return ZipResponse(first, pieces, request_checks.file_name(given.get("name", ""), "results.zip"))


def _pieces(given: Mapping[str, str], ids: list[str]) -> Generator[bytes, None, None]:
    shared, with_settings = services.shared(), bool(given.get(file_urls.WITH_SETTINGS))
    wanted = [int(one) for one in ids]
    return zips.zipped(shared.ledger, shared.archive, given["account"], wanted, with_settings=with_settings)
