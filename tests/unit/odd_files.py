"""A corpus of small odd files, made anew: what phones, cameras, editors, voice services and hosts give."""

import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.unit.files import encoded, film, moving, on_its_side, png_of_size, tone, two_halves

Make = Callable[[], bytes]
HALVES = two_halves()
_XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
NOISE = bytes(number * number % 251 for number in range(5000))


def _clip(form: str, codec: str = "libx264", **words: Any) -> bytes:
    with TemporaryDirectory() as folder:
        return film(Path(folder), form, codec=codec, **words)


def _sound(form: str, codec: str, **words: Any) -> bytes:
    with TemporaryDirectory() as folder:
        return tone(Path(folder), form, codec, **words)


def _jpg(exif: bytes = b"") -> bytes:
    words: dict[str, Any] = {"exif": b"Exif\0\0" + exif} if exif else {}
    return encoded(HALVES, "JPEG", quality=95, **words)


def _resolution(kind: int, count: int, value: bytes, orientation: int = 1) -> bytes:
    """EXIF with an orientation and a resolution in it; a value of more than four bytes stands behind."""
    turn = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    resolution = struct.pack(">HHI", 0x011A, kind, count) + (
        value.ljust(4, b"\0") if len(value) <= 4 else b"\0\0\0\x32"
    )
    unit = struct.pack(">HHIHH", 0x0128, 3, 1, 2, 0)
    return b"MM\0*\0\0\0\x08\0\x03" + turn + resolution + unit + bytes(4) + (value if len(value) > 4 else b"")


def _phone(broken: bool = False) -> bytes:
    """A picture with its depth beside it, as of a phone; broken, the list of the two does not say how many."""
    whole = encoded(HALVES, "MPO", save_all=True, append_images=[two_halves(mode="L")])
    return (
        whole.replace(b"\xb0\x01\0\x04", b"\xb0\x09\0\x04").replace(b"\x01\xb0\x04\0", b"\x09\xb0\x04\0")
        if broken
        else whole
    )


def _workflow() -> bytes:
    """A PNG with some 3 MB of text in it, packed."""
    words = PngInfo()
    words.add_text("workflow", "a node and its inputs, " * 130_000, zip=True)
    return encoded(HALVES, "PNG", pnginfo=words)


def _wav(length: int, codec: str = "pcm_s16le") -> bytes:
    """A sound of a service that does not know yet how long it will be."""
    whole = _sound("wav", codec)
    at, filled = whole.index(b"data") + 4, struct.pack("<I", length)
    return whole[:4] + filled + whole[8:at] + filled + whole[at + 4 :]


def _tags(size: int) -> bytes:
    return b"ID3\3\0\0" + bytes([0, 0, size >> 7, size & 127]) + bytes(size)


def _mp3() -> bytes:
    return _sound("mp3", "libmp3lame")


def _layers() -> bytes:
    """A Photoshop file: its head, no colours, no resources, two layers without pixels, and the whole picture."""
    layer = struct.pack(">4iH", 0, 0, 48, 64, 0) + b"8BIMnorm\xff\0\0\0" + struct.pack(">I", 0)
    layers = struct.pack(">h", 2) + layer * 2
    section = struct.pack(">I", len(layers)) + layers + struct.pack(">I", 0)
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 48, 64, 8, 3)
    return head + bytes(8) + struct.pack(">I", len(section)) + section + bytes(2) + HALVES.tobytes()


def _spoilt(png: bytes) -> bytes:
    at = png.index(b"spoilt") + len(b"spoilt")
    return png[:at] + bytes(4) + png[at + 4 :]


def _behind(png: bytes) -> bytes:
    """With words between its pixels and its end."""
    at = png.index(b"IEND") - 4
    return png[:at] + struct.pack(">I", 4) + b"tEXta\0bc" + bytes(4) + png[at:]


def _raw_photo() -> bytes:
    """A TIFF as cameras write it: a thumbnail, and a tag for the version of DNG."""
    return encoded(HALVES, "TIFF", tiffinfo={50706: b"\1\4\0\0"})


PICTURES: dict[str, Make] = {
    "PNG": lambda: encoded(HALVES, "PNG"),
    "PNG of 16-bit grey": lambda: encoded(Image.new("I;16", (64, 48), 40_000), "PNG"),
    "PNG with 3 MB of text": _workflow,
    "PNG whose text is IEND": lambda: encoded(HALVES, "PNG", pnginfo=_words("IEND\xaeB`\x82")),
    "PNG of 3,000 megapixels": lambda: png_of_size(60_000, 50_000),
    "PNG that moves": lambda: moving("PNG"),
    "JPG": _jpg,
    "JPG for print": lambda: encoded(two_halves(mode="CMYK"), "JPEG"),
    "JPG turned by XMP alone": lambda: encoded(HALVES, "JPEG", xmp=_XMP),
    "JPG of orientation 9": lambda: _jpg(_resolution(5, 1, bytes(8), orientation=9)),
    "JPG in steps": lambda: encoded(HALVES, "JPEG", progressive=True),
    "JPG on its side": lambda: encoded(HALVES, "JPEG", 6, quality=95),
    "JPG with a depth map": _phone,
    "JPG with a broken depth map": lambda: _phone(broken=True),
    "JPG with a resolution of no values": lambda: _jpg(_resolution(5, 0, b"")),
    "JPG with a resolution of 0/0": lambda: _jpg(_resolution(5, 1, bytes(8))),
    "JPG with a resolution that is empty": lambda: _jpg(_resolution(2, 1, b"")),
    "JPG on its side with one of 1/0": lambda: _jpg(_resolution(5, 1, b"\0\0\0\1\0\0\0\0", orientation=6)),
    "JPG with a resolution in words": lambda: _jpg(_resolution(2, 3, b"72")),
    "JPG with EXIF of nonsense": lambda: _jpg(b"nonsense"),
    "JPG with a page behind it": lambda: _jpg() + b"<html></html>",
    "WebP": lambda: encoded(HALVES, "WEBP"),
    "WebP that moves": lambda: moving("WEBP"),
    "GIF": lambda: encoded(HALVES, "GIF"),
    "GIF that moves": lambda: moving("GIF"),
    "AVIF": lambda: encoded(HALVES, "AVIF"),
    "AVIF that moves": lambda: moving("AVIF"),
    "HEIC": lambda: encoded(HALVES, "HEIF"),
    "HEIC that one can see through": lambda: encoded(two_halves(mode="RGBA"), "HEIF"),
    "TIFF": lambda: encoded(HALVES, "TIFF"),
    "TIFF for print": lambda: encoded(two_halves(mode="CMYK"), "TIFF", icc_profile=b"inks" * 40),
    "grey TIFF on its side": lambda: encoded(two_halves(mode="L"), "TIFF", tiffinfo={274: 6}),
    "TIFF of two pages": lambda: encoded(HALVES, "TIFF", save_all=True, append_images=[HALVES]),
    "BMP": lambda: encoded(HALVES, "BMP"),
    "JPEG 2000": lambda: encoded(HALVES, "JPEG2000"),
    "16-bit grey TIFF, big end first": lambda: encoded(Image.new("I;16", (64, 48), 40_000).convert("I;16B"), "TIFF"),
    "Photoshop file of two layers": _layers,
    "PNG with a wrong checksum in its words": lambda: _spoilt(encoded(HALVES, "PNG", pnginfo=_words("spoilt"))),
    "PNG with a wrong checksum in words behind": lambda: _behind(encoded(HALVES, "PNG")),
    "icon": lambda: encoded(HALVES, "ICO"),
    "raw photo": _raw_photo,
    "JPEG XL": lambda: b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(40),
    "SVG": lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
}
VIDEOS: dict[str, Make] = {
    "MP4": lambda: _clip("mp4", sound="aac"),
    "MP4 on its side": lambda: on_its_side(_clip("mp4")),
    "MP4 of wide pixels": lambda: _clip("mp4", shape=2),
    "MP4 in fragments": lambda: _clip("mp4", movflags="frag_keyframe+empty_moov"),
    "MP4 of AV1": lambda: _clip("mp4", "libsvtav1"),
    "MP4 of HEVC": lambda: _clip("mp4", "libx265"),
    "MP4 of MPEG-4 part 2": lambda: _clip("mp4", "mpeg4"),
    "MP4 in a codec that nobody has": lambda: _clip("mp4").replace(b"avc1", b"zzz1"),
    "MOV": lambda: _clip("mov", sound="pcm_s16le"),
    "MOV of ProRes": lambda: _clip("mov", "prores_ks", pixels="yuv422p10le"),
    "WebM": lambda: _clip("webm", "libvpx"),
    "WebM of two frames in two seconds": lambda: _clip("webm", "libvpx", frames=2, rate=1),
    "WebM of a live stream": lambda: _clip("webm", "libvpx", live="1"),
    "MKV": lambda: _clip("matroska"),
    "AVI": lambda: _clip("avi", "mpeg4"),
    "Flash video": lambda: _clip("flv"),
    "MPEG-TS": lambda: _clip("mpegts"),
    "MPEG": lambda: _clip("mpeg", "mpeg2video"),
    "Windows Media": lambda: _clip("asf", "wmv2"),
    "3GP": lambda: _clip("3gp", "mpeg4"),
    "bare H.264": lambda: _clip("h264"),
}
SOUNDS: dict[str, Make] = {
    "MP3": _mp3,
    "MP3 behind two ID3 tags": lambda: _tags(300) + _tags(200) + _mp3(),
    "MP3 behind zeros": lambda: bytes(700) + _mp3(),
    "MP3 behind nonsense": lambda: NOISE + _mp3(),
    "MP3 with much behind it": lambda: _mp3() + bytes(300_000),
    "MP3 cut in half": lambda: _mp3()[: len(_mp3()) // 2],
    "WAV": lambda: _sound("wav", "pcm_s16le"),
    **{f"WAV of length {length:#x}": partial(_wav, length) for length in (0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000, 0)},
    "WAV of floats, of length 0xffffffff": lambda: _wav(0xFFFFFFFF, "pcm_f32le"),
    "M4A": lambda: _sound("ipod", "aac"),
    "MP4 with audio only": lambda: _sound("mp4", "aac"),
    "AAC": lambda: _sound("adts", "aac"),
    "FLAC": lambda: _sound("flac", "flac"),
    "AIFF": lambda: _sound("aiff", "pcm_s16be"),
}
NO_MEDIA: dict[str, Make] = {
    "nothing": lambda: b"",
    "web page": lambda: b"\n<!DOCTYPE html><html><svg></svg></html>",
    "page without a head": lambda: b'<div class="error"><svg viewBox="0 0 9 9"></svg>Not found</div>',
    "error in Chinese": "服务器内部错误".encode,
    "error in JSON": lambda: b'{"code": 403, "message": "expired"}',
    "error in XML": lambda: b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    "one word": lambda: b"Forbidden",
    "playlist": lambda: b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/\n",
    "PDF": lambda: b"%PDF-1.7\n" + b"x" * 99,
    "Office file": lambda: b"PK\3\4" + b"x" * 99,
    "zeros": lambda: bytes(5000),
    "nonsense": lambda: NOISE,
    "half a PNG": lambda: _half(_workflow()),
    "half a JPG": lambda: _half(_jpg()),
    "half a WebP": lambda: _half(encoded(HALVES, "WEBP")),
    "half a GIF": lambda: _half(moving("GIF")),
    "half an AVIF": lambda: _half(encoded(HALVES, "AVIF")),
    "half a HEIC": lambda: _half(encoded(HALVES, "HEIF")),
    "half an MP4": lambda: _half(_clip("mp4")),
    "half an MP4, index in front": lambda: _half(_clip("mp4", movflags="faststart")),
    "half a WebM": lambda: _half(_clip("webm", "libvpx")),
}


def _half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _words(comment: str) -> PngInfo:
    words = PngInfo()
    words.add_text("Comment", comment)
    return words
