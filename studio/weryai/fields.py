"""The fields of a request: what each holds, which limits it has, and what a model takes there."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.reference import Medium


class Takes(StrEnum):
    """What a field holds, and so which widget asks for it."""

    TEXT = "text"
    CHOICE = "choice"
    COUNT = "count"
    FLAG = "flag"
    MEDIA = "media"


@dataclass(frozen=True)
class Field:
    """One field of a request. `limits` names the attribute of a Model that says what it takes there.

    `maximum` counts characters, tasks or files; of files it holds where the model's own number is unknown.
    """

    name: str
    label: str
    takes: Takes
    required: bool = False
    maximum: int = 0
    limits: str = ""
    common: tuple[str | int, ...] = ()  # offered, marked as not verified, where the model's limits are unknown
    omissible: bool = False  # may be left out: of a required one, where limits are unknown, as the sources disagree
    span: tuple[int, int] = (1, 600)  # of a number that is typed
    as_text: bool = False  # a flag that goes as "true" or "false"
    medium: Medium | None = None
    is_list: bool = True  # of media: a list of addresses, not one
    seconds: tuple[float, float] | None = None  # the shortest and longest clip
    seconds_in_all: float = 0.0


@dataclass(frozen=True)
class Model:
    """A model in one mode, with its limits. None means unknown, an empty tuple that it takes no such field."""

    key: str
    title: str
    aspect_ratios: tuple[str, ...] | None = None
    resolutions: tuple[str, ...] | None = None
    qualities: tuple[str, ...] | None = None
    durations: tuple[int, ...] | None = None
    audio: bool | None = None
    negative_prompt: bool | None = None
    prompt_max: int | None = None
    numbers: tuple[int, ...] | None = None  # of tasks at once
    max_images: int | None = None
    max_videos: int | None = None
    max_audios: int | None = None
    verified: bool = True


def is_free(field: Field, model: Model) -> bool:
    """Nobody knows what this model takes in a field that has to be there, so anything may be tried."""
    return field.takes is Takes.CHOICE and field.required and getattr(model, field.limits) is None


def choices(field: Field, model: Model) -> tuple[str | int, ...]:
    """What this model is known to take in this field, or what is common where that is unknown.

    Empty when it takes no such field, or an optional one is unknown.
    """
    known = getattr(model, field.limits)
    if known is None:
        return field.common if field.required else ()
    return tuple(known)


def counts(field: Field, model: Model) -> tuple[int, ...]:
    """How many tasks this model can be asked for at once."""
    known = getattr(model, field.limits) if field.limits else None
    return tuple(known or range(1, field.maximum + 1))


def most_files(field: Field, model: Model) -> int:
    """How many files of a medium this model takes."""
    if not field.is_list:
        return 1
    known = getattr(model, field.limits)
    return field.maximum if known is None else int(known)


def takes(field: Field, model: Model) -> bool:
    """The model has this field at all; an optional one that is unknown counts as no."""
    match field.takes:
        case Takes.CHOICE:
            return bool(choices(field, model))
        case Takes.FLAG:
            return bool(getattr(model, field.limits))
        case Takes.COUNT:
            return True
        case Takes.MEDIA:
            return most_files(field, model) > 0
    return not field.limits or getattr(model, field.limits) is True
