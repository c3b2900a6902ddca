"""A file of which only so much is read, in so many pieces, whatever it says of itself. Sizes are in bytes."""

from typing import IO

MOST_READS = 20_000  # an animation in WebP has one for each image


class Bounded:
    """A file with a budget for everything that is read from it."""

    def __init__(self, stream: IO[bytes], most_bytes: int) -> None:
        self._stream, self._bytes, self._reads = stream, most_bytes, MOST_READS

    def seek(self, at: int, whence: int = 0) -> int:
        return self._stream.seek(at, whence)

    def read(self, size: int) -> bytes:
        """Return the next bytes. Errors: ValueError when the budget is used up."""
        if not self._reads or size > self._bytes:
            raise ValueError("a file with too much to read")
        found = self._stream.read(size)
        self._reads, self._bytes = self._reads - 1, self._bytes - len(found)
        return found
