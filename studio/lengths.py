"""Where a video file should end by what it says itself: the boxes of an MP4, the segment of a WebM."""

from pathlib import Path
from typing import BinaryIO

_SEGMENT = b"\x18\x53\x80\x67"
_EBML = b"\x1a\x45\xdf\xa3"
_BOXES = frozenset(b"ftyp styp moov moof mdat mfra meta free skip wide uuid pnot pdin sidx ssix prft emsg".split())


def declared_length(file: Path) -> int:
    """Bytes up to the end of what it says it holds; 0 when it does not say, as a recording of a live stream."""
    with file.open("rb") as stream:
        return _end_of_segment(stream) if stream.read(4) == _EBML else _end_of_boxes(stream)


def _end_of_boxes(stream: BinaryIO) -> int:
    """ISO/IEC 14496-12, 4.2: each box begins with its length, 1 when it stands after its name, 0 for the rest."""
    at = 0
    while True:
        stream.seek(at)
        head = stream.read(16)
        length = int.from_bytes(head[8:] if head[:4] == b"\0\0\0\1" else head[:4])
        if length < 8 or head[4:8] not in _BOXES:  # the end, or what somebody has hung on to it
            return at
        at += length


def _end_of_segment(stream: BinaryIO) -> int:
    """RFC 8794: two elements, the head and all the rest, each its name and then its length."""
    _, end = _element(stream, 0)
    name, end = _element(stream, end)
    return end if name == _SEGMENT else 0


def _element(stream: BinaryIO, at: int) -> tuple[bytes, int]:
    """Name and end of an element whose name has four bytes; the end is 0 when it is not told."""
    stream.seek(at)
    name, first = stream.read(4), stream.read(1)
    width = 9 - int.from_bytes(first).bit_length()  # the zeros before its first 1 say how many bytes follow
    ones = (1 << 7 * width) - 1
    length = int.from_bytes(first + stream.read(width - 1)) & ones
    return name, 0 if length == ones else at + 4 + width + length
