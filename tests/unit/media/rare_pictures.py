"""Pictures of kinds that are whole and seldom seen; no decoder here knows some of them."""

import struct
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import av
import numpy as np
from PIL import Image

from tests.unit.media.files import encoded, of_brand, two_halves

WIDTH, HEIGHT = 64, 48
HALVES = two_halves()
RAMP = np.linspace(0, 65_535, WIDTH * HEIGHT).astype(np.uint16).reshape(HEIGHT, WIDTH)
GREY, COLOURS, WHITE_IS_ZERO = 1, 2, 0
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><g><path d="M0 0h9v9z"/></g></svg>'
ENTITIES = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd" [ <!ENTITY ns "http://x/?a>b"> <!-- ]> --> ]>\n'


def tiff(values: Any, photometric: int = GREY, *, order: str = "<", alpha: bool = False) -> bytes:
    """A TIFF of an array's own numbers, one after the other."""
    height, width, *more = values.shape
    form = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    pixels: bytes = values.astype(values.dtype.newbyteorder(order)).tobytes()
    channels = more[0] if more else 1
    tags: dict[int, tuple[str, list[int]]] = {
        **{256: ("I", [width]), 257: ("I", [height]), 258: ("H", [values.dtype.itemsize * 8] * channels)},
        **{259: ("H", [1]), 262: ("H", [photometric]), 273: ("I", [0]), 277: ("H", [channels])},
        **{278: ("I", [height]), 279: ("I", [len(pixels)]), 284: ("H", [1])},
        **({338: ("H", [2])} if alpha else {}),
        339: ("H", [form] * channels),
    }
    behind, at = b"", 8 + 2 + 12 * len(tags) + 4
    far = sum(len(numbers) * struct.calcsize(kind) for kind, numbers in tags.values() if len(numbers) > 2)
    tags[273] = ("I", [at + far])
    listed = struct.pack(f"{order}H", len(tags))
    for tag, (kind, numbers) in tags.items():
        value = struct.pack(f"{order}{len(numbers)}{kind}", *numbers)
        place = struct.pack(f"{order}I", at + len(behind)) if len(value) > 4 else value.ljust(4, b"\0")
        listed += struct.pack(f"{order}HHI", tag, {"H": 3, "I": 4}[kind], len(numbers)) + place
        behind += value if len(value) > 4 else b""
    head = b"II*\0\x08\0\0\0" if order == "<" else b"MM\0*\0\0\0\x08"
    return head + listed + bytes(4) + behind + pixels


def floats(*odd: float) -> Any:
    """From 0 to 1, but for the first ones."""
    values = (RAMP / 65_535).astype(np.float32)
    values.flat[: len(odd)] = odd
    return values


def with_alpha() -> bytes:
    return tiff(np.stack([RAMP, np.full_like(RAMP, 40_000)], -1), alpha=True)


def twelve_bits() -> bytes:
    """A JPG that says it is of 12 bits a colour."""
    whole = encoded(HALVES, "JPEG", quality=95)
    at = whole.index(b"\xff\xc0")
    return whole[: at + 1] + b"\xc1" + whole[at + 2 : at + 4] + b"\x0c" + whole[at + 5 :]


def coded(codec: str, pixels: str, **options: str) -> bytes:
    """A picture by one of FFmpeg's encoders."""
    context: Any = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt, context.options = WIDTH, HEIGHT, pixels, options
    context.framerate = context.time_base = Fraction(1)
    frame = av.VideoFrame.from_ndarray(np.asarray(HALVES), format="rgb24").reformat(format=pixels)
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


def bmp(*masks: int, bits: int = 16) -> bytes:
    """One whose colours are where these masks say."""
    pixels = bytes(WIDTH * HEIGHT * bits // 8)
    begin = 14 + 40 + 4 * len(masks)
    head = struct.pack("<2sIHHI", b"BM", begin + len(pixels), 0, 0, begin)
    return (
        head
        + struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, bits, 3, len(pixels), 0, 0, 0, 0)
        + struct.pack(f"<{len(masks)}I", *masks)
        + pixels
    )


def photoshop(depth: int = 16, version: int = 1, mode: int = 3, *, packed: bool = False) -> bytes:
    """One without layers: its head, three empty sections, the whole picture in black."""
    row, rows = WIDTH * depth // 8, 3 * HEIGHT
    head = b"8BPS" + struct.pack(">H6xHIIHH", version, 3, HEIGHT, WIDTH, depth, mode) + bytes(8 + 4 * version)
    if not packed:
        return head + bytes(2 + row * rows)
    line = b"\x81\0" * (row // 128)
    return head + struct.pack(f">H{rows}{' HI'[version]}", 1, *[len(line)] * rows) + line * rows


RARE: dict[str, Callable[[], bytes]] = {
    "JPG of 12 bits": twelve_bits,
    "lossless JPG": partial(coded, "ljpeg", "bgr24", strict="unofficial"),
    "BMP of 4 bits a colour": lambda: bmp(0xF00, 0xF0, 0xF),
    "BMP of 10 bits a colour": lambda: bmp(0x3FF00000, 0xFFC00, 0x3FF, bits=32),
    "16-bit grey TIFF that one can see through": with_alpha,
    "16-bit grey TIFF, 0 is white": lambda: tiff(RAMP, WHITE_IS_ZERO),
    "16-bit grey TIFF, 0 is white, big end first": lambda: tiff(RAMP, WHITE_IS_ZERO, order=">"),
    "TIFF of floats": lambda: tiff(floats()),
    "TIFF of floats, some of which are none": lambda: tiff(floats(np.nan, np.inf, -np.inf)),
    "TIFF of floats that are all none": lambda: tiff(np.full((HEIGHT, WIDTH), np.nan, np.float32)),
    "TIFF of signed numbers": lambda: tiff(RAMP.astype(np.int32) * 20_000 - 9),
    "TIFF of colours in floats": lambda: tiff(np.stack([floats()] * 3, -1), COLOURS),
    "16-bit Photoshop file": photoshop,
    "large Photoshop file": lambda: photoshop(8, 2, packed=True),
    "JPEG 2000 of grey that one can see through": partial(coded, "jpeg2000", "ya8"),
    "SVG with entities": f'<?xml version="1.0"?>\n{ENTITIES}{DRAWING}'.encode,
    "SVG behind a long comment": f"<!-- {'by a font editor ' * 500} -->{DRAWING}".encode,
    "SVG behind space": f"{' ' * 4096}{DRAWING}".encode,
    "SVG in UTF-16": lambda: f'<?xml version="1.0" encoding="utf-16"?>{DRAWING}'.encode("utf-16"),
    "SVG in UTF-16 without a mark": lambda: f'<?xml version="1.0"?>{DRAWING}'.encode("utf-16-le"),
    "SVG in Latin-1": lambda: f'<?xml version="1.0" encoding="iso-8859-1"?><!-- ä -->{DRAWING}'.encode("latin-1"),
    "AVIF of the brand mif1": lambda: of_brand(encoded(HALVES, "AVIF"), "mif1"),
    "HEIC of the brand mif1": lambda: of_brand(encoded(HALVES, "HEIF"), "mif1"),
    "HEIC of two images": lambda: encoded(HALVES, "HEIF", save_all=True, append_images=[Image.new("RGB", (64, 48))]),
}
