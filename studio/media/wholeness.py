"""Whether a picture is there to its end, by its own parts: chunks of a PNG or WebP, markers of a JPEG, blocks of a GIF.

Nothing is decoded, which takes a hundred times as long. A picture that was cut anywhere has no end.
"""

import mmap
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Content: TypeAlias = mmap.mmap

_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")  # of a JPEG: the others stand in the middle of pixels
_BLOCK = re.compile(rb"[,!;]")  # of a GIF: a picture, an extension, the end
_START, _END = b"\xd8", b"\xd9"
_PIXELS = frozenset({b"VP8 ", b"VP8L", b"ANMF"})  # the chunks of a WebP that hold some


def has_end(file: Path, ending: str) -> bool:
    """Whether the last part of a picture of this format is there. Errors: ValueError when the file is empty."""
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            return _ENDS[ending](content)
        except (IndexError, struct.error):  # a part goes on behind the end of the file
            return False


def _png(content: Content) -> bool:
    """PNG, 5.3: each chunk is its length, its name, so many bytes, and a checksum; the last is IEND."""
    at, name = 8, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", content, at)
        at += 12 + length
    return at <= len(content)


def _jpeg(content: Content) -> bool:
    """ITU T.81, B.1.1: a marker is followed by the length of its segment; pixels follow some, and then another marker.

    So the end of a small picture inside a segment is not taken for the end of the whole.
    """
    at = 0
    while marker := _MARKER.search(content, at):
        at = marker.end()
        if marker[1] == _END:
            return True
        if marker[1] != _START:
            at += struct.unpack_from(">H", content, at)[0]
    return False


def _webp(content: Content) -> bool:
    """RFC 9649, 2.3: the length of the whole stands in front; its chunks must fill it, and one hold pixels."""
    end, at, names = 8 + struct.unpack_from("<I", content, 4)[0], 12, set()
    while at + 8 <= end:
        name, length = struct.unpack_from("<4sI", content, at)
        names.add(name)
        at += 8 + length + length % 2
    return bool(names & _PIXELS) and at <= end + 1 and end <= len(content)


def _gif(content: Content) -> bool:
    """GIF89a, Appendix A: pictures and extensions, each in pieces after a few fixed bytes, and then a semicolon."""
    at = 13 + _colours(content[10])
    while block := _BLOCK.search(content, at):
        at = block.end()
        if block[0] == b";":
            return True
        fixed = 1 if block[0] == b"!" else 10 + _colours(content[at + 8])
        at = _after_pieces(content, at + fixed)
    return False


def _colours(flags: int) -> int:
    """The bytes of a table of colours, if there is one."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_pieces(content: Content, at: int) -> int:
    """Each piece begins with its length; the last is empty."""
    while length := content[at]:
        at += 1 + length
    return at + 1


_ENDS: dict[str, Callable[[Content], bool]] = {"png": _png, "jpg": _jpeg, "webp": _webp, "gif": _gif}
