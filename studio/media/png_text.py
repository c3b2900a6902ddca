"""Texts in a PNG: chunks of international text (PNG, third edition, 11.3.3.4)."""

import struct
import zlib
from collections.abc import Iterator, Mapping

from studio.media.bounded import Bounded
from studio.media.copies import Part

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = 33  # bytes: the signature and the first chunk, which all others follow
_PIXELS = frozenset({b"IDAT", b"IEND"})
_NOT_COMPRESSED = b"\0\0"


def with_texts(stream: Bounded, size: int, texts: Mapping[str, str]) -> tuple[Part, ...]:
    """Return the parts of a copy with these texts by keyword, before the pixels; none if it is no usual PNG."""
    head = stream.read(_HEADER)
    if len(head) < _HEADER or head[12:16] != b"IHDR":
        return ()
    return (0, _HEADER), b"".join(_chunk(*one) for one in texts.items()), (_HEADER, size)


def texts(stream: Bounded, largest: int) -> Iterator[tuple[str, str]]:
    """Yield keyword and text of chunks before the pixels: not compressed ones, of at most `largest` bytes.

    Errors: ValueError.
    """
    stream.seek(len(SIGNATURE))
    while True:
        head = stream.read(8)
        if len(head) < 8 or head[4:] in _PIXELS:
            return
        length, name = struct.unpack(">I4s", head)
        is_text = name in (b"iTXt", b"tEXt") and length <= largest
        content = stream.read(length) if is_text else b""
        stream.seek(length - len(content) + 4, 1)  # 4 for the checksum
        keyword, _, rest = content.partition(b"\0")
        if name == b"tEXt" and is_text:
            yield keyword.decode("latin-1"), rest.decode("latin-1")
        elif is_text and rest.startswith(_NOT_COMPRESSED) and rest.count(b"\0") >= 4:
            yield keyword.decode("latin-1"), rest.split(b"\0", 4)[4].decode("utf-8", "replace")


def _chunk(keyword: str, text: str) -> bytes:
    """Return a chunk: keyword, compression flag and method, no language and no translated keyword, text."""
    content = b"iTXt" + keyword.encode("latin-1") + b"\0" + _NOT_COMPRESSED + b"\0\0" + text.encode()
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
