"""What the form of a page holds: its fields, and what was wrong with the last press of Generate.

Fields are shared by the modes of a page, so that another mode or model keeps what still fits.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from components.form.media import LEAVE_OUT
from components.session import session
from components.session.state import Complaint, Form, PreviousForm, Refused, Text
from studio.core.values import Inputs, Kind
from studio.weryai import modes
from studio.weryai.fields import Field

PROMPT, MODE, MODEL, OWN_MODEL = "prompt", "mode", "model", "own-model"
ANOTHER = "another model"  # the choice that lets a key be typed
MORE = "more"  # the fields that are folded away
FREE = "-typed"  # the widget of a field whose limits nobody knows is one of its own
SIZE = "-size"  # and so is the one of the sizes of a shape


def of(kind: Kind) -> Form:
    return session.state().forms[kind]


def key(kind: Kind, name: str) -> str:
    """The widget key of a field."""
    return f"{kind}-{name}"


def value(kind: Kind, name: str, default: Any = None) -> Any:
    """What a field holds at the moment, also before it is drawn; of media what is in its slots."""
    if name == PROMPT:
        return text(kind).words
    references = of(kind).slots.get(name)
    return references if references is not None else session.widget_value(key(kind, name), default)


def put(kind: Kind, name: str, content: Any) -> None:
    """Before a field is drawn: what it is to hold."""
    if name == PROMPT:
        of(kind).prompt = Text(str(content or ""), text(kind).version + 1)
    else:
        session.set_widget(key(kind, name), content)


def text(kind: Kind) -> Text:
    """The prompt, as the browser sent it last, or as it was put there since."""
    held, sent = of(kind).prompt, Text.read((session.widget_value(key(kind, PROMPT)) or {}).get("draft"))
    return sent if sent and sent.version > held.version else held


def take_sent(kind: Kind) -> None:
    """Before a form is drawn: it holds what the browser sent, which is gone from the session once the page is left."""
    of(kind).prompt = text(kind)


def take_text(kind: Kind, found: Text) -> None:
    """The form holds this prompt from now on, unless it has a newer one."""
    if found.version > of(kind).prompt.version:
        of(kind).prompt = found


def wanted(kind: Kind, name: str) -> Any:
    """What a person chose last, also while the model does not take it and another choice stands in its place."""
    current = session.widget_value(key(kind, name))
    wish, instead = of(kind).replaced.get(name, (current, current))
    return wish if instead == current else current


def keep_valid(kind: Kind, name: str, options: Sequence[Any], default: Any) -> None:
    """Before a choice is drawn: what is wanted and does not fit becomes the default, which is said; it comes back."""
    current, wish, replaced = session.widget_value(key(kind, name)), wanted(kind, name), of(kind).replaced
    chosen = wish if wish in options else default
    replaced.pop(name, None)
    if chosen != current:
        session.set_widget(key(kind, name), chosen)
    if wish not in (None, LEAVE_OUT):
        of(kind).is_changed |= chosen != current
        replaced |= {name: (wish, chosen)} if chosen != wish else {}


def type_instead(kind: Kind, name: str, default: str, unit: str) -> str:
    """Before a field is drawn in which anything can be typed: it goes on with what was chosen; returns its name."""
    typed = name + FREE
    if name not in of(kind).typed:
        of(kind).typed.add(name)
        chosen = value(kind, name)
        put(kind, typed, f"{chosen}{unit}" if chosen else default)
    return typed


def choose_again(kind: Kind, name: str, options: Mapping[str, Any]) -> None:
    """Before a choice is drawn that was typed before: what was typed is chosen, if it is one of them by its words."""
    if name in of(kind).typed:
        of(kind).typed.discard(name)
        typed = str(value(kind, name + FREE))
        put(kind, name, options.get(typed, typed))


def note(kind: Kind, field: Field, own: str) -> None:
    """A field was drawn: what a person chose there instead of the usual, in words; empty for the usual."""
    of(kind).own.pop(field.name, None)
    if own:
        of(kind).own[field.name] = own


def fill(kind: Kind, inputs: Inputs) -> None:
    """Put these inputs into a page's form, for its next drawing; what is not among them stays."""
    of(kind).filled = dict(inputs)


def open_more(kind: Kind, folded: Sequence[str]) -> None:
    """Before fields that may be folded away: what is filled is open, unless a person has closed it."""
    if session.widget_value(key(kind, MORE)) is None and any(str(value(kind, name) or "").strip() for name in folded):
        session.set_widget(key(kind, MORE), True)


def take_filled(kind: Kind) -> None:
    """Before a form is drawn: its fields get what was to be filled in."""
    form = of(kind)
    form.is_changed = False
    filled, form.filled = form.filled, {}
    if not filled:
        return
    for name, content in filled.items():
        put(kind, name, content)
        session.reset_widget(key(kind, name + SIZE))
        form.typed.discard(name)
    session.reset_widget(key(kind, MORE))
    form.replaced, form.complaint, form.refused, form.sent_at = {}, None, Refused(), None
    form.is_begun_anew &= MODE not in filled
    form.is_model_chosen |= MODEL in filled
    form.mode, form.brought = filled.get(MODE, form.mode), filled.get(MODEL, "")


def before(kind: Kind) -> PreviousForm:
    """What a form holds now, to be put back after a job has filled it."""
    form = copy.deepcopy(of(kind))
    form.prompt = text(kind)
    return PreviousForm(widgets(kind), form, bool(form.prompt.words.strip() or any(form.slots.values())))


def widgets(kind: Kind) -> dict[str, Any]:
    """What the fields of a form hold, by their keys, but for the prompt and the media."""
    return {one: held for name in names(kind) if (held := session.widget_value(one := key(kind, name))) is not None}


def names(kind: Kind) -> list[str]:
    """Of the fields of a form, whether they are chosen or typed, but for the prompt."""
    fields = [MODE, MODEL, OWN_MODEL, *(field.name for field in modes.fields_of(kind) if field.name != PROMPT)]
    return [name + ending for name in fields for ending in ("", FREE, SIZE)]


def put_back(kind: Kind) -> None:
    """Before a form is drawn: it holds again what it held before a job filled it."""
    if found := of(kind).before:
        for name, content in found.widgets.items():
            session.set_widget(name, content)
        found.form.prompt = Text(found.form.prompt.words, text(kind).version + 1)
        session.state().forms[kind] = found.form


def forget_refusals(kind: Kind) -> None:
    """Another model may take what this one did not."""
    of(kind).refused = Refused()


def complain(kind: Kind, complaint: Complaint | None) -> None:
    """Keep why the last Generate of a form did not go through, or that it did."""
    of(kind).complaint, of(kind).sent_at = complaint, None
    if complaint:
        complaint.value = _all_of(kind, complaint.field)


def complaint(kind: Kind) -> Complaint | None:
    """The complaint about a form, while its field still holds what it was about."""
    found = of(kind).complaint
    return found if found and found.value == _all_of(kind, found.field) else None


def _all_of(kind: Kind, name: str) -> tuple[Any, ...]:
    """What a field holds, whether it is chosen or typed, and for which start and model."""
    about = of(kind).mode, value(kind, MODEL), value(kind, OWN_MODEL)
    return value(kind, name), value(kind, name + FREE), value(kind, name + SIZE), about
