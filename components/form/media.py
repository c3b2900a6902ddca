"""The references that a form holds: in the places of its media fields, or aside while this start has none for them.

Nothing here asks Streamlit for anything, which might end the run at that moment, with a file taken and not kept.
"""

from components.session.state import Form, PreviousForm
from studio.core.reference import Medium
from studio.core.values import Job
from studio.weryai import modes
from studio.weryai.fields import ChoiceField, Field, MediaField, SwitchField, TextField
from studio.weryai.modes import MODES, Mode

LEAVE_OUT = "Don't send"  # of a field in which anything can be typed


def of_mode(form: Form, mode: Mode) -> list[str]:
    """What is in all places of a mode."""
    return [one for field in mode.media for one in form.held(field.name)]


def move(form: Form, field: str, reference: str, places: int) -> None:
    """Move a reference by so many places: to the left when below zero."""
    here = list(form.held(field))
    place = here.index(reference) + places
    here.remove(reference)
    here.insert(place, reference)
    form.put(field, here)


def swap(form: Form, first: MediaField, last: MediaField) -> None:
    """Two fields change what they hold."""
    here, there = form.held(first.name), form.held(last.name)
    form.put(first.name, there)
    form.put(last.name, here)


def carry(form: Form, before: Mode, after: Mode) -> None:
    """Another mode was chosen: its media get what the one before held, as far as they fit; the rest waits aside."""
    left: dict[Medium, list[str]] = {medium: list(form.aside.get(medium, ())) for medium in Medium}
    for field in reversed(before.media):
        left[field.medium][:0] = form.held(field.name)
    form.slots = {}
    for field in after.media:
        waiting = left[field.medium]
        form.put(field.name, waiting[: field.maximum])
        left[field.medium] = waiting[field.maximum :]
    form.aside = {medium: tuple(dict.fromkeys(waiting)) for medium, waiting in left.items() if waiting}


def reuse(form: Form, before: PreviousForm, job: Job, *, prompt: bool, settings: bool) -> None:
    """Fill the form with what made a job; of its settings, also those that the job went without."""
    form.before, form.is_doubtful, form.is_continued, form.is_added = before, not job.succeeded, False, False
    form.filled = _settings(form, job) if settings else {}
    if prompt:
        form.filled["prompt"] = job.prompt


def _settings(form: Form, job: Job) -> dict[str, object]:
    form.slots = {}
    found: dict[str, object] = {"mode": job.mode, "model": job.model}
    for field in modes.fields_of(job.kind):
        content = job.inputs.get(field.name)
        if isinstance(field, MediaField):
            if content:
                form.put(field.name, [content] if isinstance(content, str) else content)
        elif field.name != "prompt":
            found[field.name] = _nothing(field) if content in (None, "") else content
    if isinstance(audio := found.get("generate_audio"), str):
        found["generate_audio"] = audio == "true"
    return found


def _nothing(field: Field) -> object:
    """What stands in a field that a job went without; where that is a choice, the usual one comes."""
    match field:
        case TextField():
            return ""
        case SwitchField():
            return False
        case ChoiceField(omissible=True):
            return LEAVE_OUT
    return None


def use(form: Form, before: PreviousForm, mode: str, field: str, reference: str, *, room: int) -> None:
    """Put a reference into a field of a mode, beside as many of those that are there as there is room for."""
    earlier = MODES.get(form.mode)
    form.before, form.is_doubtful, form.is_added = before, False, True
    if earlier and earlier.key != mode:
        carry(form, earlier, MODES[mode])
    there = [one for one in form.held(field) if one != reference]
    form.put(field, [*there[len(there) - room + 1 if len(there) >= room else 0 :], reference])
    form.filled = {"mode": mode}
