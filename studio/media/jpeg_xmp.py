"""XMP in a JPG: a segment of its own (ISO 16684-3, 6.3; ISO/IEC 10918-1, B.1.1)."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from studio.media.bounded import Bounded
from studio.media.copies import Part

SIGNATURE = b"\xff\xd8\xff"
_XMP, _EXIF = b"http://ns.adobe.com/xap/1.0/\0", b"Exif\0"
_APP0, _APP1, _SCAN, _END = 0xE0, 0xE1, 0xDA, 0xD9
_LARGEST = 65_533  # bytes in a segment


@dataclass(frozen=True)
class _Segment:
    marker: int
    begin: int
    length: int
    head: bytes  # of its content, if that may be XMP or Exif

    @property
    def end(self) -> int:
        return self.begin + 4 + self.length

    @property
    def is_xmp(self) -> bool:
        return self.marker == _APP1 and self.head.startswith(_XMP)

    @property
    def comes_first(self) -> bool:
        """Whether the segment has to be at the beginning of the file: JFIF or Exif."""
        return self.marker == _APP0 or (self.marker == _APP1 and self.head.startswith(_EXIF))


def with_packet(stream: Bounded, size: int, make: Callable[[bytes], bytes]) -> tuple[Part, ...]:
    """Return the parts of a copy with the packet that `make` returns for the one it has; none if it has no room.

    Errors: ValueError.
    """
    segments = list(_segments(stream))
    old = next((one for one in segments if one.is_xmp), None)
    content = _XMP + make(_packet(stream, old) if old else b"")
    if not segments or segments[-1].end > size or len(content) > _LARGEST:
        return ()
    segment = struct.pack(">BBH", 0xFF, _APP1, len(content) + 2) + content
    if old:
        return (0, old.begin), segment, (old.end, size)
    place = 2
    for one in segments:
        if not one.comes_first:
            break
        place = one.end
    return (0, place), segment, (place, size)


def packets(stream: Bounded) -> Iterator[bytes]:
    """Yield the XMP packets before the pixels. Errors: ValueError."""
    return (_packet(stream, one) for one in _segments(stream) if one.is_xmp)


def _packet(stream: Bounded, segment: _Segment) -> bytes:
    stream.seek(segment.begin + 4)
    return stream.read(segment.length).removeprefix(_XMP)


def _segments(stream: Bounded) -> Iterator[_Segment]:
    """Yield the segments before the pixels. Markers may have more than one 0xFF before them: these files are rare."""
    at = 2
    while True:
        stream.seek(at)
        head = stream.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] in (_SCAN, _END, 0xFF):
            return
        length = max(0, struct.unpack_from(">H", head, 2)[0] - 2)
        begin = stream.read(min(length, len(_XMP))) if head[1] == _APP1 else b""
        yield (found := _Segment(head[1], at, length, begin))
        at = found.end
