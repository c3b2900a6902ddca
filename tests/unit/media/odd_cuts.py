"""What is no medium: error pages, texts, nothing; and files that were cut."""

from collections.abc import Callable
from functools import partial

from tests.unit.media.files import encoded, moving, of_brand
from tests.unit.media.odd_pictures import HALVES, jpg, raw_photo, workflow
from tests.unit.media.odd_videos import BRANDS_OF_3GP, NOISE, clip
from tests.unit.media.rare_pictures import DRAWING, RARE, photoshop

HALVED = ("JPG of 12 bits", "lossless JPG", "BMP of 4 bits a colour", "HEIC of two images")


def half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _half_3gp(brand: str) -> bytes:
    return half(of_brand(clip("3gp", "mpeg4"), brand))


def _half_of(make: Callable[[], bytes]) -> bytes:
    return half(make())


NO_MEDIA: dict[str, Callable[[], bytes]] = {
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
    "half a PNG": lambda: half(workflow()),
    "half a JPG": lambda: half(jpg()),
    "half a WebP": lambda: half(encoded(HALVES, "WEBP")),
    "half a GIF": lambda: half(moving("GIF")),
    "half an AVIF": lambda: half(encoded(HALVES, "AVIF")),
    "half a HEIC": lambda: half(encoded(HALVES, "HEIF")),
    "half an MP4": lambda: half(clip("mp4")),
    "half an MP4, index in front": lambda: half(clip("mp4", movflags="faststart")),
    "MP4 without the end of its index": lambda: clip("mp4", sound="aac")[:-1100],
    "half a WebM": lambda: half(clip("webm", "libvpx")),
    **{f"half a 3GP of the brand {brand}": partial(_half_3gp, brand) for brand in BRANDS_OF_3GP},
    **{f"half of {name}": partial(_half_of, RARE[name]) for name in HALVED},
    "SVG without its end": DRAWING[:-6].encode,
    "half an icon": lambda: half(encoded(HALVES, "ICO")),
    "icon without the end of its last image": lambda: encoded(HALVES, "ICO")[:-1],
    "half a TIFF of two pages": lambda: half(encoded(HALVES, "TIFF", save_all=True, append_images=[HALVES])),
    "half a raw photo": lambda: half(raw_photo()),
    "Photoshop file without the end of its last channel": lambda: photoshop(8, mode=7)[:-9],
    "web page in UTF-16": lambda: "<!DOCTYPE html><html><svg></svg></html>".encode("utf-16"),
    "page behind a long comment": lambda: b"<!--" + b"x" * 5000 + b"--><html><svg></svg></html>",
}
