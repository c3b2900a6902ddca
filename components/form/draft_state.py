"""The state of a page's form: the values of its fields, and why the last press of Generate was refused.

The modes of a page share fields, so that another mode or model keeps the values that still fit.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from components.form.media import DONT_SEND
from components.session import session
from components.session.form_state import Complaint, Form, PreviousForm, Refused, Text
from studio.core.values import Inputs, Kind
from studio.weryai import modes
from studio.weryai.fields import Field

PROMPT, MODE, MODEL, MODELS, TYPED_MODEL = "prompt", "mode", "model", "models", "own-model"
ANOTHER_MODEL = "another model"  # the option for typing a model key
MORE = "more"  # the expander of further fields
TYPED = "-typed"  # the suffix of the widget for typing a value, used where the limits are unknown
SIZE = "-size"  # the suffix of the widget for the size of a shape


def get_form(kind: Kind) -> Form:
    """Return the session's form of this kind of job."""
    return session.state().forms[kind]


def key(kind: Kind, name: str) -> str:
    """Return the key of a field's widget."""
    return f"{kind}-{name}"


def value(kind: Kind, name: str, default: Any = None) -> Any:
    """Return the current value of a field, also before it is drawn; for a media field its references."""
    if name == PROMPT:
        return prompt_text(kind).words
    references = get_form(kind).slots.get(name)
    return references if references is not None else session.widget_value(key(kind, name), default)


def set_value(kind: Kind, name: str, content: Any) -> None:
    """Set the value of a field; call it before the field is drawn."""
    if name == PROMPT:
        get_form(kind).prompt = Text(str(content or ""), prompt_text(kind).version + 1)
    else:
        session.set_widget(key(kind, name), content)


def prompt_text(kind: Kind) -> Text:
    """Return the newer of the prompt that the browser sent last and the one that the form holds."""
    prompt, sent = get_form(kind).prompt, Text.read((session.widget_value(key(kind, PROMPT)) or {}).get("draft"))
    return sent if sent and sent.version > prompt.version else prompt


def store_sent_prompt(kind: Kind) -> None:
    """Store the prompt that the browser sent in the form; the session loses it when the page is left.

    Call it before the form is drawn.
    """
    get_form(kind).prompt = prompt_text(kind)


def update_prompt(kind: Kind, found: Text) -> None:
    """Put this prompt into the form, unless the form has a newer one."""
    if found.version > get_form(kind).prompt.version:
        get_form(kind).prompt = found


def requested(kind: Kind, name: str) -> Any:
    """Return what a person chose last, even if the model does not accept it and the field shows a replacement."""
    current = session.widget_value(key(kind, name))
    request, replacement = get_form(kind).replaced.get(name, (current, current))
    return request if replacement == current else current


def keep_valid(kind: Kind, name: str, options: Sequence[Any], default: Any) -> None:
    """Replace a choice that is not among the options by the default, and record that; call it before drawing.

    The person's own choice returns as soon as it is among the options.
    """
    current, request, replaced = session.widget_value(key(kind, name)), requested(kind, name), get_form(kind).replaced
    chosen = request if request in options else default
    replaced.pop(name, None)
    if chosen != current:
        session.set_widget(key(kind, name), chosen)
    if request not in (None, DONT_SEND):
        get_form(kind).is_changed |= chosen != current
        replaced |= {name: (request, chosen)} if chosen != request else {}


def switch_to_typed(kind: Kind, name: str, default: str, unit: str) -> str:
    """Return the name of the widget for typing a value; it starts with the choice so far. Call it before drawing."""
    typed = name + TYPED
    if name not in get_form(kind).free_fields:
        get_form(kind).free_fields.add(name)
        chosen = value(kind, name)
        set_value(kind, typed, f"{chosen}{unit}" if chosen else default)
    return typed


def switch_to_choice(kind: Kind, name: str, options: Mapping[str, Any]) -> None:
    """Choose the option whose label was typed, if the value was typed so far; call it before drawing."""
    if name in get_form(kind).free_fields:
        get_form(kind).free_fields.discard(name)
        typed = str(value(kind, name + TYPED))
        set_value(kind, name, options.get(typed, typed))


def record_non_default(kind: Kind, field: Field, text: str) -> None:
    """Record the text for a choice other than the field's default; empty for the default."""
    get_form(kind).non_defaults.pop(field.name, None)
    if text:
        get_form(kind).non_defaults[field.name] = text


def fill(kind: Kind, inputs: Inputs) -> None:
    """Put these inputs into a page's form when it is drawn next; other fields stay as they are."""
    get_form(kind).filled = dict(inputs)


def open_more(kind: Kind, folded: Sequence[str]) -> None:
    """Open the expander if one of its fields has a value, unless a person has closed it; call it before drawing."""
    if session.widget_value(key(kind, MORE)) is None and any(str(value(kind, name) or "").strip() for name in folded):
        session.set_widget(key(kind, MORE), True)


def apply_filled(kind: Kind) -> None:
    """Put the inputs of `fill` into the fields; call it before the form is drawn."""
    form = get_form(kind)
    form.is_changed = False
    filled, form.filled = form.filled, {}
    if not filled:
        return
    if MODEL in filled:
        filled.setdefault(MODELS, [])
    for name, content in filled.items():
        set_value(kind, name, content)
        session.reset_widget(key(kind, name + SIZE))
        form.free_fields.discard(name)
    session.reset_widget(key(kind, MORE))
    form.replaced, form.complaint, form.refused, form.sent_at = {}, None, Refused(), None
    form.has_only_prompt &= MODE not in filled
    form.is_model_chosen |= MODEL in filled
    form.mode, form.given_model = filled.get(MODE, form.mode), filled.get(MODEL, "")


def snapshot(kind: Kind) -> PreviousForm:
    """Return a copy of the form as it is now, for `undo_fill`."""
    form = copy.deepcopy(get_form(kind))
    form.prompt = prompt_text(kind)
    chosen = form.is_model_chosen or form.non_defaults or value(kind, MODELS)
    is_worth_restoring = bool(form.prompt.words.strip() or any(form.slots.values()) or chosen)
    return PreviousForm(widget_values(kind), form, is_worth_restoring)


def widget_values(kind: Kind) -> dict[str, Any]:
    """Return the values of a form's fields by widget key, without the prompt and the media."""
    return {
        widget_key: content
        for name in field_names(kind)
        if (content := session.widget_value(widget_key := key(kind, name))) is not None
    }


def field_names(kind: Kind) -> list[str]:
    """Return the names of a form's widgets, chosen and typed, without the prompt."""
    names = [MODE, MODEL, TYPED_MODEL, MODELS, *(one.name for one in modes.fields_of(kind) if one.name != PROMPT)]
    return [name + suffix for name in names for suffix in ("", TYPED, SIZE)]


def undo_fill(kind: Kind) -> None:
    """Restore the form as it was before a job filled it; call it before the form is drawn."""
    if found := get_form(kind).before:
        for name, content in found.widgets.items():
            session.set_widget(name, content)
        found.form.prompt = Text(found.form.prompt.words, prompt_text(kind).version + 1)
        session.state().forms[kind] = found.form


def clear_refusals(kind: Kind) -> None:
    """Clear the refusals of files: another model may take them."""
    get_form(kind).refused = Refused()


def set_complaint(kind: Kind, complaint: Complaint | None) -> None:
    """Store why the last press of Generate was refused; None if it was not."""
    get_form(kind).complaint, get_form(kind).sent_at = complaint, None
    if complaint:
        complaint.value = _field_state(kind, complaint.field)


def complaint(kind: Kind) -> Complaint | None:
    """Return the complaint about a form, as long as its field has the value that it had then; else None."""
    found = get_form(kind).complaint
    return found if found and found.value == _field_state(kind, found.field) else None


def _field_state(kind: Kind, name: str) -> tuple[Any, ...]:
    """Return a field's value, chosen or typed, with the form's mode and model."""
    start = get_form(kind).mode, value(kind, MODEL), value(kind, TYPED_MODEL), value(kind, MODELS)
    return value(kind, name), value(kind, name + TYPED), value(kind, name + SIZE), start
