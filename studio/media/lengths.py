"""Where a file should end by what it says itself: the boxes of an MP4, the segment of a WebM, the chunks of a WAV."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

_OPEN = 0xFFFFFFFF  # the length in a WAV whose end was not known when it was begun
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
_BOXES = frozenset(b"ftyp styp moov moof mdat mfra meta free skip wide uuid pnot pdin sidx ssix prft emsg".split())


def declared_length(file: Path) -> int:
    """Bytes up to the end of what it says it holds; 0 when it does not say, as a recording of a live stream."""
    with file.open("rb") as stream:
        return _ENDS.get(stream.read(4), _end_of_boxes)(stream)


def end_of_tags(stream: BinaryIO) -> int:
    """Where the tags in front of an MP3 end; 0 without any. ID3v2, 3.1: their length is four times seven bits."""
    head = stream.read(10)
    return 10 + sum((byte & 127) << 7 * (3 - place) for place, byte in enumerate(head[6:])) if head[:3] == b"ID3" else 0


def chunks(stream: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of a WAV or WebP: name, where the content begins, its length in bytes."""
    at = 12
    while True:
        stream.seek(at)
        head = stream.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[4:], "little")
        yield head[:4], at + 8, length
        at += 8 + length + length % 2


def _end_of_sound(stream: BinaryIO) -> int:
    """The length that a WAV as a whole gives is often wrong; that of its samples has to be right, or all ones."""
    samples = (at + length for name, at, length in islice(chunks(stream), 1000) if name == b"data" and length != _OPEN)
    return next(samples, 0)


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


_ENDS = {_EBML: _end_of_segment, b"RIFF": _end_of_sound}
