"""The models of each mode and their limits: from the live registry, else from the snapshot that ships with the studio.

A page never waits for the registry: it gets what is known now, and a thread asks in the background once an hour.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.values import Clock, Kind, Model, now

log = logging.getLogger(__name__)

KEPT = timedelta(hours=1)
Lists = Mapping[str, tuple[Model, ...]]


@cache
def snapshot() -> Lists:
    """The models as documented in November 2026, by mode."""
    found = json.loads((Path(__file__).parent / "snapshot.json").read_text("utf-8"))
    return {mode: tuple(_from_snapshot(mode, entry) for entry in entries) for mode, entries in found.items()}


@dataclass
class Catalogue:
    """The models that one account can use. `ask` gets the registry's data for images or for videos."""

    ask: Callable[[Kind], Any]
    clock: Clock = now
    _live: dict[str, tuple[Model, ...]] = field(default_factory=dict)
    _asked_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def models(self, mode: str) -> tuple[Model, ...]:
        """The models of a mode, those with verified limits first."""
        self._refresh_when_old()
        models = self._live.get(mode) or snapshot().get(mode, ())
        return tuple(sorted(models, key=lambda model: not model.verified))

    def model(self, mode: str, key: str) -> Model | None:
        return next((model for model in self.models(mode) if model.key == key), None)

    def refresh(self) -> None:
        """Ask the registry now. Silence or nonsense leaves what is known as it is."""
        for kind in Kind:
            try:
                found = read_registry(self.ask(kind), kind)
            except StudioError as error:
                log.info("model registry for %ss not used: %s", kind, error)
                continue
            if found:
                self._live.update(found)

    def _refresh_when_old(self) -> None:
        with self._lock:
            if self._asked_at and abs(self.clock() - self._asked_at) < KEPT:
                return
            self._asked_at = self.clock()
        threading.Thread(target=self.refresh, name="model registry", daemon=True).start()


def read_registry(data: Any, kind: Kind) -> dict[str, tuple[Model, ...]]:
    """Models by mode from the registry's data (S10, S11); entries that make no sense are left out."""
    groups = data if isinstance(data, dict) else {f"text_to_{kind}": data}
    found = {
        mode: tuple(_from_registry(mode, entry) for entry in entries if _is_model(entry))
        for mode, entries in groups.items()
        if isinstance(entries, list)
    }
    return {mode: models for mode, models in found.items() if models}


def _is_model(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("model_key"), str) and bool(entry["model_key"])


def _from_registry(mode: str, entry: Mapping[str, Any]) -> Model:
    known = next((model for model in snapshot().get(mode, ()) if model.key == entry["model_key"]), None)
    known = known or Model(entry["model_key"], entry["model_key"])
    negative = entry.get("has_negative_prompt")
    return Model(
        key=known.key,
        title=str(entry.get("title") or known.title),
        aspect_ratios=_texts(entry.get("aspect_ratios", entry.get("image_sizes")), known.aspect_ratios),
        resolutions=_texts(entry.get("resolutions"), known.resolutions),
        durations=_numbers(entry.get("durations"), known.durations),
        audio=_flag(entry.get("has_generate_audio"), known.audio),
        negative_prompt=_flag(negative, known.negative_prompt or mode.endswith("_image") or None),
        prompt_max=next(iter(_numbers([entry.get("prompt_length_limit")], None) or ()), known.prompt_max),
        verified=known.verified or "aspect_ratios" in entry or "image_sizes" in entry,
    )


def _from_snapshot(mode: str, entry: Mapping[str, Any]) -> Model:
    return Model(
        key=entry["model_key"],
        title=entry.get("title") or entry["model_key"],
        aspect_ratios=_texts(entry.get("aspect_ratios"), None),
        resolutions=_texts(entry.get("resolutions"), None),
        durations=_numbers(entry.get("durations"), None),
        audio=entry.get("audio"),
        negative_prompt=entry.get("negative_prompt", True if mode.endswith("_image") else None),
        prompt_max=entry.get("prompt_max"),
        verified=not entry.get("uncertain"),
    )


def _texts(value: Any, otherwise: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return otherwise
    return tuple(dict.fromkeys(text for text in value if isinstance(text, str) and text))


def _numbers(value: Any, otherwise: tuple[int, ...] | None) -> tuple[int, ...] | None:
    if not isinstance(value, list):
        return otherwise
    return tuple(
        dict.fromkeys(int(n) for n in value if isinstance(n, int | float) and not isinstance(n, bool) and n > 0)
    )


def _flag(value: Any, otherwise: bool | None) -> bool | None:
    return value if isinstance(value, bool) else otherwise
