"""The presets of an account: a form's inputs under a name, which whoever uses the account can fill a form with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studio.client_parts.context import ClientContext
from studio.client_parts.models import Models
from studio.client_parts.owned import OwnedThings
from studio.core import ids, redaction
from studio.core.drafts import Refill
from studio.core.errors import DraftError
from studio.core.gallery import checked_name
from studio.core.presets import LONGEST_TEXT, Preset, SavedPreset
from studio.core.values import Draft, Inputs, Kind
from studio.ledger.presets import PresetLedger
from studio.weryai.fields import MediaField
from studio.weryai.modes import MODES


@dataclass(frozen=True)
class Presets:
    context: ClientContext

    def of_kind(self, kind: Kind) -> list[Preset]:
        """Return the presets for this kind of form: this person's, then those of others, each by name."""
        found = self._ledger.of_kind(self.context.account.id, kind)
        return sorted(found, key=lambda one: (not self._is_mine(one), one.name.casefold()))

    def may_change(self, preset: Preset) -> bool:
        """Whether this person may change the preset: its owner, and an admin."""
        return self.context.may_change_of(preset.person)

    def save(self, name: str, draft: Draft, models: Sequence[str] = (), *, with_prompt: bool) -> SavedPreset:
        """Save inputs without their references, and further models, under a name.

        This person's preset of that name is replaced. The replaced one can be restored for `UNDO_DAYS`. Errors:
        DraftError for an empty or long name, texts that are too long or an API key among them; NotAllowed.
        """
        self.context.check_may_spend()
        name, inputs, kind = checked_name(name), _kept(draft, with_prompt=with_prompt), MODES[draft.mode].kind
        _check_texts(inputs)
        context, at = self.context, self.context.clock()
        facts: dict[str, Any] = {"mode": draft.mode, "model": draft.model, "inputs": inputs, "models": tuple(models)}
        owned = (ids.new("pre"), context.account.id, context.person, kind, name)
        return self._ledger.add(Preset(*owned, **facts, created_at=at, updated_at=at))

    def rename(self, preset_id: str, name: str) -> bool:
        """Rename a preset; whether it is there. Only its owner or an admin may do so.

        Errors: DraftError for an empty or long name, an API key in it, or one that another preset of the owner has;
        NotAllowed.
        """
        name = checked_name(name)
        found = self._owned.there(preset_id)
        if not found:
            return False
        if same := self._ledger.rename(found, name, self.context.clock()):
            raise DraftError(f'There is a preset "{same.name}" already.', field="")
        return True

    def delete(self, preset_id: str) -> bool:
        """Delete a preset; whether it was there. It can be restored for `UNDO_DAYS`.

        Only its owner or an admin may do so. Errors: NotAllowed.
        """
        return self._owned.delete(preset_id)

    def restore(self, preset_id: str, instead_of: str = "") -> Preset | None:
        """Undo that a preset was deleted, or replaced by another one, which is deleted; None when it is too late.

        It gets a number after its name if its owner has that name in use by now. Errors: NotAllowed.
        """
        found = self._owned.restorable(preset_id)
        other = self._owned.there(instead_of) if instead_of else None
        if not found:
            return None
        restored = self._ledger.restore(found, other, self.context.clock())
        self._owned.record("restored", found)
        return restored

    def refill(self, preset: Preset) -> Refill:
        """Return what a preset fills a form with; of a mode that is gone only the prompt.

        A model or a value that is gone is for the form to explain; a further model that is gone is left out.
        """
        name = f'the preset "{preset.name}"'
        if preset.mode in MODES:
            offered, left_out = self._further_models(preset)
            return Refill(name, preset.draft, left_out, offered)
        prompt = {"prompt": preset.inputs["prompt"]} if preset.has_prompt else {}
        filled = "only the prompt" if prompt else "nothing"
        unknown = f"This studio doesn't know the mode {preset.mode}, so {filled} is filled in."
        return Refill(name, Draft("", "", prompt), (unknown,))

    def _further_models(self, preset: Preset) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the further models that its mode still offers, and a sentence for each other one."""
        models = Models(self.context)
        offered, titles = {model.key for model in models.list(preset.mode)}, models.titles()
        gone = [titles.get(key, key) for key in preset.models if key not in offered]
        left_out = "is no longer in this studio's list, so it isn't filled in."
        sentences = tuple(f"The model {title} {left_out}" for title in gone)
        return tuple(key for key in preset.models if key in offered), sentences

    def _is_mine(self, preset: Preset) -> bool:
        return preset.person == self.context.person

    @property
    def _owned(self) -> OwnedThings[Preset]:
        return OwnedThings(self.context, "preset", self._ledger)

    @property
    def _ledger(self) -> PresetLedger:
        return self.context.ledger.presets


def _kept(draft: Draft, *, with_prompt: bool) -> Inputs:
    """Return the inputs that a preset keeps: those of the mode's fields that are set, without references."""
    kept = {field.name for field in MODES[draft.mode].fields if not isinstance(field, MediaField)}
    if not with_prompt:
        kept.discard("prompt")
    return {name: value for name, value in draft.inputs.items() if name in kept and value not in (None, "")}


def _check_texts(inputs: Inputs) -> None:
    """Check that the texts are short enough and have no API key. Errors: DraftError."""
    texts = [value for value in inputs.values() if isinstance(value, str)]
    if sum(map(len, texts)) > LONGEST_TEXT:
        raise DraftError(f"A preset can have up to {LONGEST_TEXT:,} characters.", field="")
    if any(map(redaction.holds_key, texts)):
        raise DraftError("There is an API key in the form, so it wasn't saved. Remove the key.", field="")
