"""Prepares an image for the upload: the file itself, or an upright copy in a format that WeryAI accepts."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, JpegImagePlugin
from PIL.ImageFile import ImageFile

from studio.core import reference
from studio.core.errors import DraftError
from studio.core.reference import Medium
from studio.core.settings import MEGABYTE
from studio.media import clips, pictures
from studio.media.facts import is_of_disk
from studio.media.file_types import Format

MOST_PIXELS = 50_000_000
_QUALITIES = (95, 90, 85, 80, 70, 55, 40, 25)
_LOSSY = frozenset({"JPG", "AVIF", "HEIC", "JPEG 2000"})
_MODES = {
    "jpg": {"L", "RGB", "CMYK"},
    "png": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"},
    "webp": {"RGB", "RGBA"},
}
_SEVERAL = {"TIFF": "has several pages. Save one of them as PNG."}
_ANIMATED = "is animated. Save one frame of it as PNG."
_NEVER_MOVES = frozenset({"HEIC", "icon", "Photoshop file"})  # several sizes or shots, of which one is the image


def check_pixels(name: str, width: int, height: int) -> None:
    """Check the number of pixels. Errors: DraftError when there are more than the studio decodes."""
    if width * height > MOST_PIXELS:
        megapixels = -(-width * height // 100_000) / 10  # rounded up, because 50.01 is more than 50
        most = f"{MOST_PIXELS / 1_000_000:g}"
        raise DraftError(f"{name} has {megapixels:g} megapixels; the limit is {most}. Make it smaller.", field="")


@dataclass(frozen=True)
class Handed:
    """An image file from a person, and the folder for a copy of it."""

    file: Path
    name: str
    found: Format
    folder: Path


def uploadable(handed: Handed) -> tuple[Path, Image.Image]:
    """Return the file or a copy of it, and its image, decoded.

    Errors: DraftError when the content is not suitable; also whatever Pillow raises about damaged bytes.
    """
    picture = _decoded(handed.file, handed.name, handed.found)
    turn = pictures.orientation(picture)
    if turn == 1 and handed.found.is_taken:
        return handed.file, picture
    upright = pictures.turned(picture, turn)
    return _copied(handed, picture, upright), upright


def _decoded(file: Path, name: str, found: Format) -> ImageFile:
    """Decode all pixels of an image."""
    with pictures.opened(file) as picture:
        check_pixels(name, *picture.size)
        if pictures.is_moving(picture) and found.called not in _NEVER_MOVES:
            raise DraftError(f"{name} {_SEVERAL.get(found.called, _ANIMATED)}", field="")
        if picture.format == "PNG":  # Pillow does not notice a missing end of a PNG
            pictures.verify(file)
        picture.load()
    return picture


def _copied(handed: Handed, picture: ImageFile, upright: Image.Image) -> Path:
    """Write a copy without EXIF, as WeryAI may ignore the orientation; colours and quality stay those of the file."""
    done = "rotated upright" if handed.found.is_taken else "converted"
    most, size = reference.MOST_BYTES[Medium.IMAGE], 0
    try:
        for ending, words in _ways(handed.file, picture, handed.found):
            copy = handed.folder / f"copy-{uuid.uuid4().hex}.{ending}"
            made = _in_mode(upright, ending)
            profile = upright.info.get("icc_profile") if made is upright else None  # of unconverted colours only
            made.save(copy, icc_profile=profile, **words)
            if (size := copy.stat().st_size) <= most:
                return copy
            copy.unlink()
    except Exception as error:  # Pillow has removed the incomplete file
        if is_of_disk(error):
            raise
        raise DraftError(f"{handed.name} couldn't be {done}. Save it as JPG, then add that.", field="") from error
    raise DraftError(f"{handed.name}, {done}, has {megabytes(size)}; the limit is {most / MEGABYTE:g} MB.", field="")


def _ways(file: Path, picture: ImageFile, found: Format) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield endings and options to save a copy with, the best first; lossy quality is lowered until the copy fits."""
    if found.called == "WebP":
        if clips.is_exact(file):
            yield "webp", {"lossless": True, "exact": True, "quality": _QUALITIES[0], "method": pictures.EFFORT}
        for quality in _QUALITIES:
            yield "webp", {"quality": quality, "method": pictures.EFFORT}
        return
    is_see_through = picture.has_transparency_data
    if is_see_through or found.called not in _LOSSY:
        yield "png", {}
    if is_see_through:
        return
    if found.called == "JPG":
        yield "jpg", {"qtables": _tables(picture), "subsampling": JpegImagePlugin.get_sampling(picture)}
    for quality in _QUALITIES:
        yield "jpg", {"quality": quality}


def _in_mode(picture: Image.Image, ending: str) -> Image.Image:
    """Return the image in one of the modes that the format has."""
    if ending == "png" and (deep := pictures.deep_grey(picture)):
        return deep
    return picture if picture.mode in _MODES[ending] else pictures.in_colours(picture)


def _tables(picture: Any) -> dict[int, list[int]]:
    """Return a JPG's quantization tables: a copy with the same ones is about as large, and loses least."""
    return dict(picture.quantization)


def megabytes(size: int) -> str:
    return f"{-(-size * 10 // MEGABYTE) / 10:g} MB"  # rounded up: a size over a limit is not shown as equal
