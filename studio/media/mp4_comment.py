"""The comment of an MP4 or MOV: a tag as iTunes writes it and players show it, in moov/udta/meta/ilst.

The samples stay as they are. Where the index comes before them, their offsets in it move by what was inserted.
"""

import struct
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from studio.media.bounded import Bounded
from studio.media.copies import Part

SIGNATURES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})  # after the first box's length
_INDEX, _TAGS = b"moov", (b"udta", b"meta", b"ilst")
_COMMENT, _VALUE = b"\xa9cmt", b"data"
LARGEST_INDEX = 4 * 1024 * 1024  # bytes; an hour of video has less
_TO_OFFSETS = frozenset({b"trak", b"mdia", b"minf", b"stbl"})
_OFFSETS: dict[bytes, np.dtype[Any]] = {b"stco": np.dtype(">u4"), b"co64": np.dtype(">u8")}
_OTHER_OFFSETS = frozenset({b"mvex", b"cmov", b"saio"})  # fragments, a compressed index, encryption
_UTF_8 = struct.pack(">II", 1, 0)  # and no language
_HANDLER = b"\0" * 8 + b"mdirappl" + b"\0" * 9
_HANDLED = slice(8, 12)  # of the handler's content

Box: TypeAlias = tuple[bytes, int, int, int]  # name, begin, begin of the content, end


def with_comment(stream: Bounded, size: int, text: str) -> tuple[Part, ...]:
    """Return the parts of a copy with this comment; none where that has no place. Errors: ValueError, struct.error."""
    indexes = [box for box in _boxes(stream, 0, size) if box[0] == _INDEX]
    if len(indexes) != 1 or indexes[0][3] - indexes[0][1] > LARGEST_INDEX:
        return ()
    _, begin, start, end = indexes[0]
    stream.seek(start)
    comment = _box(_COMMENT, _box(_VALUE, _UTF_8 + text.encode()))
    content = _tagged(stream.read(end - start), _TAGS, comment)
    index = _box(_INDEX, _shifted(content, end, len(content) + 8 - (end - begin)))
    return (0, begin), index, (end, size)


def comments(stream: Bounded, size: int, largest: int) -> Iterator[str]:
    """Yield the comments of at most `largest` bytes. Errors: ValueError, struct.error."""
    for _, start, end in _found(stream, (0, size), (_INDEX, *_TAGS, _COMMENT, _VALUE)):
        if len(_UTF_8) < end - start <= largest:
            stream.seek(start)
            yield stream.read(end - start)[len(_UTF_8) :].decode("utf-8", "replace")


def _found(stream: Bounded, span: tuple[int, int], path: tuple[bytes, ...]) -> Iterator[tuple[bytes, int, int]]:
    """Yield name and span of the content of the boxes at this path."""
    for name, _, start, end in _boxes(stream, *span):
        if name != path[0]:
            continue
        if len(path) == 1:
            yield name, start, end
            continue
        stream.seek(start)
        skipped = _version_length(stream.read(8)) if name == b"meta" else 0
        yield from _found(stream, (start + skipped, end), path[1:])


def _boxes(stream: Bounded, at: int, end: int) -> Iterator[Box]:
    """Yield the boxes of a span (ISO/IEC 14496-12, 4.2)."""
    while at + 8 <= end:
        stream.seek(at)
        length, name = struct.unpack(">I4s", stream.read(8))
        start = at + 8
        if length == 1:
            length, start = struct.unpack(">Q", stream.read(8))[0], at + 16
        elif length == 0:
            length = end - at
        if at + length < start or at + length > end:
            return
        yield name, at, start, at + length
        at += length


def _split(content: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return names and contents of the boxes in a box, and what follows them. Errors: ValueError."""
    found, at = list[tuple[bytes, bytes]](), 0
    while at + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        if length < 8 or at + length > len(content):
            raise ValueError(f"a box of {length} bytes")
        found.append((name, content[at + 8 : at + length]))
        at += length
    return found, content[at:]


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def _tagged(content: bytes, path: tuple[bytes, ...], tag: bytes) -> bytes:
    """Return the content of a box with the tag in the box at this path, in place of one of that kind."""
    head = content[: _version_length(content)] if path == _TAGS[2:] else b""
    boxes, rest = _split(content[len(head) :])
    if not path:
        return b"".join(_box(*one) for one in boxes if one[0] != _COMMENT) + tag + rest
    names = [name for name, _ in boxes]
    if path == _TAGS[2:] and dict(boxes).get(b"hdlr", b"")[_HANDLED] != b"mdir":
        raise ValueError("tags of another kind")
    if path[0] not in names:
        boxes.append((path[0], _new(path[0])))
    chosen = [name for name, _ in boxes].index(path[0])
    boxes[chosen] = (path[0], _tagged(boxes[chosen][1], path[1:], tag))
    return head + b"".join(_box(*one) for one in boxes) + rest


def _new(name: bytes) -> bytes:
    return b"\0" * 4 + _box(b"hdlr", _HANDLER) if name == b"meta" else b""


def _version_length(meta: bytes) -> int:
    """Return the length of version and flags in front of the boxes of `meta`: QuickTime has none."""
    return 0 if meta[4:8] == b"hdlr" else 4


def _shifted(content: bytes, after: int, by: int, depth: int = 0) -> bytes:
    """Return the content of an index in which the offsets of samples after a place are larger. Errors: ValueError."""
    if depth > len(_TO_OFFSETS):
        raise ValueError("boxes in more boxes than a track has")
    boxes, rest = _split(content)
    return b"".join(_box(name, _shifted_box(name, held, after, by, depth)) for name, held in boxes) + rest


def _shifted_box(name: bytes, content: bytes, after: int, by: int, depth: int) -> bytes:
    if name in _OTHER_OFFSETS:
        raise ValueError(f"offsets in {name!r}")
    if name in _TO_OFFSETS:
        return _shifted(content, after, by, depth + 1)
    if name not in _OFFSETS:
        return content
    kind, number = _OFFSETS[name], struct.unpack_from(">I", content, 4)[0]
    offsets = np.frombuffer(content, kind, number, 8).astype(np.int64)
    offsets[offsets >= after] += by
    if number and offsets.max() > np.iinfo(kind).max:
        raise ValueError("an offset that is too large")
    return content[:8] + offsets.astype(kind).tobytes() + content[8 + number * kind.itemsize :]
