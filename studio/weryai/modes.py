"""The modes of the API: each one's path, fields and limits. The form, the check and the body are derived from these.

The facts are those of docs/weryai-api.md 3.1, 3.2.
"""

from dataclasses import dataclass, replace

from studio.core.reference import Medium
from studio.core.values import Inputs, Kind
from studio.weryai.fields import ChoiceField, CountField, Field, MediaField, SwitchField, TextField


@dataclass(frozen=True)
class Mode:
    """One kind of request: `key` is also the registry's name for its list of models, `start` names its main input."""

    key: str
    title: str
    start: str
    path: str
    kind: Kind
    fields: tuple[Field, ...]
    most_files: int = 0  # for all its media together
    needs_one_of: tuple[str, ...] = ()  # at least one of these fields must have a file

    @property
    def prompt(self) -> TextField:
        """The field of the prompt."""
        return next(field for field in self.fields if isinstance(field, TextField) and field.name == "prompt")

    @property
    def count(self) -> CountField:
        """The field of the number of tasks that one submission starts."""
        return next(field for field in self.fields if isinstance(field, CountField))

    @property
    def media(self) -> tuple[MediaField, ...]:
        """The fields of references."""
        return tuple(field for field in self.fields if isinstance(field, MediaField))

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def blamed(self, name: str) -> str:
        """Return the field that a refusal means: the vendor uses image and images alike; empty when there is none."""
        if self.field(name) or name == "model":
            return name
        alike = (field.name for field in self.media if name.startswith(field.medium))
        return next(alike, "")


_RATIOS = ("16:9", "1:1", "9:16", "4:3", "3:4")
_PROMPT = TextField("prompt", "Prompt", required=True, maximum=2000, length="prompt_max")  # D: 1-2000
_RATIO = ChoiceField("aspect_ratio", "Aspect ratio", required=True, limits="aspect_ratios", common=_RATIOS)
_RESOLUTION = ChoiceField("resolution", "Resolution", limits="resolutions")
_QUALITY = ChoiceField("quality", "Quality", limits="qualities", omissible=True)  # T1, T2; its default is unknown
_NEGATIVE = TextField("negative_prompt", "Negative prompt", maximum=1000, limits="negative_prompt")

_OF_IMAGES = (
    _PROMPT,
    _RATIO,
    _QUALITY,
    CountField("image_number", "Number of images", maximum=4, limits="numbers"),  # D: from 1; no maximum is given
    _NEGATIVE,
    _RESOLUTION,
)
_DURATION = ChoiceField("duration", "Duration", required=True, limits="durations", common=(5, 10, 8, 15))
_AUDIO = SwitchField("generate_audio", "Generate audio", limits="audio")
_VIDEOS = CountField("video_number", "Number of videos", maximum=4)  # late docs and S11: 1-4
_OF_VIDEOS = (
    _PROMPT,
    replace(_RATIO, omissible=True),  # the docs require it, yet several models have none (section 11)
    _DURATION,
    _RESOLUTION,
    _AUDIO,
    _VIDEOS,
    _NEGATIVE,
)


def _picture(name: str, label: str) -> MediaField:
    return MediaField(name, label, required=True, medium=Medium.IMAGE, maximum=1, is_list=False)


def _several(label: str, medium: Medium, maximum: int, *, required: bool = False) -> MediaField:
    name = f"{medium}s"
    return MediaField(name, label, required=required, medium=medium, maximum=maximum, limits=f"max_{name}")


def _clips(label: str, medium: Medium) -> MediaField:
    return replace(_several(label, medium, 3), seconds=(2.0, 15.0), seconds_in_all=15.0)


TEXT_TO_IMAGE = Mode("text_to_image", "Text to image", "Text", "/v1/generation/text-to-image", Kind.IMAGE, _OF_IMAGES)
IMAGE_TO_IMAGE = Mode(
    "image_to_image",
    "Image to image",
    "Images",
    "/v1/generation/image-to-image",
    Kind.IMAGE,
    (_several("Images", Medium.IMAGE, 1, required=True), *_OF_IMAGES),  # one where the model's number is unknown (S10)
)
TEXT_TO_VIDEO = Mode("text_to_video", "Text to video", "Text", "/v1/generation/text-to-video", Kind.VIDEO, _OF_VIDEOS)
IMAGE_TO_VIDEO = Mode(
    "image_to_video",
    "Image to video",
    "Image",
    "/v1/generation/image-to-video",
    Kind.VIDEO,
    (_picture("image", "Image"), *_OF_VIDEOS),
)
MULTI_IMAGE_TO_VIDEO = Mode(
    "multi_image_to_video",
    "Several images to video",
    "Images",
    "/v1/generation/multi-image-to-video",
    Kind.VIDEO,
    (_several("Images", Medium.IMAGE, 3, required=True), *_OF_VIDEOS),
)
FIRST_LAST_IMAGE_TO_VIDEO = Mode(
    "first_last_image_to_video",
    "First and last frame to video",
    "Frames",
    "/v1/generation/first-last-image-to-video",
    Kind.VIDEO,
    (_picture("first_pic_url", "First frame"), _picture("end_pic_url", "Last frame"), *_OF_VIDEOS),
)
ALMIGHTY_REFERENCE_TO_VIDEO = Mode(
    "almighty_reference_to_video",
    "References to video",
    "References",
    "/v1/generation/almighty-reference-to-video",
    Kind.VIDEO,
    (
        _several("Images", Medium.IMAGE, 9),
        _clips("Videos", Medium.VIDEO),
        _clips("Audio files", Medium.AUDIO),
        replace(_PROMPT, required=False, maximum=500),  # S11 requires one
        replace(_RATIO, required=False),
        replace(_DURATION, common=(5, 10, 15), span=(4, 15)),  # D: 5-15; T2: from 4
        _RESOLUTION,
        replace(_AUDIO, as_text=True),
        _VIDEOS,
    ),
    most_files=12,  # S11
    needs_one_of=("images", "videos"),  # S11; D: audio not without either
)
MODES = {
    mode.key: mode
    for mode in (
        TEXT_TO_IMAGE,
        IMAGE_TO_IMAGE,
        TEXT_TO_VIDEO,
        IMAGE_TO_VIDEO,
        MULTI_IMAGE_TO_VIDEO,
        FIRST_LAST_IMAGE_TO_VIDEO,
        ALMIGHTY_REFERENCE_TO_VIDEO,
    )
}


def of_kind(kind: Kind) -> tuple[Mode, ...]:
    """Return the modes that make images or videos, in the order of the form."""
    return tuple(mode for mode in MODES.values() if mode.kind is kind)


def fields_of(kind: Kind) -> tuple[Field, ...]:
    """Return each field of a kind's modes, once."""
    named = {field.name: field for mode in reversed(of_kind(kind)) for field in mode.fields}
    return tuple(named.values())


def fields_in(mode: str) -> tuple[Field, ...]:
    """Return the fields of the mode with this key; none of one that this studio does not know, as of an older job."""
    return MODES[mode].fields if mode in MODES else ()


def media_in(mode: str) -> tuple[MediaField, ...]:
    """Return the fields of references of the mode with this key, likewise."""
    return tuple(field for field in fields_in(mode) if isinstance(field, MediaField))


def count(mode: Mode, inputs: Inputs) -> int:
    """Return how many tasks these inputs ask for."""
    return int(inputs.get(mode.count.name) or 1)


def media_of(mode: str, inputs: Inputs) -> list[tuple[Medium, str]]:
    """Return the references in the inputs of this mode, in the order of its fields: medium and URL of each."""
    held = [(field.medium, inputs.get(field.name) or ()) for field in media_in(mode)]
    return [(medium, one) for medium, found in held for one in ([found] if isinstance(found, str) else found)]
