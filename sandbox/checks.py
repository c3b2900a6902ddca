"""Checks whether the API would accept a body: its fields, their types, and the limits of its model."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sandbox import facts
from sandbox.facts import Refusal, Route

Known = Callable[[str], Path | None]  # returns the file of an upload or output here, by its URL
TYPES = {"images": ("jpg", "jpeg", "png", "webp"), "videos": ("mp4", "mov"), "audios": ("mp3", "wav")}


def _unknown(_address: str) -> None:
    return None


def check(
    path: Route, body: Any, *, audio: str = "either", webhook: str = "taken", known: Known = _unknown
) -> dict[str, Any]:
    """Return the body that the API would accept; `audio` is the accepted type of `generate_audio`. Errors: Refusal."""
    if not isinstance(body, dict):
        raise Refusal(1002, "parameter error: a JSON object is expected", http=400)
    if webhook == "unknown" and "webhook_url" in body:  # no page of the video endpoints shows this field
        raise Refusal(1002, "parameter error: unknown field webhook_url")
    checked = _with_audio(path, body, audio)
    for name, value in checked.items():
        _check_type(path, name, value)
    for name in path.required:
        if checked.get(name) in (None, "", []):
            raise Refusal(1002, f"{name.replace('_', ' ')} cannot be empty")
    entry = path.entry(checked["model"])
    if entry is None:
        raise Refusal(1002, "model is not exist")
    _check_texts(path, entry, checked)
    _check_media(path, entry, checked, known)
    _check_choices(path, entry, checked)
    return checked


def _with_audio(path: Route, body: dict[str, Any], taken: str) -> dict[str, Any]:
    """Return the body with a boolean for the audio, which some pages write as "true" and "false"."""
    given = body.get("generate_audio")
    if given is None or "generate_audio" not in path.fields:
        return body
    taken = path.audio if taken == "documented" else taken
    is_text = given in ("true", "false")
    if taken == "text" and not is_text:
        raise Refusal(1002, "parameter error: generate_audio must be str")
    return {**body, "generate_audio": given == "true"} if is_text and taken != "boolean" else body


def _check_type(path: Route, name: str, value: Any) -> None:
    kind = path.fields.get(name)
    if kind is None:
        raise Refusal(1002, f"parameter error: unknown field {name}")
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Refusal(1002, f"parameter error: {name} must be {kind.__name__}")


def _check_texts(path: Route, entry: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    longest = entry.get("prompt_length_limit") or path.prompt
    if len(body.get("prompt", "")) > longest:
        raise Refusal(1002, f"prompt length cannot exceed {longest}")
    if len(body.get("negative_prompt", "")) > 1000:
        raise Refusal(1002, "negative prompt length cannot exceed 1000")
    if body.get("negative_prompt") and entry.get("has_negative_prompt") is False:
        raise Refusal(1002, "negative prompt is not supported")


def _check_media(path: Route, entry: Mapping[str, Any], body: Mapping[str, Any], known: Known) -> None:
    for name, most in path.media.items():
        given = body.get(name) or []
        addresses = given if isinstance(given, list) else [given]
        limit = entry.get("upload_image_limit", most) if name == "images" else most
        if len(addresses) > limit:
            raise Refusal(1002, f"{name} exceeds the limit {limit}")
        for address in addresses:
            _check_address(name, address, known)
    if body.get("audios") and not (body.get("images") or body.get("videos")):
        raise Refusal(1002, "audio url error: audios need images or videos")


def _check_address(name: str, address: Any, known: Known) -> None:
    called = name.removesuffix("s").removesuffix("_url").replace("_", " ")
    if not isinstance(address, str) or not re.match(r"https?://[^/\s]+/\S+", address):
        raise Refusal(1002, f"{called} url error")
    if file := known(address):
        taken = TYPES.get(name, TYPES["images"])
        if file.suffix.removeprefix(".") not in taken:
            raise Refusal(1002, f"{called} only support {', '.join(taken)}")
    elif "/sandbox/" in address:  # a file of this sandbox that no longer exists
        raise Refusal(1002, f"{called} url error")


def _check_choices(path: Route, entry: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    if body.get("generate_audio") and entry.get("has_generate_audio") is False:
        raise Refusal(1002, "generate audio is not supported")
    if not 1 <= body.get(path.number, 1) <= 4:
        raise Refusal(1002, f"{path.number.replace('_', ' ')} {body[path.number]} is not supported")
    _check_choice(path.number.replace("_", " "), entry.get("num_images"), body.get(path.number, 1))
    ratios = entry.get("image_sizes") if entry.get("aspect_ratios") is None else entry["aspect_ratios"]
    if ratios and "aspect_ratio" not in body and path.needs_ratio:
        raise Refusal(1002, "aspect ratio cannot be empty")
    _check_choice("aspect ratio", ratios, body.get("aspect_ratio"))
    _check_choice("quality", facts.QUALITIES.get(body["model"], []), body.get("quality"))
    _check_choice("resolution", entry.get("resolutions"), body.get("resolution"))
    _check_choice("duration", entry.get("durations"), body.get("duration"))
    shortest, longest = path.durations or (1, 600)
    if path.group == "video" and not shortest <= body["duration"] <= longest:
        raise Refusal(1002, f"duration {body['duration']} is not supported")


def _check_choice(name: str, allowed: list[Any] | None, value: Any) -> None:
    if value is not None and allowed is not None and value not in allowed:
        raise Refusal(1002, f"{name} {value} is not supported")
