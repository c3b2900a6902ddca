"""Models from a list of the registry, or from the snapshot of its documentation that ships with the studio."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from studio.values import Kind
from studio.weryai import loose
from studio.weryai.fields import Model

_FRAMES = "first_last_image_to_video"
Lists = Mapping[str, tuple[Model, ...]]


@cache
def snapshot() -> Lists:
    """The models as documented in November 2026, by mode."""
    found = json.loads((Path(__file__).parent / "snapshot.json").read_text("utf-8"))
    return {mode: tuple(_from_snapshot(mode, entry) for entry in entries) for mode, entries in found.items()}


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
    key = entry.get("model_key") if isinstance(entry, dict) else None
    return isinstance(key, str) and bool(key.strip()) and loose.can_be_kept(key)


def _from_registry(mode: str, entry: Mapping[str, Any]) -> Model:
    """The registry's word where it has one, else the snapshot's."""
    key = entry["model_key"]
    known = next((model for model in snapshot().get(mode, ()) if model.key == key), Model(key, key, verified=False))
    ratios, negative = (
        loose.texts(entry.get("aspect_ratios", entry.get("image_sizes")), None),
        entry.get("has_negative_prompt"),
    )
    return Model(
        key=known.key,
        title=str(entry.get("title") or known.title),
        aspect_ratios=known.aspect_ratios if ratios is None else ratios,
        resolutions=loose.texts(entry.get("resolutions"), known.resolutions),
        durations=loose.whole_numbers(entry.get("durations"), known.durations),
        audio=loose.flag(entry.get("has_generate_audio"), known.audio),
        negative_prompt=loose.flag(negative, known.negative_prompt or mode.endswith("_image") or None),
        prompt_max=loose.whole_number(entry.get("prompt_length_limit"), known.prompt_max),
        numbers=loose.whole_numbers(entry.get("num_images"), known.numbers),
        max_images=_most_images(entry, known.max_images),
        max_videos=known.max_videos,
        max_audios=known.max_audios,
        verified=known.verified or ratios is not None,
    )


def _most_images(entry: Mapping[str, Any], otherwise: int | None) -> int | None:
    if entry.get("support_multiple_images") is False:
        return 1
    return loose.whole_number(entry.get("upload_image_limit"), otherwise)


def _from_snapshot(mode: str, entry: Mapping[str, Any]) -> Model:
    return Model(
        key=entry["model_key"],
        title=entry.get("title") or entry["model_key"],
        aspect_ratios=loose.texts(entry.get("aspect_ratios"), None),
        resolutions=loose.texts(entry.get("resolutions"), None),
        durations=loose.whole_numbers(entry.get("durations"), None),
        audio=entry.get("audio"),
        negative_prompt=entry.get("negative_prompt", True if mode.endswith("_image") else None),
        prompt_max=entry.get("prompt_max"),
        max_images=entry.get("max_images"),
        max_videos=entry.get("max_videos"),
        max_audios=entry.get("max_audios"),
        verified=not entry.get("uncertain"),
    )
