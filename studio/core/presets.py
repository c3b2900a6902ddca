"""Presets of a form: inputs under a name. Values only."""

from dataclasses import dataclass
from datetime import datetime

from studio.core.texts import comparable
from studio.core.values import Draft, Inputs, Kind

LONGEST_TEXT = 20_000  # characters, of the texts of a preset together


@dataclass(frozen=True)
class Preset:
    """Inputs of a form under a name; `person` is the owner. There are no references among the inputs.

    `models` are the further models, each for a job of its own.
    """

    id: str
    account: str
    person: str
    kind: Kind
    name: str
    mode: str
    model: str
    inputs: Inputs
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    models: tuple[str, ...] = ()

    @property
    def draft(self) -> Draft:
        return Draft(self.mode, self.model, self.inputs)

    @property
    def has_prompt(self) -> bool:
        """Whether the prompt was saved, too."""
        return "prompt" in self.inputs

    def is_called(self, name: str) -> bool:
        """Whether this is its name."""
        return comparable(self.name) == comparable(name)


@dataclass(frozen=True)
class SavedPreset:
    """A preset that was saved, and the one of the same name that it replaced, if there was one."""

    preset: Preset
    replaced: Preset | None = None
