"""What the gallery asks for, and what answers it. Values only."""

from array import array
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from studio.core.values import Job, Kind, Output

SQUARE = 0.03  # by so much width and height of a square may differ
UNKNOWN_RATIO = 1.0  # of outputs whose size in pixels is not known


class Shape(StrEnum):
    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    SQUARE = "square"


@dataclass(frozen=True)
class GalleryFilter:
    """Conditions on saved outputs: all fields must match, any value of one field may; an empty field is no condition.

    `since` and `until` are about when the job was made. Only videos meet `shortest` (seconds, at least) and `longest`
    (seconds, less than). `favourite` and `rating` (at least) are about the marks of the person who looks. `collection`
    is an ID. `deleted` finds the deleted outputs instead of all others.
    """

    words: str = ""
    kind: Kind | None = None
    model: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    shape: Shape | None = None
    shortest: float = 0.0
    longest: float = 0.0
    person: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    favourite: bool = False
    rating: int = 0
    tag: tuple[str, ...] = ()
    collection: str = ""
    deleted: bool = False


@dataclass(frozen=True)
class Viewer:
    """Who looks at the outputs of an account; `listed` is the only person whose outputs are shown, empty for all."""

    account: str
    person: str = ""
    listed: str = ""


@dataclass(frozen=True)
class GalleryLayout:
    """The outputs that a filter finds, newest job first, in the order of their job: IDs and width / height of each."""

    ids: "array[int]" = field(default_factory=lambda: array("q"))
    ratios: "array[float]" = field(default_factory=lambda: array("f"))

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class GalleryItem:
    """An output with its job, the marks of the person who looks (a rating of 0 is none), and its tags, sorted."""

    job: Job
    output: Output
    favourite: bool = False
    rating: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class GalleryChoices:
    """The values that occur among the outputs, for the menus of a filter, sorted; people by their ID."""

    models: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
