"""What a file that somebody adds says of what made it, as inputs for a form. All of it is untrusted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from studio.client_parts.context import ClientContext
from studio.client_parts.jobs import Jobs
from studio.client_parts.models import Models
from studio.core.drafts import Refill
from studio.core.provenance import Provenance, Setting
from studio.core.values import Draft
from studio.media import embedding
from studio.weryai.fields import ChoiceField, CountField, Field, SwitchField, TextField
from studio.weryai.modes import MODES, Mode

_LONGEST_CHOICE = 30  # characters


@dataclass(frozen=True)
class Refills:
    context: ClientContext

    def in_file(self, stream: IO[bytes], name: str) -> Refill | None:
        """Return the inputs that a file carries; None if it carries none."""
        found = embedding.read(stream)
        if found is None:
            return None
        if mode := MODES.get(found.mode):
            return self._of(mode, found, name)
        unknown = f"This studio doesn't know the mode {found.mode}, so only the prompt is filled in."
        return Refill(name, Draft("", "", {"prompt": found.prompt}), (unknown,) if found.mode else ())

    def _of(self, mode: Mode, found: Provenance, name: str) -> Refill:
        references, missing = self._references(mode, found)
        known = {model.key for model in Models(self.context).list(mode.key)}
        if found.model and found.model not in known:
            missing.insert(0, f"The model {found.model} isn't in this studio's list. Check the model below.")
        inputs = {"prompt": found.prompt, **dict(_settings(mode, found)), **references}
        return Refill(name, Draft(mode.key, found.model, inputs), tuple(missing))

    def _references(self, mode: Mode, found: Provenance) -> tuple[dict[str, list[str]], list[str]]:
        """Return the references that this person may use, by field, and a sentence for each field that lacks some."""
        visible, filled, missing = self._of_job(found.job), dict[str, list[str]](), list[str]()
        for field in mode.media:
            named = found.references.get(field.name, ())[: None if field.is_list else 1]
            filled[field.name] = [sha256 for sha256 in named if sha256 in visible or self._is_theirs(sha256)]
            if lost := len(named) - len(filled[field.name]):
                missing.append(f"{field.label}: {lost} of {len(named)} can't be found here. Add {_them(lost)} again.")
        return filled, missing

    def _of_job(self, job_id: str) -> set[str]:
        """Return the SHA-256 of the references of a job that this person sees in lists, as when they reuse it."""
        jobs = Jobs(self.context)
        job = jobs.get(job_id) if job_id else None
        found = jobs.references_of([job]).values() if job and jobs.is_listed(job) else ()
        return {given.reference.sha256 for given in found}

    def _is_theirs(self, sha256: str) -> bool:
        """Whether this person has added the file with this account."""
        found = self.context.ledger.references.get(sha256, self.context.account.id, self.context.person)
        return found is not None and bool(found.name)


def _settings(mode: Mode, found: Provenance) -> Iterator[tuple[str, Setting]]:
    for field in mode.fields:
        value = found.settings.get(field.name)
        if field.name != "prompt" and value is not None and _fits(field, value):
            yield field.name, value


def _fits(field: Field, value: Any) -> bool:
    """Whether a value has the type that a field takes; whether a model takes it is for the form to say."""
    match field:
        case TextField():
            return isinstance(value, str)
        case SwitchField():
            return isinstance(value, bool) or value in ("true", "false")
        case CountField():
            return type(value) is int and 1 <= value <= field.maximum
        case ChoiceField():
            return type(value) is int or (isinstance(value, str) and 0 < len(value) <= _LONGEST_CHOICE)
    return False


def _them(number: int) -> str:
    return "it" if number == 1 else "them"
