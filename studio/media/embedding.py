"""Puts the provenance of a file into a copy of it, and reads it: pixels and samples stay as they are, byte for byte.

Nothing is decoded, and what is read is bounded: the files may be hostile, and larger than the memory.
"""

import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

from studio.core import provenance
from studio.core.provenance import APP, LARGEST, Provenance
from studio.media import jpeg_xmp, mp4_comment, png_text, webp_xmp, xmp
from studio.media.bounded import Bounded
from studio.media.copies import Copy, Part, unchanged

_PARAMETERS = "parameters"  # the keyword that Stable Diffusion web UI reads and writes
_MOST_TEXT = 64 * 1024  # bytes
_MOST_READ, _MOST_OF_A_COPY = 512 * 1024, mp4_comment.LARGEST_INDEX + 512 * 1024  # bytes of a file
_ENDINGS = frozenset({"png", "jpg", "webp", "mp4", "mov"})
_ODD = (ValueError, struct.error, OverflowError)  # of a file that is not what it begins like


def can_carry(key: str) -> bool:
    """Whether files with this ending have a place for the provenance; a few odd ones have none."""
    return key.rpartition(".")[2] in _ENDINGS


def copy_with(file: Path, found: Provenance) -> Copy:
    """Return a copy with the provenance; the file as it is where it has no place for it."""
    if len(found.as_json.encode()) > LARGEST:
        return unchanged(file)
    with file.open("rb") as stream, suppress(*_ODD):
        if parts := _parts(Bounded(stream, _MOST_OF_A_COPY), file.stat().st_size, found):
            return Copy(file, parts)
    return unchanged(file)


def _parts(stream: Bounded, size: int, found: Provenance) -> tuple[Part, ...]:
    packet = partial(xmp.packet, found.as_json, found.prompt)
    match _kind(stream):
        case "PNG":
            return png_text.with_texts(stream, size, {_PARAMETERS: found.as_text, APP: found.as_json})
        case "JPG":
            return jpeg_xmp.with_packet(stream, size, packet)
        case "WebP":
            return webp_xmp.with_packet(stream, size, packet)
        case "MP4":
            return mp4_comment.with_comment(stream, size, found.as_json)
    return ()


def read(stream: IO[bytes]) -> Provenance | None:
    """Return what a file says of itself; of a PNG by Stable Diffusion web UI the prompt. None if it says nothing."""
    try:
        return next(filter(None, _read_all(Bounded(stream, _MOST_READ))), None)
    except _ODD:
        return None
    finally:
        stream.seek(0)


def _read_all(stream: Bounded) -> Iterator[Provenance | None]:
    size = stream.seek(0, 2)
    match _kind(stream):
        case "PNG":
            texts = dict(reversed([*png_text.texts(stream, _MOST_TEXT)]))  # the first of a keyword is the newest
            yield provenance.from_json(texts.get(APP, ""))
            yield provenance.from_parameters(texts.get(_PARAMETERS, ""))
        case "JPG":
            yield from map(_in_packet, jpeg_xmp.packets(stream))
        case "WebP":
            yield from map(_in_packet, webp_xmp.packets(stream, size))
        case "MP4":
            yield from map(provenance.from_json, mp4_comment.comments(stream, size, _MOST_TEXT))


def _in_packet(packet: bytes) -> Provenance | None:
    return provenance.from_json(xmp.provenance(packet))


def _kind(stream: Bounded) -> str:
    """Return the format by the first bytes; empty for any other."""
    stream.seek(0)
    head = stream.read(12)
    stream.seek(0)
    return next((name for name, begins in _SIGNATURES.items() if begins(head)), "")


_SIGNATURES: dict[str, Callable[[bytes], bool]] = {
    "PNG": lambda head: head.startswith(png_text.SIGNATURE),
    "JPG": lambda head: head.startswith(jpeg_xmp.SIGNATURE),
    "WebP": lambda head: head.startswith(webp_xmp.SIGNATURE) and head[8:] == webp_xmp.FORM,
    "MP4": lambda head: head[4:8] in mp4_comment.SIGNATURES,
}
