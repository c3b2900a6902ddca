"""The content of a form between two visits and its owner; inputs that a file or a preset brings. Values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.core.values import Draft


@dataclass(frozen=True)
class Owner:
    """The owner of a form's content: the fingerprint of a browser, and the person who is signed in there, if any."""

    browser: str
    person: str = ""


@dataclass(frozen=True)
class FormContent:
    """The text of a form with its version, which is higher for a newer text, and the choices of its other fields."""

    text: str = ""
    version: int = 0
    choices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refill:
    """Inputs for a form from the file or the preset of this name, and what is missing in them, a sentence each.

    `models` are the further models, each for a job of its own. Without a mode there is at most the prompt.
    """

    name: str
    draft: Draft
    missing: tuple[str, ...] = ()
    models: tuple[str, ...] = ()

    @property
    def has_settings(self) -> bool:
        """Whether there is more than a prompt."""
        return bool(self.draft.mode)
