"""Whether a file is complete by the lengths that it states, independent of a decoder. Lengths are in bytes."""

import re
import struct
from collections.abc import Callable
from functools import partial
from mmap import ACCESS_READ, mmap
from pathlib import Path

from studio.media import svg, tiff
from studio.media.file_types import SVG

_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # the end of a scan's pixels in a JPG
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # JPG markers without a length
_SCAN, _END = 0xDA, 0xD9
_BARE = frozenset({0, 3, 6})  # the BMP compressions that do not compress
_END_OF_STREAM = b"\xff\xd9"  # in JPEG 2000
_FILM = frozenset(b"ftyp styp moov moof mfra sidx meta free skip wide uuid udta".split())
_STILL = _FILM | {b"mdat"}
_WITH_PIXELS = frozenset({b"mdat", b"jp2c"})
_JPEG_2000 = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c", b"uuid", b"xml ", b"asoc", b"rreq"})
_JPEG_XL = frozenset({b"JXL ", b"ftyp", b"jxlc", b"jxlp", b"Exif", b"xml ", b"jbrd"})


def of(file: Path, called: str) -> bool | None:
    """Return True if all that the file lists is there, False if it ends early, None if it states no lengths."""
    if called == SVG.called:
        return not svg.is_cut(file)
    look = _LOOKS.get(called)
    if look is None:
        return None
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        try:
            return look(content)
        except (struct.error, IndexError, OverflowError):  # the header is incomplete
            return False


def _jpg(content: mmap) -> bool:
    """ISO/IEC 10918-1, B.1.1: segments up to an end marker; a scan's pixels follow the scan's header."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == _END:
            return True
        at += 1 if marker == 0xFF else 2
        if marker not in _ALONE and marker != 0xFF:
            at += _number(">H", content, at)
        if marker == _SCAN:
            end = _IN_SCAN.search(content, at)
            at = end.start() if end else len(content)
    return False


def _bmp(content: mmap) -> bool | None:
    begin, head = struct.unpack_from("<II", content, 10)
    if head == 12:  # the header of OS/2
        width, height, _, bits = struct.unpack_from("<4H", content, 18)
        compression = size = 0
    else:
        width, height, _, bits, compression, size = struct.unpack_from("<iiHHII", content, 18)
    pixels = (width * bits + 31) // 32 * 4 * abs(height) if compression in _BARE else size
    return begin + pixels <= len(content) if pixels > 0 else None


def _icon(content: mmap) -> bool:
    listed = (struct.unpack_from("<II", content, 14 + 16 * one) for one in range(_number("<H", content, 4)))
    return all(size + begin <= len(content) for size, begin in listed)


def _photoshop(content: mmap) -> bool | None:
    """Adobe's file format, November 2019: three sections that each state their length, then the whole image."""
    version, channels, height, width, depth = struct.unpack_from(">H6xHIIH", content, 4)
    at, wide = 26, ">Q" if version == 2 else ">I"
    for form in (">I", ">I", wide):
        at += struct.calcsize(form) + _number(form, content, at)
    compression, rows = _number(">H", content, at), channels * height
    if compression == 0:
        return bool(at + 2 + rows * ((width * depth + 7) // 8) <= len(content))
    if compression > 1:
        return None
    lengths = f">{rows}{'I' if version == 2 else 'H'}"
    packed = sum(struct.unpack_from(lengths, content, at + 2))
    return bool(at + 2 + struct.calcsize(lengths) + packed <= len(content))


def _boxes(known: frozenset[bytes], needed: frozenset[bytes], content: mmap) -> bool | None:
    """ISO/IEC 14496-12, 4.2: boxes in sequence. What follows the last known box is ignored."""
    at, found = 0, set[bytes]()
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        if name not in known and name not in _WITH_PIXELS:
            return True if found & needed else None
        found.add(name)
        at += _number(">Q", content, at + 8) if size == 1 else size
        if size == 0 or (at > len(content) and name not in known):
            return None
        if at > len(content):
            return False
    return bool(found & needed)


def _jpeg_2000(content: mmap) -> bool | None:
    return content[-2:] == _END_OF_STREAM or _boxes(_JPEG_2000, frozenset({b"jp2c"}), content)


def _number(form: str, content: mmap, at: int) -> int:
    return int(struct.unpack_from(form, content, at)[0])


_film = partial(_boxes, _FILM, frozenset({b"moov", b"moof"}))
_still = partial(_boxes, _STILL, frozenset({b"mdat"}))
_LOOKS: dict[str, Callable[[mmap], bool | None]] = {
    "JPG": _jpg,
    "BMP": _bmp,
    "icon": _icon,
    "Photoshop file": _photoshop,
    "TIFF": tiff.is_complete,
    "raw photo": tiff.is_complete,
    "JPEG 2000": _jpeg_2000,
    "JPEG XL": partial(_boxes, _JPEG_XL, frozenset({b"jxlc", b"jxlp"})),
    **dict.fromkeys(("HEIC", "AVIF"), _still),
    **dict.fromkeys(("MP4", "MOV", "3GP", "M4A"), _film),
}
