"""What the form of a page holds: its fields, its references, and what was wrong with the last press of Generate.

Fields are shared by the modes of a page, so that another mode or model keeps what still fits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from components import session
from components.remembered import Complaint, Form
from studio.media import Medium
from studio.values import Inputs, Job, Kind
from studio.weryai.modes import MODES, Mode

MODE, MODEL, OWN_MODEL = "mode", "model", "own-model"
ANOTHER = "another model"  # the choice that lets a key be typed
FREE = "-typed"  # the widget of a field whose limits nobody knows is one of its own


def of(kind: Kind) -> Form:
    return session.state().forms[kind]


def key(kind: Kind, name: str) -> str:
    """The widget key of a field."""
    return f"{kind}-{name}"


def value(kind: Kind, name: str, default: Any = None) -> Any:
    """What a field holds at the moment, also before it is drawn; of media what is in its slots."""
    references = of(kind).slots.get(name)
    return references if references is not None else session.widget(key(kind, name), default)


def put(kind: Kind, name: str, content: Any) -> None:
    """Before a field is drawn: what it is to hold."""
    session.put(key(kind, name), content)


def keep_valid(kind: Kind, name: str, options: Sequence[Any], default: Any) -> None:
    """Before a choice is drawn: what it remembers and no longer fits becomes the default, which is said."""
    current, replaced = session.widget(key(kind, name)), of(kind).replaced
    if current not in options:
        session.put(key(kind, name), default)
        if current is not None:
            replaced[name] = (current, default)
    elif name in replaced and replaced[name][1] != current:
        del replaced[name]  # a person has chosen since


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


def fill(kind: Kind, inputs: Inputs, *, mode: str = "", model: str = "") -> None:
    """Put these inputs into a page's form, for its next drawing; what is not among them stays."""
    chosen = {MODE: mode, MODEL: model}
    of(kind).filled = {**inputs, **{name: content for name, content in chosen.items() if content}}


def take_filled(kind: Kind) -> None:
    """Before a form is drawn: its fields get what `fill` had for them."""
    form = of(kind)
    filled, form.filled = form.filled, {}
    if MODE in filled:
        form.slots, form.refused = {}, ()
    for name, content in filled.items():
        if any(field.name == name for mode in MODES.values() for field in mode.media):
            form.slots[name] = (content,) if isinstance(content, str) else tuple(content)
        else:
            put(kind, name, content)
            form.typed.discard(name)
    if filled:
        form.replaced, form.complaint = {}, None
        form.mode, form.brought = filled.get(MODE, form.mode), filled.get(MODEL, "")


def reuse(job: Job, *, prompt: bool, settings: bool) -> None:
    """Fill the form with what made a job."""
    session.state().notice = "The form holds it now. Change what you like, then press Generate."
    chosen = {name: content for name, content in job.inputs.items() if (prompt if name == "prompt" else settings)}
    chosen.pop("model", None)
    if isinstance(audio := chosen.get("generate_audio"), str):
        chosen["generate_audio"] = audio == "true"
    fill(job.kind, chosen, mode=job.mode if settings else "", model=job.model if settings else "")


def use(kind: Kind, mode: str, field: str, reference: str) -> None:
    """Put a reference into a field of a mode, beside what is there if the field takes several."""
    found = MODES[mode].field(field)
    there = held(kind, field) if found and found.is_list else ()
    kept = {name: slots for name, slots in of(kind).slots.items() if name != field and MODES[mode].field(name)}
    fill(kind, {**kept, field: (*(one for one in there if one != reference), reference)}, mode=mode)
    session.state().notice = "The form holds it now."


def carry(kind: Kind, before: Mode, after: Mode) -> int:
    """Another mode was chosen: its media get what the one before held, as far as they fit; returns what did not."""
    form = of(kind)
    left: dict[Medium | None, list[str]] = {medium: [] for medium in Medium}
    for field in before.media:
        left[field.medium] += form.slots.get(field.name, ())
    form.slots = {}
    for field in after.media:
        waiting, number = left[field.medium], field.maximum if field.is_list else 1
        form.slots[field.name], left[field.medium] = tuple(waiting[:number]), waiting[number:]
    return sum(map(len, left.values()))


def held(kind: Kind, field: str) -> tuple[str, ...]:
    """What is in the places of a media field."""
    return of(kind).slots.get(field, ())


def put_slots(kind: Kind, field: str, references: Sequence[str]) -> None:
    """What a media field holds from now on."""
    of(kind).slots[field] = tuple(dict.fromkeys(references))


def complain(kind: Kind, complaint: Complaint | None) -> None:
    """Keep why the last Generate of a form did not go through, or that it did."""
    of(kind).complaint = complaint
    if complaint:
        complaint.value = value(kind, complaint.field)


def complaint(kind: Kind) -> Complaint | None:
    """The complaint about a form, while its field still holds what it was about."""
    found = of(kind).complaint
    return found if found and found.value == value(kind, found.field) else None
