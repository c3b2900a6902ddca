"""The references of a form: in its media fields, or unplaced while the chosen mode has no field for them.

Nothing here calls Streamlit: such a call may end the run, with a file that was read and not stored.
"""

from dataclasses import replace

from components.session.form_state import Form, PreviousForm
from studio.core import expansion
from studio.core.reference import Medium
from studio.core.values import Draft, Job
from studio.weryai import modes
from studio.weryai.fields import ChoiceField, Field, MediaField, SwitchField, TextField
from studio.weryai.modes import MODES, Mode

DONT_SEND = "Don't send"  # the option of a field that can be left out of the request


def in_mode(form: Form, mode: Mode) -> list[str]:
    """Return the references in all media fields of a mode."""
    return [held for field in mode.media for held in form.held(field.name)]


def move(form: Form, field: str, reference: str, steps: int) -> None:
    """Move a reference by so many steps: below zero to the left."""
    held = list(form.held(field))
    index = held.index(reference) + steps
    held.remove(reference)
    held.insert(index, reference)
    form.put(field, held)


def swap(form: Form, first: MediaField, last: MediaField) -> None:
    """Swap the references of two fields."""
    first_held, last_held = form.held(first.name), form.held(last.name)
    form.put(first.name, last_held)
    form.put(last.name, first_held)


def carry_over(form: Form, before: Mode, after: Mode) -> None:
    """Move the references of one mode into the fields of another, as far as they fit; keep the rest as unplaced."""
    remaining: dict[Medium, list[str]] = {medium: list(form.unplaced.get(medium, ())) for medium in Medium}
    for field in reversed(before.media):
        remaining[field.medium][:0] = form.held(field.name)
    form.slots = {}
    for field in after.media:
        waiting = remaining[field.medium]
        form.put(field.name, waiting[: field.maximum])
        remaining[field.medium] = waiting[field.maximum :]
    form.unplaced = {medium: tuple(dict.fromkeys(waiting)) for medium, waiting in remaining.items() if waiting}


def fill_from_job(form: Form, before: PreviousForm, job: Job, *, prompt: bool, settings: bool) -> None:
    """Fill the form with the inputs of a job; settings that the job did not have are reset."""
    draft = Draft(job.mode, job.model, {**job.inputs, "prompt": job.prompt})
    fill(form, before, as_typed(draft), prompt=prompt, settings=settings)
    form.is_from_failure = not job.succeeded


def as_typed(draft: Draft) -> Draft:
    """Return what was sent as a person would type it: its braces are no wildcards."""
    return replace(draft, inputs={**draft.inputs, "prompt": expansion.escape(str(draft.inputs.get("prompt") or ""))})


def fill(
    form: Form, before: PreviousForm, draft: Draft, *, prompt: bool, settings: bool, keeps_references: bool = False
) -> None:
    """Fill the form with these inputs; settings that they do not have are reset, and references unless kept.

    Of a mode that this studio does not know only the prompt is taken.
    """
    settings = settings and draft.mode in MODES
    form.before, form.is_from_failure, form.is_continued, form.is_added = before, False, False, False
    form.offer = form.refilled = None
    if settings and not keeps_references:
        form.slots = {}
    elif settings and form.mode in MODES and form.mode != draft.mode:
        carry_over(form, MODES[form.mode], MODES[draft.mode])
    form.filled = _settings(form, draft) if settings else {}
    if prompt:
        form.filled["prompt"] = str(draft.inputs["prompt"] or "")


def _settings(form: Form, draft: Draft) -> dict[str, object]:
    found: dict[str, object] = {"mode": draft.mode, "model": draft.model}
    for field in modes.fields_of(MODES[draft.mode].kind):
        content = draft.inputs.get(field.name)
        if isinstance(field, MediaField):
            if content:
                form.put(field.name, [content] if isinstance(content, str) else content)
        elif field.name != "prompt":
            found[field.name] = _empty_value(field) if content in (None, "") else content
    if isinstance(audio := found.get("generate_audio"), str):
        found["generate_audio"] = audio == "true"
    return found


def _empty_value(field: Field) -> object:
    """Return the value of a field that a job did not have; None stands for a choice's default."""
    match field:
        case TextField():
            return ""
        case SwitchField():
            return False
        case ChoiceField(omissible=True):
            return DONT_SEND
    return None


def add_reference(form: Form, before: PreviousForm, mode: str, field: str, reference: str, *, most: int) -> None:
    """Add a reference to a field of a mode; the oldest ones go if the field would hold more than `most`."""
    earlier = MODES.get(form.mode)
    form.before, form.is_from_failure, form.is_added, form.refilled = before, False, True, None
    if earlier and earlier.key != mode:
        carry_over(form, earlier, MODES[mode])
    others = [other for other in form.held(field) if other != reference]
    form.put(field, [*others[len(others) - most + 1 if len(others) >= most else 0 :], reference])
    form.filled = {"mode": mode}
