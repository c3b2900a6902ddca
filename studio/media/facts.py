"""What is found out about a file. Sizes are bytes and pixels, previews WebP files."""

import errno
from dataclasses import dataclass
from pathlib import Path

from studio.core.reference import Medium

_OF_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


def is_of_disk(error: Exception) -> bool:
    """It is the disk's fault, not the file's."""
    return isinstance(error, OSError) and error.errno in _OF_DISK


@dataclass(frozen=True)
class Facts:
    """What a file is: file name ending, what people call it, pixels, seconds; a preview once it was decoded."""

    ending: str
    width: int = 0
    height: int = 0
    preview: bytes = b""
    seconds: float = 0.0
    format: str = ""

    @property
    def seen(self) -> dict[str, float]:
        """What decoding found out, named like the fields of an Output."""
        return {"width": self.width, "height": self.height, "seconds": self.seconds}


@dataclass(frozen=True)
class Screened:
    """A file that may be uploaded: what it is, by its content; `file` is what to upload, which may be a copy.

    A sound has no preview, and no pixels; a picture has no seconds. `converted` is the format that the copy was made
    of, where WeryAI does not take that, as in "HEIC".
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
