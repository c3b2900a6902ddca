"""The references that a form holds: in the places of its media fields, or aside while this start has none for them."""

from collections.abc import Sequence

from components import form_memory, session
from studio.media import Medium
from studio.values import Job, Kind
from studio.weryai.fields import Field
from studio.weryai.modes import MODES, Mode

_SAID = "The form holds it now. Change what you like, then press Generate."


def held(kind: Kind, field: str) -> tuple[str, ...]:
    """What is in the places of a media field."""
    return form_memory.of(kind).slots.get(field, ())


def of_mode(mode: Mode) -> list[str]:
    """What is in all places of a mode."""
    return [one for field in mode.media for one in held(mode.kind, field.name)]


def put(kind: Kind, field: str, references: Sequence[str]) -> None:
    """What a media field holds from now on."""
    form_memory.of(kind).slots[field] = tuple(dict.fromkeys(references))


def move_ahead(kind: Kind, field: str, reference: str) -> None:
    """Change places with the one before it."""
    here = list(held(kind, field))
    place = here.index(reference)
    here[place - 1 : place + 1] = [here[place], here[place - 1]]
    put(kind, field, here)


def swap(kind: Kind, first: Field, last: Field) -> None:
    """Two fields change what they hold."""
    here, there = held(kind, first.name), held(kind, last.name)
    put(kind, first.name, there)
    put(kind, last.name, here)


def carry(kind: Kind, before: Mode, after: Mode) -> None:
    """Another mode was chosen: its media get what the one before held, as far as they fit; the rest waits aside."""
    form = form_memory.of(kind)
    left: dict[Medium | None, list[str]] = {medium: list(form.aside.get(medium, ())) for medium in Medium}
    for field in reversed(before.media):
        left[field.medium][:0] = held(kind, field.name)
    form.slots = {}
    for field in after.media:
        waiting, number = left[field.medium], field.maximum if field.is_list else 1
        put(kind, field.name, waiting[:number])
        left[field.medium] = waiting[number:]
    form.aside = {medium: tuple(dict.fromkeys(waiting)) for medium, waiting in left.items() if medium and waiting}


def reuse(job: Job, *, prompt: bool, settings: bool) -> None:
    """Fill the form with what made a job."""
    form_memory.keep_before(job.kind)
    chosen = {name: content for name, content in job.inputs.items() if (prompt if name == "prompt" else settings)}
    chosen.pop("model", None)
    if isinstance(audio := chosen.get("generate_audio"), str):
        chosen["generate_audio"] = audio == "true"
    media = {name for mode in MODES.values() for field in mode.media if (name := field.name) in chosen}
    if settings:
        form_memory.of(job.kind).slots = {}
    for name in media:
        content = chosen.pop(name)
        put(job.kind, name, [content] if isinstance(content, str) else content)
    form_memory.fill(job.kind, chosen, mode=job.mode if settings else "", model=job.model if settings else "")
    session.state().notice = _SAID


def use(kind: Kind, mode: str, field: str, reference: str, *, prompt: str | None = None) -> None:
    """Put a reference into a field of a mode, beside what is there if the field takes several."""
    form_memory.keep_before(kind)
    before, found = MODES.get(form_memory.of(kind).mode), MODES[mode].field(field)
    if before and before.key != mode:
        carry(kind, before, MODES[mode])
    there = [one for one in held(kind, field) if one != reference] if found and found.is_list else []
    put(kind, field, [*there, reference])
    form_memory.fill(kind, {} if prompt is None else {"prompt": prompt}, mode=mode)
    session.state().notice = _SAID
