"""What a file is by its first bytes, whatever its name says."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from studio.media.lengths import end_of_tags
from studio.media.media import Medium

_HEAD = 4096
_IMAGE, _VIDEO, _AUDIO = Medium


@dataclass(frozen=True)
class Format:
    """A kind of file: what people call it, what it is a file of, and its ending; without one it is not taken."""

    called: str
    medium: Medium | None = None
    ending: str = ""


SOUND_IN_MP4 = Format("audio in an MP4", _AUDIO)
UNKNOWN = Format("not a known kind of file")
_MP3 = Format("an MP3", _AUDIO, "mp3")
_MP4, _MOV = Format("a video", _VIDEO, "mp4"), Format("a video", _VIDEO, "mov")
_AVIF, _HEIC = Format("an AVIF", _IMAGE), Format("a HEIC", _IMAGE)
_TIFF, _MKV = Format("a TIFF", _IMAGE), Format("an MKV", _VIDEO)
_MPEG, _AAC = Format("an MPEG-2 video", _VIDEO), Format("an AAC file", _AUDIO)
_SVG, _WEB_PAGE = Format("an SVG", _IMAGE), Format("a web page")

_SIGNATURES: tuple[tuple[re.Pattern[bytes], Format], ...] = tuple(
    (re.compile(pattern, re.DOTALL), found)
    for pattern, found in (
        (rb"\x89PNG\r\n\x1a\n", Format("a PNG", _IMAGE, "png")),
        (rb"\xff\xd8\xff", Format("a JPG", _IMAGE, "jpg")),
        (rb"RIFF....WEBP", Format("a WebP", _IMAGE, "webp")),
        (rb"RIFF....WAVE", Format("a WAV", _AUDIO, "wav")),
        (rb"RIFF....AVI ", Format("an AVI", _VIDEO)),
        (rb"GIF8[79]a", Format("a GIF", _IMAGE)),
        (rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", Format("a BMP", _IMAGE)),  # the size of its second header
        (rb"II[*+]\0|MM\0[*+]", _TIFF),
        (rb"\xff\x0a|\0\0\0\x0cJXL ", Format("a JPEG XL", _IMAGE)),
        (rb"\0\0\0\x0cjP  ", Format("a JPEG 2000", _IMAGE)),
        (rb"8BPS", Format("a Photoshop file", _IMAGE)),
        (rb"\0\0[\x01\x02]\0.\0", Format("an icon", _IMAGE)),
        (rb"....(moov|mdat|wide|free|skip|pnot)", _MOV),  # a QuickTime file from before there were brands
        (rb"\x1a\x45\xdf\xa3.{0,60}webm", Format("a WebM", _VIDEO)),
        (rb"\x1a\x45\xdf\xa3", _MKV),
        (rb"FLV\x01", Format("a Flash video", _VIDEO)),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Format("a Windows Media file", _VIDEO)),
        (rb"\0\0\x01[\xba\xb3]|G.{187}G.{187}G", _MPEG),
        (rb"OggS", Format("an OGG", _AUDIO)),
        (rb"fLaC", Format("a FLAC", _AUDIO)),
        (rb"FORM....AIF[FC]", Format("an AIFF", _AUDIO)),
        (rb"#!AMR", Format("an AMR", _AUDIO)),
        (rb"MThd", Format("a MIDI file", _AUDIO)),
        (rb"\xff[\xf0\xf1\xf8\xf9]", _AAC),
        (rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\xf0-\xff]", _MP3),  # MPEG 2.5, 2 or 1, layer III, and not "bad" as bitrate
        (rb"%PDF-", Format("a PDF")),
        (rb"PK\x03\x04", Format("a ZIP or an Office file")),
        (rb"Rar!|7z\xbc\xaf|\x1f\x8b", Format("an archive")),
        (rb"MZ|\x7fELF", Format("a program")),
        (rb"(\xef\xbb\xbf)?\s*(<!doctype html|<html|<!DOCTYPE HTML|<!DOCTYPE html|<HTML)", _WEB_PAGE),
        (rb"(\xef\xbb\xbf)?\s*<(svg|[?!].*<svg)", _SVG),
    )
)
_BRANDS: dict[bytes, Format] = {
    **dict.fromkeys((b"avif", b"avis"), _AVIF),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), _HEIC),
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), Format("an M4A", _AUDIO)),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3g2a"), Format("a 3GP", _VIDEO)),
    b"crx ": Format("a raw photo", _IMAGE),
    b"qt  ": _MOV,
}
_USED = {_IMAGE: ("JPG", "PNG", "WebP"), _VIDEO: ("MP4", "MOV"), _AUDIO: ("MP3", "WAV")}
_MANY = {_IMAGE: "images", _VIDEO: "videos", _AUDIO: "audio files"}


def format_of(file: Path) -> Format:
    """What the file begins as. That it goes on like that is for a decoder to say."""
    with file.open("rb") as stream:
        tags = end_of_tags(stream)
        stream.seek(tags)
        head = stream.read(_HEAD)
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if tags:  # sounds of several formats have them
        head = head.lstrip(b"\0")
    return next((found for pattern, found in _SIGNATURES if pattern.match(head)), UNKNOWN)


def _by_brand(head: bytes) -> Format:
    """ISO/IEC 14496-12, 4.3: the first brand says what it is, the others what it can be read as."""
    end = min(int.from_bytes(head[:4]), len(head))  # the length may be a lie
    first, others = head[8:12], {head[at : at + 4] for at in range(16, end, 4)}
    if first in (b"mif1", b"msf1") and others & {b"avif", b"avis"}:
        return _AVIF
    return _BRANDS.get(first, _MP4)


def endings(media: Collection[Medium]) -> str:
    """The formats to use, as in "MP4 or MOV"."""
    return _listed([ending for medium in Medium if medium in media for ending in _USED[medium]], "or")


def many(media: Collection[Medium]) -> str:
    """The media in words, as in "pictures and videos"."""
    return _listed([_MANY[medium] for medium in Medium if medium in media], "and")


def _listed(words: list[str], last: str) -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
