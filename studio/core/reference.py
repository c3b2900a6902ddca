"""Reference media: the files that a job works from. Sizes are in bytes, durations in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from studio.core.settings import MEGABYTE


class Medium(StrEnum):
    """The medium of a reference."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


NOUNS: Mapping[Medium | None, str] = MappingProxyType(
    {Medium.IMAGE: "image", Medium.VIDEO: "video", Medium.AUDIO: "audio file"}
)
MOST_BYTES: Mapping[Medium, int] = MappingProxyType(  # S11, and the server's messages (docs/weryai-api.md 3.5, 13)
    {Medium.IMAGE: 10 * MEGABYTE, Medium.VIDEO: 50 * MEGABYTE, Medium.AUDIO: 50 * MEGABYTE}
)
NAMELESS = "A result"  # a reference made of a result whose job has no prompt, or none any longer
FORM_BYTES = 150 * MEGABYTE  # for all references of one form: a small host holds them in memory during the upload


@dataclass(frozen=True)
class Reference:
    """One reference, identified by the SHA-256 of what is uploaded; `key` and `preview` are its names in the archive.

    `name` is this person's name for it, with this account; other people have their own. `converted` is the format of
    the original, such as "HEIC", when the studio converted it because WeryAI does not accept that format. `source` is
    the archive name of the result that it was made of, such as the video whose last frame it is; empty for others.
    Audio has no preview and no pixels, an image no seconds.
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
    source: str = ""
    added_at: datetime | None = None
    person: str = ""
    account: str = ""

    @property
    def label(self) -> str:
        """The name that this person sees: their own name for it, else its medium."""
        return self.name or f"Unnamed {NOUNS[self.medium]}"


@dataclass(frozen=True)
class Given:
    """What a job got at one URL, and the job of this account whose result it is, if any."""

    reference: Reference
    job: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Upload:
    """A reference at WeryAI, for one account: the URL of the uploaded file."""

    account: str
    sha256: str
    url: str
    at: datetime
    person: str = ""  # the person for whom it was uploaded


@dataclass(frozen=True)
class UploadProgress:
    """The state of an upload: `done` of `total` bytes, then its `url`, or its `problem` with what the user can do.

    All fields are empty for an upload that was never begun.
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
