"""What a form holds outlives its page: a reload, a restart of the studio, and a page that is left while one types.

The ledger keeps it for the browser. A text that was on its way when its page was left comes by a route, and is taken
up by the next drawing of the form.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any

from components.form import draft_state
from components.session import browser_id, services, session
from components.session.bounded_cache import BoundedCache
from components.session.state import Text
from studio.core import redaction
from studio.core.drafts import Kept
from studio.core.errors import StudioError
from studio.core.reference import Medium
from studio.core.values import Kind
from studio.weryai.modes import MODES

log = logging.getLogger(__name__)

LONGEST = 20_000  # characters that are kept of a prompt
MOST = 10_000  # late texts, the newest ones

_late = BoundedCache[str, Text](MOST)


def form_id(kind: Kind) -> str:
    """The name of this session's form, by which a late text finds it."""
    return f"{session.state().token}:{kind}"


def receive(form: str, text: Text) -> None:
    """A text came after its page was left."""
    before = _late.pop(form)
    _late.put(form, max(before or text, text, key=lambda one: one.version))


def take_up(kind: Kind) -> None:
    """Before a form is drawn: what came late, and in a new session what the browser had here last."""
    if late := _late.pop(form_id(kind)):
        draft_state.take_text(kind, late)
    if not draft_state.of(kind).mode and (found := _found(kind)):
        _restore(kind, found.choices)
        draft_state.take_text(kind, Text(found.text, found.version))


def keep(kind: Kind) -> None:
    """After a form was drawn: what is in it now, if anything has changed."""
    form, now = draft_state.of(kind), _held(kind)
    before, form.kept = form.kept, now
    owner = browser_id.current(session.state().person)
    if before in (None, now) or not owner.browser or redaction.holds_key(now.text):
        return
    try:
        services.shared().ledger.drafts.keep(owner, kind, now)
    except StudioError as error:
        log.error("a draft was not kept: %s", error)


def _held(kind: Kind) -> Kept:
    form, text = draft_state.of(kind), draft_state.text(kind)
    choices: dict[str, Any] = {
        "widgets": draft_state.widgets(kind),
        "mode": form.mode,
        "slots": form.slots,
        "aside": form.aside,
    }
    choices["typed"], choices["is_model_chosen"] = sorted(form.typed), form.is_model_chosen
    return Kept(text.words[:LONGEST], text.version, json.loads(json.dumps(choices)))


def _restore(kind: Kind, choices: Mapping[str, Any]) -> None:
    """Put back what was chosen; what the form does not know any more is left out."""
    form, aside = draft_state.of(kind), choices.get("aside", {})
    known = {draft_state.key(kind, name) for name in draft_state.names(kind)}
    for key, held in choices.get("widgets", {}).items():
        if key in known:
            session.set_widget(key, held)
    if choices.get("mode") in MODES:
        form.mode = choices["mode"]
    form.slots = {field: tuple(held) for field, held in choices.get("slots", {}).items()}
    form.aside = {one: tuple(aside[one]) for one in Medium if one in aside}
    form.typed = set(choices.get("typed", ()))
    form.is_model_chosen = bool(choices.get("is_model_chosen", True))


def _found(kind: Kind) -> Kept | None:
    owner = browser_id.current(session.state().person)
    try:
        return services.shared().ledger.drafts.get(owner, kind) if owner.browser else None
    except StudioError as error:
        log.error("a draft was not found: %s", error)
        return None
