"""Keeps the content of a form after a reload, a restart of the studio, or leaving the page while typing.

The ledger stores it by browser. A prompt that was on its way when its page was left arrives by a route, and the form
takes it when it is drawn next.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any

from components.form import draft_state
from components.session import browser_id, services, session
from components.session.bounded_cache import BoundedCache
from components.session.form_state import PreviousForm, Text
from studio.core import redaction
from studio.core.drafts import FormContent
from studio.core.errors import StudioError
from studio.core.reference import Medium
from studio.core.values import Kind
from studio.weryai.modes import MODES

log = logging.getLogger(__name__)

MOST_CHARACTERS = 20_000  # of a prompt
MOST_LATE = 10_000  # late prompts in memory

_late_prompts = BoundedCache[str, Text](MOST_LATE)


def form_id(kind: Kind) -> str:
    """Return the ID of this session's form, with which a late prompt is sent."""
    return f"{session.state().token}:{kind}"


def receive(form: str, text: Text) -> None:
    """Keep a prompt that arrived after its page was left; the newer one of two."""
    before = _late_prompts.pop(form)
    _late_prompts.put(form, max(before or text, text, key=lambda prompt: prompt.version))


def load(kind: Kind) -> None:
    """Load a late prompt, and in a new session the browser's stored form; call it before the form is drawn."""
    if late := _late_prompts.pop(form_id(kind)):
        draft_state.update_prompt(kind, late)
    if not draft_state.get_form(kind).mode and (found := _stored(kind)):
        _restore(kind, found.choices)
        draft_state.update_prompt(kind, Text(found.text, found.version))


def snapshot(kind: Kind) -> PreviousForm:
    """Return a copy of the form as it is before something fills it, for *Undo*.

    A form that was not drawn yet is loaded first: its stored draft would overwrite what fills it.
    """
    load(kind)
    return draft_state.snapshot(kind)


def save(kind: Kind) -> None:
    """Store the form's content if it has changed; call it after drawing. A form with a key in a text is not stored."""
    form, current = draft_state.get_form(kind), _content(kind)
    before, form.stored = form.stored, current
    owner = browser_id.current(session.state().person)
    if before in (None, current) or not owner.browser or _holds_key(current):
        return
    try:
        services.shared().ledger.drafts.keep(owner, kind, current)
    except StudioError as error:
        log.error("a draft was not kept: %s", error)


def _holds_key(content: FormContent) -> bool:
    texts = (one for one in content.choices["widgets"].values() if isinstance(one, str))
    return any(map(redaction.holds_key, (content.text, *texts)))


def _content(kind: Kind) -> FormContent:
    # The names of the choices are in stored drafts, so they stay.
    form, text = draft_state.get_form(kind), draft_state.prompt_text(kind)
    choices: dict[str, Any] = {
        "widgets": draft_state.widget_values(kind),
        "mode": form.mode,
        "slots": form.slots,
        "aside": form.unplaced,
    }
    choices["typed"], choices["is_model_chosen"] = sorted(form.free_fields), form.is_model_chosen
    return FormContent(text.words[:MOST_CHARACTERS], text.version, json.loads(json.dumps(choices)))


def _restore(kind: Kind, choices: Mapping[str, Any]) -> None:
    """Restore the stored choices, except those of fields that no longer exist."""
    form, unplaced = draft_state.get_form(kind), choices.get("aside", {})
    known = {draft_state.key(kind, name) for name in draft_state.field_names(kind)}
    for key, content in choices.get("widgets", {}).items():
        if key in known:
            session.set_widget(key, content)
    if choices.get("mode") in MODES:
        form.mode = choices["mode"]
    form.slots = {field: tuple(content) for field, content in choices.get("slots", {}).items()}
    form.unplaced = {medium: tuple(unplaced[medium]) for medium in Medium if medium in unplaced}
    form.free_fields = set(choices.get("typed", ()))
    form.is_model_chosen = bool(choices.get("is_model_chosen", True))


def _stored(kind: Kind) -> FormContent | None:
    owner = browser_id.current(session.state().person)
    try:
        return services.shared().ledger.drafts.get(owner, kind) if owner.browser else None
    except StudioError as error:
        log.error("a draft was not found: %s", error)
        return None
