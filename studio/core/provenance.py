"""What made a file, as its metadata says it: mode, model, prompt, settings and IDs; never a person, a key or a URL.

What is read from a file is untrusted: unknown fields are ignored, and texts are cleaned of what no field accepts.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from studio.core.texts import clean

APP, VERSION = "WeryAI Studio", 1
LARGEST = 48 * 1024  # bytes of the JSON text: a JPG has room for 64 KB
MOST_NUMBER = 10**6
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OTHERS_SETTINGS = re.compile(
    r"\n(?:Negative prompt: |Steps: \d)"
)  # what follows the prompt in Stable Diffusion web UI
_MOST_ENTRIES = 32
_NAME = 100  # characters of a mode, a model or an ID

Setting: TypeAlias = str | int | bool


@dataclass(frozen=True)
class Provenance:
    """What made a file. `settings` are the inputs beside prompt and references; `output` is its number in the job.

    `references` are the SHA-256 of a field's files, each empty for a file that only WeryAI had. `made` is in UTC.
    """

    prompt: str = ""
    mode: str = ""
    model: str = ""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    job: str = ""
    task: str = ""
    output: int = 0
    made: str = ""

    @property
    def as_json(self) -> str:
        """The text that a file carries."""
        return json.dumps({"app": APP, "version": VERSION, **asdict(self)}, ensure_ascii=False)

    @property
    def as_text(self) -> str:
        """The same for people and other programs, in the form of Stable Diffusion web UI ("parameters")."""
        negative = self.settings.get("negative_prompt", "")
        facts: dict[str, Setting] = {"Model": self.model, "Mode": self.mode}
        facts |= {name: value for name, value in self.settings.items() if name != "negative_prompt"}
        lines = [
            self.prompt,
            f"Negative prompt: {negative}" if negative else "",
            ", ".join(f"{name}: {fact}" for name, fact in facts.items() if fact != ""),
        ]
        return "\n".join(filter(None, lines))


def from_json(text: str) -> Provenance | None:
    """Return what a text of this app says; None for any other text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("app") != APP:
        return None
    return Provenance(
        prompt=_text(found.get("prompt")),
        settings=_settings(found.get("settings")),
        references=_references(found.get("references")),
        output=number if isinstance(number := _setting(found.get("output")), int) else 0,
        **{name: _text(found.get(name))[:_NAME] for name in ("mode", "model", "job", "task", "made")},
    )


def from_parameters(text: str) -> Provenance | None:
    """Return the prompt in a text of Stable Diffusion web UI; None if there is none."""
    prompt = _text(_OTHERS_SETTINGS.split(text, maxsplit=1)[0]).strip()
    return Provenance(prompt=prompt) if prompt else None


def _settings(given: Any) -> dict[str, Setting]:
    found = {_text(name)[:_NAME]: _setting(value) for name, value in _entries(given)}
    return {name: value for name, value in found.items() if value is not None}


def _setting(value: Any) -> Setting | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= MOST_NUMBER else None
    return _text(value) if isinstance(value, str) else None


def _references(given: Any) -> dict[str, tuple[str, ...]]:
    lists = {_text(name)[:_NAME]: held[:_MOST_ENTRIES] for name, held in _entries(given) if isinstance(held, list)}
    return {name: tuple(_hash(one) for one in held) for name, held in lists.items()}


def _hash(value: Any) -> str:
    return value if isinstance(value, str) and _SHA256.fullmatch(value) else ""


def _entries(given: Any) -> list[tuple[str, Any]]:
    return list(given.items())[:_MOST_ENTRIES] if isinstance(given, dict) else []


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""
