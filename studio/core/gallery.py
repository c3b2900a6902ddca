"""What the gallery asks for, and what answers it. Values only."""

from array import array
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from studio.core import redaction
from studio.core.errors import DraftError
from studio.core.texts import clean, comparable, one_line
from studio.core.values import Job, Kind, Output

SQUARE = 0.03  # by so much width and height of a square may differ
UNKNOWN_RATIO = 1.0  # of outputs whose size in pixels is not known
BEST = 5  # the highest rating; 1 is the lowest, 0 is none
UNDO_DAYS = 30  # after which what was deleted cannot be restored any more, and files of outputs are removed
LONGEST_TAG, MOST_TAGS = 40, 20  # characters, and tags of one output
LONGEST_NAME = 80  # characters, of a collection, a preset or a comparison


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
    """Who looks at the outputs of an account.

    `listed` is the only person whose outputs are shown, and `restores` the only one whose deleted outputs are; empty
    for all. Outputs of nobody count as everybody's among the deleted ones.
    """

    account: str
    person: str = ""
    listed: str = ""
    restores: str = ""


@dataclass(frozen=True)
class GalleryLayout:
    """The outputs that a filter finds, newest job first, in the order of their job: IDs and width / height of each."""

    ids: "array[int]" = field(default_factory=lambda: array("q"))
    ratios: "array[float]" = field(default_factory=lambda: array("f"))

    def __len__(self) -> int:
        return len(self.ids)

    def without(self, some: frozenset[int]) -> "GalleryLayout":
        """Return the layout without some outputs."""
        kept = [at for at, output in enumerate(self.ids) if output not in some]
        if len(kept) == len(self):
            return self
        return GalleryLayout(array("q", (self.ids[at] for at in kept)), array("f", (self.ratios[at] for at in kept)))


@dataclass(frozen=True)
class GalleryItem:
    """An output with its job, the marks of the person who looks (a rating of 0 is none), and its tags, sorted."""

    job: Job
    output: Output
    favourite: bool = False
    rating: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """What a person thinks of an output, by its ID; a rating of 0 is none."""

    output: int
    person: str
    favourite: bool
    rating: int


@dataclass(frozen=True)
class Tag:
    """A tag of an output, by its ID; `person` is who added it."""

    output: int
    text: str
    person: str


@dataclass(frozen=True)
class Collection:
    """Outputs under a name; `person` is the owner. In lists, `outputs` is how many of them the one who looks sees."""

    id: str
    account: str
    person: str
    name: str
    created_at: datetime
    deleted_at: datetime | None = None
    outputs: int = 0


@dataclass(frozen=True)
class GalleryChoices:
    """The values that occur among the outputs, for the menus of a filter, sorted; people by their ID."""

    models: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def checked_tag(text: str) -> str:
    """Return a tag without blanks around it. Errors: DraftError when it is empty, too long, or has an API key."""
    return _checked("tag", text, LONGEST_TAG)


def checked_name(text: str) -> str:
    """Return the name of a collection, a preset or a comparison without blanks around it. Errors: as for a tag."""
    return _checked("name", text, LONGEST_NAME)


def _checked(noun: str, text: str, longest: int) -> str:
    trimmed = one_line(text)
    if not trimmed:
        raise DraftError(f"The {noun} is empty.", field="")
    if len(trimmed) > longest:
        raise DraftError(f"A {noun} can have up to {longest} characters.", field="")
    if redaction.holds_key(trimmed):
        raise DraftError(f"There is an API key in the {noun}, so it wasn't saved. Remove the key.", field="")
    return trimmed


def tag_key(tag: str) -> str:
    """Return what tags are compared by."""
    return comparable(tag)


def tag_keys(tag: str) -> set[str]:
    """Return the keys that a tag can have: that of `tag_key`, and the one by which earlier versions wrote it down."""
    return {tag_key(tag), clean(tag).casefold()}


def checked_rating(rating: int) -> int:
    """Return a rating, 0 for none. Errors: DraftError when it is no rating."""
    if rating not in range(BEST + 1):
        raise DraftError(f"A rating is a number from 1 to {BEST}.", field="")
    return rating
