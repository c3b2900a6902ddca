"""XMP in a WebP: a chunk at its end, which the extended header announces (RFC 9649, 2.7)."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from studio.media.bounded import Bounded
from studio.media.copies import Part

SIGNATURE = b"RIFF"
FORM = b"WEBP"  # after the signature and the size
_HEAD = 12  # bytes
_XMP, _EXTENDED, _LOSSY, _LOSSLESS = b"XMP ", b"VP8X", b"VP8 ", b"VP8L"
_HAS_XMP, _HAS_ALPHA = 0x04, 0x10
_START = 10  # bytes of the first image that tell its size
LARGEST = 256 * 1024  # bytes of a packet
_MOST_BYTES = 2**32 - 16


@dataclass(frozen=True)
class _Chunk:
    name: bytes
    begin: int
    length: int

    @property
    def end(self) -> int:
        return self.begin + 8 + self.length + self.length % 2


def with_packet(stream: Bounded, size: int, make: Callable[[bytes], bytes]) -> tuple[Part, ...]:
    """Return the parts of a copy with the packet that `make` returns for the one it has; none if it has no place.

    Errors: ValueError, struct.error.
    """
    chunks = list(_chunks(stream, size))
    header = _header(stream, chunks[0]) if chunks else b""
    if not header or chunks[-1].end > size:
        return ()
    first, end = chunks[0], chunks[-1].end
    old = next((one for one in chunks if one.name == _XMP), None)
    if old and old.length > LARGEST:
        return ()
    begin = first.end if first.name == _EXTENDED else first.begin
    spans = ((begin, old.begin), (old.end, end)) if old else ((begin, end),)
    chunk = _chunk(_XMP, make(_content(stream, old) if old else b""))
    inside = len(FORM) + len(header) + sum(end - begin for begin, end in spans) + len(chunk)
    if inside > _MOST_BYTES:
        return ()
    return struct.pack("<4sI4s", SIGNATURE, inside, FORM) + header, *spans, chunk, (end, size)


def packets(stream: Bounded, size: int) -> Iterator[bytes]:
    """Yield the XMP packets, but for very large ones. Errors: ValueError, struct.error."""
    found = [one for one in _chunks(stream, size) if one.name == _XMP and one.length <= LARGEST]
    return (_content(stream, one) for one in found)


def _chunks(stream: Bounded, size: int) -> Iterator[_Chunk]:
    stream.seek(4)
    end = min(size, struct.unpack("<I", stream.read(4))[0] + 8)
    at = _HEAD
    while at + 8 <= end:
        stream.seek(at)
        yield (found := _Chunk(*_named(stream.read(8), at)))
        at = found.end


def _named(head: bytes, begin: int) -> tuple[bytes, int, int]:
    name, length = struct.unpack("<4sI", head)
    return name, begin, length


def _header(stream: Bounded, first: _Chunk) -> bytes:
    """Return the extended header that announces XMP: the one of the file, else a new one; empty for no usual WebP."""
    stream.seek(first.begin + 8)
    start = stream.read(_START)
    if len(start) < _START:
        return b""
    if first.name == _EXTENDED and first.length == _START:
        return _chunk(_EXTENDED, bytes([start[0] | _HAS_XMP]) + start[1:])
    if first.name == _LOSSY and start[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", start, 6)
        return _extended(0, width & 0x3FFF, height & 0x3FFF)
    if first.name == _LOSSLESS and start[0] == 0x2F:
        bits = struct.unpack_from("<I", start, 1)[0]
        return _extended(_HAS_ALPHA * (bits >> 28 & 1), (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    return b""


def _extended(flags: int, width: int, height: int) -> bytes:
    if not width or not height:
        return b""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return _chunk(_EXTENDED, bytes([flags | _HAS_XMP, 0, 0, 0]) + sides)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)


def _content(stream: Bounded, chunk: _Chunk) -> bytes:
    stream.seek(chunk.begin + 8)
    return stream.read(chunk.length)
