"""The models of each mode and their limits: from the live registry, else from the snapshot that ships with the studio.

A page never waits for the registry: it gets what is known now, and a thread asks in the background once an hour.
"""

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.values import Clock, Kind, now
from studio.weryai.fields import Model

log = logging.getLogger(__name__)

KEPT = timedelta(hours=1)
AGAIN = timedelta(minutes=1)  # when it did not answer
LARGEST = 10**9
_FRAMES = "first_last_image_to_video"
Lists = Mapping[str, tuple[Model, ...]]


@cache
def snapshot() -> Lists:
    """The models as documented in November 2026, by mode."""
    found = json.loads((Path(__file__).parent / "snapshot.json").read_text("utf-8"))
    return {mode: tuple(_from_snapshot(mode, entry) for entry in entries) for mode, entries in found.items()}


@dataclass(frozen=True)
class Origin:
    """Where the models of a mode are from: the live registry at a moment, or else the snapshot."""

    at: datetime | None = None
    has_asked: bool = False  # the registry has been asked, and gave no list of this mode


@dataclass
class Catalogue:
    """The models that one account can use. `ask` gets the registry's data for images or for videos."""

    ask: Callable[[Kind], Any]
    clock: Clock = now
    _live: dict[str, tuple[Model, ...]] = field(default_factory=dict)
    _origins: dict[str, Origin] = field(default_factory=dict)
    _asked_at: datetime | None = None
    _has_asked: bool = False
    _kept: timedelta = KEPT
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def models(self, mode: str) -> tuple[Model, ...]:
        """The models of a mode, those with verified limits first."""
        self._refresh_when_old()
        models = self._live.get(mode) or snapshot().get(mode, ())
        return tuple(sorted(models, key=lambda model: not model.verified))

    def model(self, mode: str, key: str) -> Model:
        """A model by its key; of one that no list has, nothing is known."""
        found = (model for model in self.models(mode) if model.key == key)
        return next(found, Model(key, key, verified=False))

    def origin(self, mode: str) -> Origin:
        """Where this mode's list is from."""
        return self._origins.get(mode, Origin(has_asked=self._has_asked))

    def refresh(self) -> None:
        """Ask the registry now. Silence or nonsense leaves what is known as it is."""
        answers = 0
        for kind in Kind:
            try:
                found = read_registry(self.ask(kind), kind)
            except StudioError as error:
                log.info("model registry for %ss not used: %s", kind, error)
            except Exception:  # nobody lists what may be wrong with an odd registry
                log.exception("model registry for %ss not understood", kind)
            else:
                self._live.update(found)
                self._origins.update(dict.fromkeys(found, Origin(self.clock())))
                answers += 1
        self._has_asked, self._kept = True, KEPT if answers == len(Kind) else AGAIN

    def _refresh_when_old(self) -> None:
        with self._lock:
            if self._asked_at and abs(self.clock() - self._asked_at) < self._kept:
                return
            self._asked_at = self.clock()
        threading.Thread(target=self.refresh, name="model registry", daemon=True).start()


def read_registry(data: Any, kind: Kind) -> dict[str, tuple[Model, ...]]:
    """Models by mode from the registry's data (S10, S11); entries that make no sense are left out."""
    groups = data if isinstance(data, dict) else {f"text_to_{kind}": data}
    found = {
        mode: tuple(_from_registry(mode, entry) for entry in _entries(groups, mode))
        for mode in groups
        if isinstance(mode, str)
    }
    if kind is Kind.VIDEO and not found.get(_FRAMES):
        found[_FRAMES] = _of_frames(groups)
    return {mode: models for mode, models in found.items() if models}


def _entries(groups: Mapping[str, Any], mode: str) -> list[Mapping[str, Any]]:
    """The models of a list that make sense, each key once."""
    found: dict[str, Mapping[str, Any]] = {}
    listed = groups.get(mode)
    for entry in listed if isinstance(listed, list) else ():
        if _is_model(entry):
            found.setdefault(entry["model_key"], entry)
    return list(found.values())


def _of_frames(groups: Mapping[str, Any]) -> tuple[Model, ...]:
    """The registry has no list for first and last frames, but a flag at the models for images (section 3.14).

    Nothing when no model has it. What is documented stays; a flagged model that is not documented is not verified.
    """
    flagged = [entry for entry in _entries(groups, "image_to_video") if entry.get("support_first_last_frame") is True]
    documented = {model.key: model for model in snapshot()[_FRAMES]}
    live = {entry["model_key"]: _from_registry(_FRAMES, entry) for entry in flagged}
    known = {key: model if key in documented else replace(model, verified=False) for key, model in live.items()}
    return tuple({**documented, **known}.values()) if known else ()


def _is_model(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("model_key"), str) and bool(entry["model_key"].strip())


def _from_registry(mode: str, entry: Mapping[str, Any]) -> Model:
    """The registry's word where it has one, else the snapshot's."""
    key = entry["model_key"]
    known = next((model for model in snapshot().get(mode, ()) if model.key == key), Model(key, key, verified=False))
    ratios, negative = (
        _texts(entry.get("aspect_ratios", entry.get("image_sizes")), None),
        entry.get("has_negative_prompt"),
    )
    return Model(
        key=known.key,
        title=str(entry.get("title") or known.title),
        aspect_ratios=known.aspect_ratios if ratios is None else ratios,
        resolutions=_texts(entry.get("resolutions"), known.resolutions),
        durations=_numbers(entry.get("durations"), known.durations),
        audio=_flag(entry.get("has_generate_audio"), known.audio),
        negative_prompt=_flag(negative, known.negative_prompt or mode.endswith("_image") or None),
        prompt_max=_number(entry.get("prompt_length_limit"), known.prompt_max),
        numbers=_numbers(entry.get("num_images"), known.numbers),
        max_images=_most_images(entry, known.max_images),
        max_videos=known.max_videos,
        max_audios=known.max_audios,
        verified=known.verified or ratios is not None,
    )


def _most_images(entry: Mapping[str, Any], otherwise: int | None) -> int | None:
    if entry.get("support_multiple_images") is False:
        return 1
    return _number(entry.get("upload_image_limit"), otherwise)


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
        max_images=entry.get("max_images"),
        max_videos=entry.get("max_videos"),
        max_audios=entry.get("max_audios"),
        verified=not entry.get("uncertain"),
    )


def _texts(value: Any, otherwise: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The texts of a list; an empty one says that none is taken, one in which nothing can be read says nothing."""
    if not isinstance(value, list):
        return otherwise
    found = tuple(dict.fromkeys(text for text in value if isinstance(text, str) and text))
    return found if found or not value else otherwise


def _numbers(value: Any, otherwise: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The numbers of a list; a model without a length or a number does not exist, so an empty list says nothing."""
    if not isinstance(value, list):
        return otherwise
    found = (_number(entry, None) for entry in value)
    return tuple(dict.fromkeys(number for number in found if number is not None)) or otherwise


def _number(value: Any, otherwise: int | None) -> int | None:
    """A whole number above nothing; registries write it as a text, too, also with its unit, as in "5s"."""
    if isinstance(value, str) and (found := re.fullmatch(r"\s*([0-9]{1,9})\s*s?\s*", value)):
        value = int(found[1])
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < LARGEST
    return int(value) if is_number else otherwise


def _flag(value: Any, otherwise: bool | None) -> bool | None:
    return value if isinstance(value, bool) else otherwise
