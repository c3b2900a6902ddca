"""What a file is by its content, whatever its name says: as Pillow and FFmpeg read it, else by its signature."""

import re
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import puremagic
from av.container import InputContainer

from studio.media import clips, pictures
from studio.media.formats import (
    BRANDS,
    CONTAINERS,
    NOTHING,
    PICTURES,
    RAW,
    SOUND_IN_MP4,
    STILL_BRANDS,
    SVG,
    TEXT,
    UNKNOWN,
    WEB_PAGE,
    Format,
    Reader,
    ending_of,
)
from studio.media.media import Medium

_SURE, _LIKELY = 0.4, 0.2  # of puremagic's confidence, a tenth for each byte: two are found in any text
_HEAD = 4096
_MEDIA = frozenset(Medium)
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_DRAWING = re.compile(  # its first element
    rb"(\xef\xbb\xbf)?(\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+svg[^>]*>)*<(\w+:)?svg[\s>/]", re.DOTALL
)
_BUNDLE = "ZIP or an Office file"
_BUNDLES = frozenset({_BUNDLE, "PDF"})  # which may begin like a text
_CALLED = {  # where puremagic's ending is not what people say
    **dict.fromkeys(("jpeg", "jpe", "jfif"), "JPG"),
    **dict.fromkeys(("tif", "tiff"), "TIFF"),
    **dict.fromkeys(("exe", "dll", "com", "elf", "so", "o"), "program"),
    **dict.fromkeys(("docx", "xlsx", "pptx", "zip"), _BUNDLE),
    **dict.fromkeys(("oga", "opus", "ogx", "ogv"), "OGG"),
    **{"jxl": "JPEG XL", "webp": "WebP", "heif": "HEIC", "psd": "Photoshop file", "ico": "icon", "webm": "WebM"},
}


def format_of(file: Path) -> Format:
    """What a decoder finds in a file; one that none can open is called by its signature."""
    if not file.stat().st_size:
        return NOTHING
    return _picture(file) or _container(file) or by_signature(file)


def _picture(file: Path) -> Format | None:
    try:
        with pictures.opened(file) as picture:
            return RAW if pictures.is_raw(picture) else PICTURES[str(picture.format)]
    except Exception:  # nobody lists what Pillow raises about bytes that are something else
        return None


def _container(file: Path) -> Format | None:
    try:
        with clips.opened(file) as container:
            return _of_streams(container, file)
    except Exception:  # as above, of FFmpeg
        return None


def _of_streams(container: InputContainer, file: Path) -> Format | None:
    """By its streams; a cover picture makes no video of a sound."""
    is_film = clips.moving(container) is not None
    if not is_film and not container.streams.audio:
        return None
    called, ending = _named(container, file)
    if called == "MP4" and not is_film:
        return SOUND_IN_MP4
    medium = Medium.IMAGE if called in STILL_BRANDS else Medium.VIDEO if is_film else Medium.AUDIO
    return Format(called, medium, ending, Reader.FFMPEG)


def _named(container: InputContainer, file: Path) -> tuple[str, str]:
    name = container.format.name
    if name == clips.MP4:  # by its major brand, ISO/IEC 14496-12, 4.3; a QuickTime file of old has none
        return BRANDS.get(str(container.metadata.get("major_brand", "")).strip(), ("MP4", "mp4"))
    if name == clips.MATROSKA and by_signature(file).ending == "webm":
        return "WebM", "webm"
    return CONTAINERS[name]


def by_signature(file: Path) -> Format:
    """What a file begins as; that it goes on like that is not said. Only its first and last bytes are read."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    return _of_text(head) if _is_text(head) else _of_bytes(_matches(partial(puremagic.magic_file, file)))


def _matches(ask: Callable[[], list[Any]]) -> list[Any]:
    try:
        return [match for match in ask() if match.mime_type and match.extension]
    except (puremagic.PureError, ValueError):
        return []


def _of_bytes(found: list[Any]) -> Format:
    known = (match for match in found if _medium(match) and match.confidence >= _LIKELY)
    if medium := next(known, None):
        called = _called(medium.extension)
        return Format(called, _medium(medium), ending_of(called, medium.extension.removeprefix(".")))
    return next((Format(_called(match.extension)) for match in found if match.confidence >= _SURE), UNKNOWN)


def _of_text(head: bytes) -> Format:
    """Of what can be read as text only a drawing is a medium; a playlist leads elsewhere."""
    found = _matches(partial(puremagic.magic_string, head.removeprefix(BOM_UTF8).lstrip()))
    if _DRAWING.match(head):
        return SVG
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


def _is_text(head: bytes) -> bool:
    try:
        getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return False
    return b"\0" not in head
