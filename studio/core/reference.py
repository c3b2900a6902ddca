"""Reference media: the files that a person gives a job to work from. Sizes are bytes, durations seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from studio.core.settings import MEGABYTE


class Medium(StrEnum):
    """What a reference is."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


NOUNS: Mapping[Medium | None, str] = MappingProxyType(
    {Medium.IMAGE: "image", Medium.VIDEO: "video", Medium.AUDIO: "audio file"}
)
MOST_BYTES: Mapping[Medium, int] = MappingProxyType(  # S11, and the server's words (docs/weryai-api.md 3.5, 13)
    {Medium.IMAGE: 10 * MEGABYTE, Medium.VIDEO: 50 * MEGABYTE, Medium.AUDIO: 50 * MEGABYTE}
)
NAMELESS = "A result"  # a reference made of a result whose job has no prompt, or none any more
FORM_BYTES = 150 * MEGABYTE  # of all the references of one form: a small host holds them in memory while they come in


@dataclass(frozen=True)
class Reference:
    """One reference, known by the SHA-256 of what is uploaded; `key` and `preview` are its names in the archive.

    `name` is what this person calls it, with this account; nobody else does. `converted` is the format of what they
    gave, as "HEIC", where it was made of that here, as WeryAI does not take it. A sound has no preview and no pixels, a
    picture no seconds.
    """

    sha256: str
    medium: Medium
    name: str
    key: str
    size: int
    preview: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    converted: str = ""
    added_at: datetime | None = None
    person: str = ""
    account: str = ""

    @property
    def label(self) -> str:
        """How this person is told of it: what they call it, or else what it is."""
        return self.name or f"Unnamed {NOUNS[self.medium]}"


@dataclass(frozen=True)
class Given:
    """What a job was given at one address, and the job of this account that it is a result of, if it is one."""

    reference: Reference
    job: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Upload:
    """A reference as WeryAI has it, for one account: at this address."""

    account: str
    sha256: str
    url: str
    at: datetime
    person: str = ""  # for whom it was sent there


@dataclass(frozen=True)
class Progress:
    """How far an upload is: `done` of `total` bytes, its `url` at the end, or its `problem` with what can be done.

    One that was never begun has nothing of these.
    """

    done: int = 0
    total: int = 0
    url: str = ""
    problem: str = ""

    @property
    def is_there(self) -> bool:
        return bool(self.url)

    @property
    def has_failed(self) -> bool:
        return bool(self.problem)

    @property
    def is_under_way(self) -> bool:
        return self.total > 0 and not self.url and not self.problem
