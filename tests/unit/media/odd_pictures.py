"""Pictures as phones, cameras, editors and generators give them."""

import struct
from collections.abc import Callable
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.unit.media.files import encoded, moving, png_of_size, two_halves

HALVES = two_halves()
_XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


def jpg(exif: bytes = b"") -> bytes:
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


def workflow() -> bytes:
    """A PNG with some 3 MB of text in it, packed."""
    words = PngInfo()
    words.add_text("workflow", "a node and its inputs, " * 130_000, zip=True)
    return encoded(HALVES, "PNG", pnginfo=words)


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


def raw_photo() -> bytes:
    """A TIFF as cameras write it: a thumbnail, and a tag for the version of DNG."""
    return encoded(HALVES, "TIFF", tiffinfo={50706: b"\1\4\0\0"})


def _words(comment: str) -> PngInfo:
    words = PngInfo()
    words.add_text("Comment", comment)
    return words


USUAL: dict[str, Callable[[], bytes]] = {
    "PNG": lambda: encoded(HALVES, "PNG"),
    "PNG of 16-bit grey": lambda: encoded(Image.new("I;16", (64, 48), 40_000), "PNG"),
    "PNG with 3 MB of text": workflow,
    "PNG whose text is IEND": lambda: encoded(HALVES, "PNG", pnginfo=_words("IEND\xaeB`\x82")),
    "PNG of 3,000 megapixels": lambda: png_of_size(60_000, 50_000),
    "PNG that moves": lambda: moving("PNG"),
    "JPG": jpg,
    "JPG for print": lambda: encoded(two_halves(mode="CMYK"), "JPEG"),
    "JPG turned by XMP alone": lambda: encoded(HALVES, "JPEG", xmp=_XMP),
    "JPG of orientation 9": lambda: jpg(_resolution(5, 1, bytes(8), orientation=9)),
    "JPG in steps": lambda: encoded(HALVES, "JPEG", progressive=True),
    "JPG on its side": lambda: encoded(HALVES, "JPEG", 6, quality=95),
    "JPG with a depth map": _phone,
    "JPG with a broken depth map": lambda: _phone(broken=True),
    "JPG with a resolution of no values": lambda: jpg(_resolution(5, 0, b"")),
    "JPG with a resolution of 0/0": lambda: jpg(_resolution(5, 1, bytes(8))),
    "JPG with a resolution that is empty": lambda: jpg(_resolution(2, 1, b"")),
    "JPG on its side with one of 1/0": lambda: jpg(_resolution(5, 1, b"\0\0\0\1\0\0\0\0", orientation=6)),
    "JPG with a resolution in words": lambda: jpg(_resolution(2, 3, b"72")),
    "JPG with EXIF of nonsense": lambda: jpg(b"nonsense"),
    "JPG with a page behind it": lambda: jpg() + b"<html></html>",
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
    "QOI": lambda: encoded(HALVES, "QOI"),
    "JPEG 2000": lambda: encoded(HALVES, "JPEG2000"),
    "16-bit grey TIFF, big end first": lambda: encoded(Image.new("I;16", (64, 48), 40_000).convert("I;16B"), "TIFF"),
    "Photoshop file of two layers": _layers,
    "PNG with a wrong checksum in its words": lambda: _spoilt(encoded(HALVES, "PNG", pnginfo=_words("spoilt"))),
    "PNG with a wrong checksum in words behind": lambda: _behind(encoded(HALVES, "PNG")),
    "icon": lambda: encoded(HALVES, "ICO"),
    "raw photo": raw_photo,
    "JPEG XL": lambda: b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(40),
    "SVG": lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
}
