"""What the API can make: each mode's path, fields and limits. Data; the form, the check and the body follow from it."""

from dataclasses import dataclass
from enum import StrEnum

from studio.values import Inputs, Kind, Model


class Takes(StrEnum):
    """What a field holds, and so which widget asks for it."""

    TEXT = "text"
    CHOICE = "choice"
    COUNT = "count"
    FLAG = "flag"


@dataclass(frozen=True)
class Field:
    """One field of a request. `limits` names the attribute of a Model that lists what it takes there."""

    name: str
    label: str
    takes: Takes
    required: bool = False
    maximum: int = 0
    limits: str = ""
    common: tuple[str | int, ...] = ()  # offered, marked as not verified, where the model's limits are unknown


@dataclass(frozen=True)
class Mode:
    """One kind of request: `key` is also the registry's name for its list of models."""

    key: str
    title: str
    path: str
    kind: Kind
    fields: tuple[Field, ...]

    @property
    def count(self) -> Field:
        """The field that says how many tasks one submission starts."""
        return next(field for field in self.fields if field.takes is Takes.COUNT)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4")
_PROMPT = Field("prompt", "Prompt", Takes.TEXT, required=True, maximum=2000)  # D: 1-2000
_NEGATIVE = Field("negative_prompt", "Negative prompt", Takes.TEXT, maximum=1000, limits="negative_prompt")
_RATIO = Field("aspect_ratio", "Aspect ratio", Takes.CHOICE, required=True, limits="aspect_ratios", common=_RATIOS)
_RESOLUTION = Field("resolution", "Resolution", Takes.CHOICE, limits="resolutions")
_DURATION = Field("duration", "Duration", Takes.CHOICE, required=True, limits="durations", common=(5, 10))
_AUDIO = Field("generate_audio", "Generate audio", Takes.FLAG, limits="audio")

TEXT_TO_IMAGE = Mode(
    "text_to_image",
    "Text to image",
    "/v1/generation/text-to-image",
    Kind.IMAGE,
    (
        _PROMPT,
        _RATIO,
        Field("image_number", "Number of images", Takes.COUNT, maximum=4),  # D: from 1; no maximum is given
        _NEGATIVE,
        _RESOLUTION,
    ),
)
TEXT_TO_VIDEO = Mode(
    "text_to_video",
    "Text to video",
    "/v1/generation/text-to-video",
    Kind.VIDEO,
    (
        _PROMPT,
        _RATIO,
        _DURATION,
        _RESOLUTION,
        _AUDIO,
        Field("video_number", "Number of videos", Takes.COUNT, maximum=4),  # late docs and S11: 1-4
        _NEGATIVE,
    ),
)
MODES = {mode.key: mode for mode in (TEXT_TO_IMAGE, TEXT_TO_VIDEO)}


def choices(field: Field, model: Model) -> tuple[str | int, ...]:
    """What this model takes in this field; empty when it takes no such field, or an optional one is unknown."""
    known = getattr(model, field.limits)
    if known is None:
        return field.common if field.required else ()
    return tuple(known)


def takes(field: Field, model: Model) -> bool:
    """The model has this field at all; an optional one that is unknown counts as no."""
    if field.takes is Takes.CHOICE:
        return bool(choices(field, model))
    if field.takes is Takes.FLAG:
        return bool(getattr(model, field.limits))
    if field.name == "negative_prompt":
        return model.negative_prompt is True
    return True


def prompt_max(mode: Mode, model: Model) -> int:
    """The longest prompt in characters: the model's own limit where it is known, else the mode's."""
    return model.prompt_max or next(field.maximum for field in mode.fields if field.name == "prompt")


def count(mode: Mode, inputs: Inputs) -> int:
    """How many tasks these inputs ask for."""
    return int(inputs.get(mode.count.name) or 1)
