"""What a form holds between two visits, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Owner:
    """Whose it is: the fingerprint of a browser, and who is signed in there, if anybody."""

    browser: str
    person: str = ""


@dataclass(frozen=True)
class Kept:
    """The text of a form with its version, which is higher for a newer text, and what was chosen beside it."""

    text: str = ""
    version: int = 0
    choices: Mapping[str, Any] = field(default_factory=dict)
