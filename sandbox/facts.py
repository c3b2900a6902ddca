"""What the sandbox knows of the API: the fields of each path, the limits of each model, and the words of a refusal.

Read from the vendor's documentation on its own, apart from the studio's client: where the two readings differ, a test
of the client against the sandbox shows it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REGISTRY: dict[str, dict[str, list[dict[str, Any]]]] = json.loads(
    (Path(__file__).parent / "models.json").read_text("utf-8")
)
CREDITS_AN_IMAGE = 7
CREDITS_A_SECOND = 18
TASKS_AT_ONCE = 20


class Refusal(Exception):
    """The API says no: a business code, its message, and the HTTP status under which it comes."""

    def __init__(self, code: int, message: str, http: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http = http


@dataclass(frozen=True)
class Route:
    """One generation path: the registry's names for it, and its fields with their types."""

    group: str
    models: str
    fields: Mapping[str, type]
    required: tuple[str, ...]
    number: str

    def entry(self, key: str) -> dict[str, Any] | None:
        """The registry's entry of a model, with its limits."""
        return next((entry for entry in REGISTRY[self.group][self.models] if entry["model_key"] == key), None)


_COMMON: dict[str, type] = {
    "model": str,
    "prompt": str,
    "aspect_ratio": str,
    "negative_prompt": str,
    "resolution": str,
    "webhook_url": str,
    "caller_id": int,
}
PATHS = {
    "/v1/generation/text-to-image": Route(
        "image",
        "text_to_image",
        {**_COMMON, "image_number": int, "use_web_search": bool},
        ("model", "prompt", "aspect_ratio"),
        "image_number",
    ),
    "/v1/generation/text-to-video": Route(
        "video",
        "text_to_video",
        {**_COMMON, "duration": int, "video_number": int, "generate_audio": bool},
        ("model", "prompt", "duration"),
        "video_number",
    ),
}


def check(path: Route, body: Any, *, audio: str = "either", webhook: str = "taken") -> dict[str, Any]:
    """The body, if the API would take it; `generate_audio` is a boolean, a text, or either. Errors: Refusal."""
    if not isinstance(body, dict):
        raise Refusal(1002, "parameter error: a JSON object is expected", http=400)
    if webhook == "unknown" and "webhook_url" in body:  # no page of the video endpoints shows it
        raise Refusal(1002, "parameter error: unknown field webhook_url")
    checked = _with_audio(path, body, audio)
    for name, value in checked.items():
        _check_type(path, name, value)
    for name in path.required:
        if checked.get(name) in (None, ""):
            raise Refusal(1002, f"{name.replace('_', ' ')} cannot be empty")
    entry = path.entry(checked["model"])
    if entry is None:
        raise Refusal(1002, "model is not exist")
    _check_limits(path, entry, checked)
    return checked


def cost(path: Route, body: Mapping[str, Any]) -> int:
    """What one task of this body costs here. The real prices are the vendor's."""
    return CREDITS_AN_IMAGE if path.group == "image" else CREDITS_A_SECOND * int(body["duration"])


def _with_audio(path: Route, body: dict[str, Any], taken: str) -> dict[str, Any]:
    """The body with a boolean for the audio, which some pages have as "true" and "false"."""
    given = body.get("generate_audio")
    if given is None or "generate_audio" not in path.fields:
        return body
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


def _check_limits(path: Route, entry: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    longest = entry.get("prompt_length_limit") or 2000
    if len(body["prompt"]) > longest:
        raise Refusal(1002, f"prompt length cannot exceed {longest}")
    if len(body.get("negative_prompt", "")) > 1000:
        raise Refusal(1002, "negative prompt length cannot exceed 1000")
    if body.get("negative_prompt") and entry.get("has_negative_prompt") is False:
        raise Refusal(1002, "negative prompt is not supported")
    if body.get("generate_audio") and entry.get("has_generate_audio") is False:
        raise Refusal(1002, "generate audio is not supported")
    if not 1 <= body.get(path.number, 1) <= 4:
        raise Refusal(1002, f"{path.number.replace('_', ' ')} {body[path.number]} is not supported")
    ratios = entry.get("aspect_ratios", entry.get("image_sizes"))
    _check_choice("aspect ratio", ratios, body.get("aspect_ratio"))
    _check_choice("resolution", entry.get("resolutions"), body.get("resolution"))
    _check_choice("duration", entry.get("durations"), body.get("duration"))


def _check_choice(name: str, allowed: list[Any] | None, value: Any) -> None:
    if value is None:
        if allowed and name == "aspect ratio":
            raise Refusal(1002, "aspect ratio cannot be empty")
        return
    if allowed is not None and value not in allowed:
        raise Refusal(1002, f"{name} {value} is not supported")
