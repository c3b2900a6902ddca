"""A copy of a file with something inserted, read in pieces: it may be larger than the memory. Sizes are in bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

PIECE = 256 * 1024
Span: TypeAlias = tuple[int, int]  # from where to where in the original
Part: TypeAlias = bytes | Span


@dataclass(frozen=True)
class Copy:
    """The parts of a copy in order: new bytes, and spans of the original `file`."""

    file: Path
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """The size of the copy."""
        return sum(len(part) if isinstance(part, bytes) else part[1] - part[0] for part in self.parts)

    def pieces(self) -> Iterator[bytes]:
        """Yield the content of the copy."""
        with self.file.open("rb") as stream:
            for part in self.parts:
                if isinstance(part, bytes):
                    yield part
                    continue
                stream.seek(part[0])
                left = part[1] - part[0]
                while left and (piece := stream.read(min(left, PIECE))):
                    left -= len(piece)
                    yield piece


def unchanged(file: Path) -> Copy:
    """Return a copy that is as the original."""
    return Copy(file, ((0, file.stat().st_size),))
