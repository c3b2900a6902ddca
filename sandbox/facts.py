"""What the sandbox knows of the API: the fields of each path, the limits of each model, and the error messages.

Read from the vendor's documentation independently of the studio's client: where the two readings differ, a test of the
client against the sandbox shows it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

_MODELS: dict[str, dict[str, list[dict[str, Any]]]] = json.loads(
    (Path(__file__).parent / "models.json").read_text("utf-8")
)
KEY_REJECTED = "Invalid API Key"  # S8
_DOCUMENTED = _MODELS["documented"]  # models that the registry does not list
QUALITIES: Mapping[str, list[str]] = {"GPT_IMAGE_2": ["low", "medium", "high"]}  # by model; T1, T2; not in the registry
CREDITS_AN_IMAGE = 7
CREDITS_A_SECOND = 18
TASKS_AT_ONCE = 20


def _listed(group: str, mode: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as the registry lists it, with the fields that the vendor's client reads (S10).

    Where no source has the numbers of images that a model makes and accepts, they are the sandbox's own.
    """
    if group == "image":
        inputs = {"upload_image_limit": SEVERAL} if mode == "image_to_image" else {}
        return {**entry, "num_images": [1, 2, 3, 4], "resolutions": [], **inputs}
    if mode == "text_to_video":
        return entry
    several = any(other["model_key"] == entry["model_key"] for other in _MODELS["video"]["multi_image_to_video"])
    return {"upload_image_limit": SEVERAL if several else 1, **entry, "support_multiple_images": several}


SEVERAL = 3
REGISTRY = {
    group: {mode: [_listed(group, mode, entry) for entry in entries] for mode, entries in _MODELS[group].items()}
    for group in ("image", "video")
}


class Refusal(Exception):
    """A refusal by the API: a business code, its message, and the HTTP status of the answer."""

    def __init__(self, code: int, message: str, http: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http = http


@dataclass(frozen=True)
class Route:
    """One generation path: its names in the registry, its fields with their types, and the limits of its media."""

    group: str
    models: str
    fields: Mapping[str, type]
    required: tuple[str, ...]
    number: str
    reply: str = "batch"  # or one id: for each submission ("single"), or only for one that starts one task ("lone")
    media: Mapping[str, int] = field(default_factory=dict)  # the maximum number of URLs
    needs_ratio: bool = True  # of a model that has ratios
    prompt: int = 2000
    audio: str = "boolean"  # as documented on its page
    durations: tuple[int, int] | None = None

    def entry(self, key: str) -> dict[str, Any] | None:
        """Return the entry of a model, with its limits; None if there is no such model."""
        return next((entry for entry in self._entries() if entry["model_key"] == key), None)

    def _entries(self) -> list[dict[str, Any]]:
        if self.models != "first_last_image_to_video":
            return REGISTRY[self.group].get(self.models) or _DOCUMENTED[self.models]
        flagged = [entry for entry in REGISTRY["video"]["image_to_video"] if entry.get("support_first_last_frame")]
        return _DOCUMENTED[self.models] + flagged


_COMMON: dict[str, type] = {
    "model": str,
    "prompt": str,
    "aspect_ratio": str,
    "negative_prompt": str,
    "resolution": str,
    "webhook_url": str,
    "caller_id": int,
}
_IMAGE_FIELDS = {**_COMMON, "image_number": int, "quality": str, "use_web_search": bool}
_VIDEO_FIELDS = {**_COMMON, "duration": int, "video_number": int, "generate_audio": bool}


def _images(models: str, *pictures: str, **media: int) -> Route:
    """`pictures` are fields of a single URL, `media` fields of a list."""
    fields = {**_IMAGE_FIELDS, **dict.fromkeys(pictures, str), **dict.fromkeys(media, list)}
    required = ("model", "prompt", "aspect_ratio", *pictures, *media)
    limits = {**dict.fromkeys(pictures, 1), **media}
    return Route("image", models, fields, required, "image_number", media=limits)


def _videos(models: str, *pictures: str, **media: int) -> Route:
    """`pictures` are fields of a single URL, `media` fields of a list."""
    fields = {**_VIDEO_FIELDS, **dict.fromkeys(pictures, str), **dict.fromkeys(media, list)}
    required = ("model", "prompt", "duration", *pictures, *media)
    limits = {**dict.fromkeys(pictures, 1), **media}
    return Route("video", models, fields, required, "video_number", media=limits)


PATHS = {
    "/v1/generation/text-to-image": _images("text_to_image"),
    "/v1/generation/image-to-image": _images("image_to_image", images=1),
    "/v1/generation/text-to-video": replace(_videos("text_to_video"), reply="lone"),
    "/v1/generation/image-to-video": _videos("image_to_video", "image"),
    "/v1/generation/multi-image-to-video": _videos("multi_image_to_video", images=3),
    "/v1/generation/first-last-image-to-video": _videos("first_last_image_to_video", "first_pic_url", "end_pic_url"),
    "/v1/generation/almighty-reference-to-video": replace(
        _videos("almighty_reference_to_video", images=9, videos=3, audios=3),
        required=("model", "duration"),
        reply="single",
        needs_ratio=False,
        prompt=500,
        audio="text",
        durations=(4, 15),  # D: from 5; T2: from 4
    ),
}


def cost(path: Route, body: Mapping[str, Any]) -> int:
    """Return the sandbox's cost of one task with this body. The vendor's prices differ."""
    return CREDITS_AN_IMAGE if path.group == "image" else CREDITS_A_SECOND * int(body["duration"])
