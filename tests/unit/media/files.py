"""Files of every kind that a person may add, made anew: pictures, videos and sounds."""

import io
import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pillow_heif
from PIL import Image
from PIL.ExifTags import Base

pillow_heif.register_heif_opener()
RED, BLUE = (220, 20, 20), (20, 20, 220)


def two_halves(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Red above blue on the left, all white on the right: every way to turn it looks different."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture.convert(mode)


def encoded(picture: Image.Image, form: str, orientation: int = 1, **words: Any) -> bytes:
    file, exif = io.BytesIO(), Image.Exif()
    exif[Base.Orientation] = orientation
    picture.save(file, form, **({"exif": exif} if orientation != 1 else {}), **words)
    return file.getvalue()


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (64, 48), (shade, 90, 90)) for shade in (0, 100, 200)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=80)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says it is of this size; there is hardly anything in it."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            (b"IDAT", zlib.compress(b"\0" * 100)),
            (b"IEND", b""),
        )
    )


def film(
    folder: Path,
    form: str,
    *,
    codec: str = "libx264",
    sound: str = "",
    frames: int = 24,
    ending: str = "",
    pixels: str = "yuv420p",
    shape: int = 1,
    rate: int = 12,
    **options: str,
) -> bytes:
    """A clip of so many frames a second, with a tone as long if `sound` names a codec; without frames a tone of 2 s.

    `shape` is how much wider than high a pixel is.
    """
    file = folder / f"made.{ending or form}"
    with av.open(file, "w", format=form, options=options) as container:
        stream: Any = container.add_stream(codec, rate=rate) if frames else None  # its type hangs on the codec's name
        tone: Any = container.add_stream(sound, rate=44100, layout="mono") if sound else None
        if stream:
            stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
            stream.codec_context.sample_aspect_ratio = Fraction(shape)
            for _ in range(frames):
                picture = av.VideoFrame.from_ndarray(np.asarray(two_halves()), format="rgb24")
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
        if tone:
            wave = (np.sin(np.arange(44100 * (frames or 24) // 12) / 20) * 9000).astype(np.int16)[None]
            heard = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
            heard.sample_rate = 44100
            container.mux([*tone.encode(heard), *tone.encode(None)])
    return file.read_bytes()


def tone(folder: Path, form: str, codec: str, **options: Any) -> bytes:
    return film(folder, form, sound=codec, frames=0, **options)


def with_matrix(mp4: bytes, across: int, bend: int, slant: int, down: int) -> bytes:
    """A clip whose pixels are to be shown as these four numbers of its matrix say."""
    one, none = (0x10000).to_bytes(4), bytes(4)
    upright = one + bytes(12) + one
    numbers = [(number * 0x10000).to_bytes(4, signed=True) for number in (across, bend, slant, down)]
    at = mp4.index(upright, mp4.index(b"tkhd"))
    return mp4[:at] + b"".join([*numbers[:2], none, *numbers[2:]]) + mp4[at + len(upright) :]


def on_its_side(mp4: bytes) -> bytes:
    """A clip that was filmed upright: its pixels lie, and a matrix turns them."""
    return with_matrix(mp4, 0, 1, -1, 0)


def of_brand(mp4: bytes, major: str) -> bytes:
    """A file of the MP4 family that begins as another of it."""
    return mp4[:8] + major.ljust(4).encode() + mp4[12:]


def of_no_length(mp4: bytes) -> bytes:
    """A clip of one track, none of whose boxes says how long it is."""
    for box, at in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        place = mp4.index(box) + at
        mp4 = mp4[:place] + bytes(4) + mp4[place + 4 :]
    return mp4
