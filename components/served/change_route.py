"""The route for changes of results whose page is left before the studio has answered: nothing of them is lost."""

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from components.parts import component_presses, result_changes
from components.served import request_checks
from components.session import services, session, visitor
from studio.client import Client
from studio.core.errors import StudioError

log = logging.getLogger(__name__)

LARGEST = 64 * 1024


async def receive(request: Request) -> Response:
    """Make the posted changes of results of the account in the URL, in order. Errors: 400, 403, 408 or 503."""
    return await request_checks.answer_body(request, LARGEST, _change)


def _change(request: Request, body: bytes) -> Response:
    account = request.path_params["account"]
    if refusal := request_checks.refusal(request, result_changes.KIND, account):
        return refusal
    if not (presses := _presses(body)):
        return Response("No changes.", status_code=400)
    try:
        client = _client(request, account)
    except StudioError as error:
        return request_checks.not_ready(error)
    if not client:
        return Response("You can't use this account.", status_code=403)
    _apply(client, presses)
    return Response(status_code=204)


def _client(request: Request, account: str) -> Client | None:
    """Return the client of the visitor for this account; None if they may not, or the studio has lost its key.

    Without sign-in the signature is the proof: pages give it only to those who may use the account.
    """
    own = None if account == result_changes.SHARED else services.shared().accounts.get(account)
    if account != result_changes.SHARED and not own:
        return None
    found = visitor.of_request(request)
    visit = found.visit if found.visit.has_sign_in else replace(found.visit, is_here=True)
    return session.client_of(replace(found, visit=visit), own)


def _apply(client: Client, presses: Sequence[dict[str, Any]]) -> None:
    """Make each change; nobody is there to be told of one that is refused."""
    for press in presses:
        try:
            result_changes.apply(client, result_changes.output_of(str(press.get("view", ""))), press["name"])
        except StudioError as error:
            log.info("A change of a left page was refused: %s", error.message)


def _presses(body: bytes) -> list[dict[str, Any]]:
    try:
        return component_presses.valid(json.loads(body))
    except (ValueError, RecursionError):
        return []
