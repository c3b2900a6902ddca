"""The format of a file by its first bytes, for files that no decoder opens and for texts."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import puremagic

from studio.core.reference import Medium
from studio.media import mp4_brands, svg
from studio.media.file_types import SVG, TEXT, UNKNOWN, WEB_PAGE, Format, ending_of

_SURE, _LIKELY = 0.4, 0.2  # of puremagic's confidence, a tenth for each matching byte: two bytes match in any text
_HEAD = 4096
_MEDIA = frozenset(Medium)
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_BUNDLE = "ZIP or an Office file"
_BUNDLES = frozenset({_BUNDLE, "PDF"})  # which may begin like a text
_CALLED = {  # where puremagic's ending is not the usual name
    **dict.fromkeys(("jpeg", "jpe", "jfif"), "JPG"),
    **dict.fromkeys(("jp2", "j2k", "jpc", "jpf", "jpm", "jpx"), "JPEG 2000"),
    **dict.fromkeys(("tif", "tiff"), "TIFF"),
    **dict.fromkeys(("exe", "dll", "com", "elf", "so", "o"), "program"),
    **dict.fromkeys(("docx", "xlsx", "pptx", "zip"), _BUNDLE),
    **dict.fromkeys(("oga", "opus", "ogx", "ogv"), "OGG"),
    **dict.fromkeys(("asf", "wma", "wmv"), "Windows Media file"),
    **dict.fromkeys(("mpg", "mpeg", "vob"), "MPEG"),
    **dict.fromkeys(("ts", "m2ts", "mts"), "MPEG-TS"),
    **{"jxl": "JPEG XL", "webp": "WebP", "heif": "HEIC", "psd": "Photoshop file", "ico": "icon", "webm": "WebM"},
    **{"flv": "Flash video", "aif": "AIFF", "mka": "MKV", "w64": "Wave64"},
}
_UTF16 = {BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_BEFORE = BOM_UTF8 + BOM_UTF16_LE + b"\0 \t\r\n"  # what may come before the first character of an SVG


def by_signature(file: Path) -> Format:
    """Return the format by the file's first and last bytes; the rest may be something else."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if family := mp4_brands.in_head(head):
        return _of_brands(*family)
    if head.lstrip(_BEFORE)[:1] in (b"<", b"") and svg.is_drawing(file):
        return SVG
    text = _text(head)
    return _of_bytes(_matches(partial(puremagic.magic_file, file))) if text is None else _of_text(text)


def _matches(ask: Callable[[], list[Any]]) -> list[Any]:
    try:
        return [match for match in ask() if match.mime_type and match.extension]
    except (puremagic.PureError, ValueError):
        return []


def _of_brands(major: str, others: list[str]) -> Format:
    called, ending = mp4_brands.of_brands(major, others)
    still = Medium.IMAGE if called in mp4_brands.STILLS else Medium.VIDEO
    return Format(called, Medium.AUDIO if called == "M4A" else still, ending)


def _of_bytes(found: list[Any]) -> Format:
    known = (match for match in found if _medium(match) and match.confidence >= _LIKELY)
    if medium := next(known, None):
        called = _called(medium.extension)
        return Format(called, _medium(medium), ending_of(called, medium.extension.removeprefix(".")))
    return next((Format(_called(match.extension)) for match in found if match.confidence >= _SURE), UNKNOWN)


def _of_text(text: bytes) -> Format:
    """Return the format of a text: it is not SVG, the only medium in text form; a playlist refers to other files."""
    found = _matches(partial(puremagic.magic_string, text.lstrip()))
    if any(match.mime_type in _PAGES for match in found):
        return WEB_PAGE
    named = (Format(_called(match.extension)) for match in found if match.confidence >= _SURE)
    return next((name for name in named if name.called in _BUNDLES), TEXT)


def _medium(match: Any) -> Medium | None:
    kind = match.mime_type.partition("/")[0]
    return Medium(kind) if kind in _MEDIA else None


def _called(extension: str) -> str:
    ending = extension.removeprefix(".")
    return _CALLED.get(ending, ending.upper())


def _text(head: bytes) -> bytes | None:
    """Return the text as UTF-8 without a BOM; None when it is not text. Its last character may be cut."""
    encoding = _UTF16.get(head[:2], "utf-8")
    try:
        text = getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.removeprefix("\ufeff").encode("utf-8", "ignore")
