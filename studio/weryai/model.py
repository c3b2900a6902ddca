"""A model and its known limits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """A model in one mode, with its limits. None means unknown; an empty tuple that the model has no such field."""

    key: str
    title: str
    aspect_ratios: tuple[str, ...] | None = None
    resolutions: tuple[str, ...] | None = None
    qualities: tuple[str, ...] | None = None
    durations: tuple[int, ...] | None = None
    audio: bool | None = None
    negative_prompt: bool | None = None
    prompt_max: int | None = None
    numbers: tuple[int, ...] | None = None  # numbers of tasks at once
    max_images: int | None = None
    max_videos: int | None = None
    max_audios: int | None = None
    verified: bool = True
