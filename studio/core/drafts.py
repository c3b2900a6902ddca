"""What a form keeps between two visits, and its owner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Owner:
    """The owner of a saved form: the fingerprint of a browser, and the person signed in there (empty if none)."""

    browser: str
    person: str = ""


@dataclass(frozen=True)
class Kept:
    """The saved content of a form: its text, the text's version (higher is newer), and the other choices."""

    text: str = ""
    version: int = 0
    choices: Mapping[str, Any] = field(default_factory=dict)
