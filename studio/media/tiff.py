"""Where the pixels of a TIFF are, by its lists (TIFF 6.0, 2; BigTIFF's lists have longer numbers)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from operator import add

_STRIPS, _TILES = (273, 279), (324, 325)  # tags: the offsets and the lengths
_SUB_PICTURES, _BIG = 330, 43
_READ_TAGS = frozenset({*_STRIPS, *_TILES, _SUB_PICTURES})
_FORMS = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # the types of numbers that an offset or a length can have
_BYTES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}  # of any type; else 1


@dataclass(frozen=True)
class _Shape:
    """The byte order, the formats of an offset and of the number of entries, and the bytes of an entry."""

    order: str
    number: str
    entries: str
    entry: int

    @property
    def wide(self) -> int:
        return struct.calcsize(self.number)


def is_complete(content: mmap) -> bool | None:
    """Whether all strips and tiles of all images are there; None when it lists none. Errors: struct.error."""
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if order is None:
        return None
    if struct.unpack_from(f"{order}H", content, 2)[0] == _BIG:
        ends = list(_ends(content, _Shape(order, "Q", "Q", 20), 8))
    else:
        ends = list(_ends(content, _Shape(order, "I", "H", 12), 4))
    return max(ends) <= len(content) if ends else None


def _ends(content: mmap, shape: _Shape, first: int) -> Iterator[int]:
    """Yield the end of each strip and tile; `first` is the position of the first image's offset."""
    pictures, seen = list(_numbers(content, shape, shape.number, first, 1)), {0}
    while pictures:
        if (at := pictures.pop()) in seen:
            continue
        seen.add(at)
        tags, follows = _tags(content, shape, at)
        pictures += [*tags.get(_SUB_PICTURES, ()), follows]
        for begins, lengths in (_STRIPS, _TILES):
            yield from map(add, tags.get(begins, ()), tags.get(lengths, ()))


def _tags(content: mmap, shape: _Shape, at: int) -> tuple[dict[int, list[int]], int]:
    """Return one image's tags, and the next one's offset. Errors: struct.error, also when a value is missing."""
    (count,) = _numbers(content, shape, shape.entries, at, 1)
    at += struct.calcsize(shape.entries)
    tags: dict[int, list[int]] = {}
    for entry in range(at, at + count * shape.entry, shape.entry):
        tag, kind, many = struct.unpack_from(f"{shape.order}HH{shape.number}", content, entry)
        place, size = entry + 4 + shape.wide, many * _BYTES.get(kind, 1)
        if size > shape.wide:
            (place,) = _numbers(content, shape, shape.number, place, 1)
            struct.unpack_from(f"{size}x", content, place)
        if tag in _READ_TAGS and kind in _FORMS:
            tags[tag] = list(_numbers(content, shape, _FORMS[kind], place, many))
    (follows,) = _numbers(content, shape, shape.number, at + count * shape.entry, 1)
    return tags, follows


def _numbers(content: mmap, shape: _Shape, form: str, at: int, many: int) -> Iterator[int]:
    return iter(struct.unpack_from(f"{shape.order}{many}{form}", content, at))
