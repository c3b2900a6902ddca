"""What the studio finds out about a file. Sizes are in bytes and pixels, previews are WebP files."""

import errno
from dataclasses import dataclass
from pathlib import Path

from studio.core.reference import Medium

_OF_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


def is_of_disk(error: Exception) -> bool:
    """Whether the disk failed, not the file."""
    return isinstance(error, OSError) and error.errno in _OF_DISK


@dataclass(frozen=True)
class Facts:
    """A file's ending, pixels, seconds and format name; its preview once it was decoded."""

    ending: str
    width: int = 0
    height: int = 0
    preview: bytes = b""
    seconds: float = 0.0
    format: str = ""

    @property
    def seen(self) -> dict[str, float]:
        """The facts that decoding gives, named like the fields of an Output."""
        return {"width": self.width, "height": self.height, "seconds": self.seconds}


@dataclass(frozen=True)
class Screened:
    """A file that may be uploaded, identified by its content; `file` is what to upload, which may be a copy.

    Audio has no preview and no pixels; an image has no seconds. `converted` is the original format, such as "HEIC", of
    a copy that was made because WeryAI does not accept that format.
    """

    file: Path
    medium: Medium
    ending: str
    size: int
    sha256: str
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    preview: bytes = b""
    converted: str = ""
