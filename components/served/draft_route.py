"""The route for the text of a form whose page is left: a message of the page itself would delay the browser."""

import json

from starlette.requests import Request
from starlette.responses import Response

from components.form import kept_drafts
from components.parts import file_urls
from components.served import request_checks
from components.session import browser_id, services, visitor
from components.session.form_state import Text
from studio.core import redaction
from studio.core.drafts import FormContent
from studio.core.errors import StudioError

LARGEST = 128 * 1024


async def receive(request: Request) -> Response:
    """Save the posted text for the form in the URL. Errors: 400, 403, 408 or 503 as the response."""
    return await request_checks.answer_body(request, LARGEST, _keep)


def _keep(request: Request, body: bytes) -> Response:
    form = request.path_params["form"]
    if refusal := request_checks.refusal(request, file_urls.DRAFT, form):
        return refusal
    if not (found := _text(body)):
        return Response("No text.", status_code=400)
    kept_drafts.receive(form, found)
    try:
        owner = browser_id.of_request(request, visitor.of_request(request).person)
        if owner.browser and not redaction.holds_key(found.words):
            kept = FormContent(found.words[: kept_drafts.MOST_CHARACTERS], found.version)
            services.shared().ledger.drafts.keep_text(owner, form.partition(":")[2], kept)
    except StudioError as error:
        return request_checks.not_ready(error)
    return Response(status_code=204)


def _text(body: bytes) -> Text | None:
    """Parse the body; None if it is no text of a form."""
    try:
        return Text.read(json.loads(body))
    except (ValueError, RecursionError):
        return None
