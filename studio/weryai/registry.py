"""Reads models from a list of the registry (docs/weryai-api.md 3.14), or from the snapshot."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from studio.core.values import Kind
from studio.weryai import tolerant_json
from studio.weryai.model import Model
from studio.weryai.modes import MODES

_FRAMES, _ONE_IMAGE, _SEVERAL = "first_last_image_to_video", "image_to_video", "multi_image_to_video"
_ONE_INPUT = ("image_to_image", _SEVERAL)  # where the registry has no number, a model accepts one input (S10)
Lists = Mapping[str, tuple[Model, ...]]


@cache
def snapshot() -> Lists:
    """Return the models as documented in November 2026, by mode."""
    found = json.loads((Path(__file__).parent / "snapshot.json").read_text("utf-8"))
    return {mode: tuple(_from_snapshot(mode, entry) for entry in entries) for mode, entries in found.items()}


def read_registry(data: Any, kind: Kind) -> dict[str, tuple[Model, ...]]:
    """Return the models by mode from the registry's data (S10, S11), without entries that make no sense."""
    groups = data if isinstance(data, dict) else {f"text_to_{kind}": data}
    found = {
        mode: tuple(_from_registry(mode, entry) for entry in _entries(groups, mode))
        for mode in groups
        if isinstance(mode, str)
    }
    if kind is Kind.VIDEO and not found.get(_FRAMES):
        found[_FRAMES] = _of_frames(groups)
    if kind is Kind.VIDEO and _SEVERAL not in groups:
        found[_SEVERAL] = _of_several(groups)
    return {mode: models for mode, models in found.items() if models}


def _entries(groups: Mapping[str, Any], mode: str) -> list[Mapping[str, Any]]:
    """Return the valid models of a list, each key once."""
    found: dict[str, Mapping[str, Any]] = {}
    listed = groups.get(mode)
    for entry in map(tolerant_json.entry, listed if isinstance(listed, list) else ()):
        if key := _key(entry):
            found.setdefault(key, entry)
    return list(found.values())


def _of_frames(groups: Mapping[str, Any]) -> tuple[Model, ...]:
    """Return the models for first and last frames: the registry has a flag for them, but no list (section 3.14).

    Empty when no model has the flag. Documented models stay; a flagged model that is not documented is not verified.
    """
    flagged = [entry for entry in _entries(groups, _ONE_IMAGE) if entry.get("support_first_last_frame") is True]
    documented = {model.key: model for model in snapshot()[_FRAMES]}
    live = {_key(entry): _from_registry(_FRAMES, entry) for entry in flagged}
    known = {key: model if key in documented else replace(model, verified=False) for key, model in live.items()}
    return tuple({**documented, **known}.values()) if known else ()


def _of_several(groups: Mapping[str, Any]) -> tuple[Model, ...]:
    """Return the models for several images where the registry has no list: those for one that may take more (S10)."""
    entries = _entries(groups, _ONE_IMAGE)
    alone = [_key(entry) for entry in entries if _most_images(entry, None) == 1]
    models = [_from_registry(_SEVERAL, entry) for entry in entries if _key(entry) not in alone]
    documented = [model.key for model in snapshot()[_SEVERAL] if model.verified]
    return tuple(replace(model, verified=model.key in documented) for model in models)


def _key(entry: Mapping[str, Any]) -> str:
    """Return a model's key, which entries name differently (section 14, S10); empty when it has none."""
    key = tolerant_json.get(entry, "model_key", "id")
    return key if isinstance(key, str) and key.strip() and tolerant_json.can_be_kept(key) else ""


def _from_registry(mode: str, entry: Mapping[str, Any]) -> Model:
    """Return the model with the registry's limits; the snapshot's where the registry has none."""
    key = _key(entry)
    known = next((model for model in snapshot().get(mode, ()) if model.key == key), _unlisted(mode, key))
    ratios, negative = _ratios(entry), entry.get("has_negative_prompt")
    return Model(
        key=known.key,
        title=str(tolerant_json.get(entry, "title", "label", "name") or known.title),
        aspect_ratios=known.aspect_ratios if ratios is None else ratios,
        resolutions=tolerant_json.texts(entry.get("resolutions"), known.resolutions),
        qualities=known.qualities,
        durations=tolerant_json.whole_numbers(entry.get("durations"), known.durations),
        audio=tolerant_json.flag(entry.get("has_generate_audio"), known.audio),
        negative_prompt=tolerant_json.flag(negative, known.negative_prompt or _makes(mode, Kind.IMAGE) or None),
        prompt_max=tolerant_json.whole_number(entry.get("prompt_length_limit"), known.prompt_max),
        numbers=tolerant_json.whole_numbers(entry.get("num_images"), known.numbers),
        max_images=_most_images(entry, known.max_images),
        max_videos=known.max_videos,
        max_audios=known.max_audios,
        verified=known.verified or ratios is not None,
    )


def _ratios(entry: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the aspect ratios; for images the registry calls them sizes (S10). Either field may be there but empty."""
    lists = [tolerant_json.texts(entry.get(name), None) for name in ("aspect_ratios", "image_sizes")]
    return next(filter(None, lists), () if () in lists else None)


def _unlisted(mode: str, key: str) -> Model:
    """Return a model that no page lists for this mode. Its `generate_audio` is the same in each mode (S10)."""
    audio = _makes(mode, Kind.VIDEO) and any(
        model.audio and model.key == key for models in snapshot().values() for model in models
    )
    return Model(key, key, audio=True if audio else None, max_images=1 if mode in _ONE_INPUT else None, verified=False)


def _makes(mode: str, kind: Kind) -> bool:
    return mode in MODES and MODES[mode].kind is kind


def _most_images(entry: Mapping[str, Any], otherwise: int | None) -> int | None:
    if entry.get("support_multiple_images") is False:
        return 1
    return tolerant_json.whole_number(entry.get("upload_image_limit"), otherwise)


def _from_snapshot(mode: str, entry: Mapping[str, Any]) -> Model:
    return Model(
        key=entry["model_key"],
        title=entry.get("title") or entry["model_key"],
        aspect_ratios=tolerant_json.texts(entry.get("aspect_ratios"), None),
        resolutions=tolerant_json.texts(entry.get("resolutions"), None),
        qualities=tolerant_json.texts(entry.get("qualities"), None),
        durations=tolerant_json.whole_numbers(entry.get("durations"), None),
        audio=entry.get("audio"),
        negative_prompt=entry.get("negative_prompt", True if _makes(mode, Kind.IMAGE) else None),
        prompt_max=entry.get("prompt_max"),
        max_images=entry.get("max_images"),
        max_videos=entry.get("max_videos"),
        max_audios=entry.get("max_audios"),
        verified=not entry.get("uncertain"),
    )
