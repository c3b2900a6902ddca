"""Pictures to be uploaded: whole, still, of a size that can be decoded, and the right way up."""

import uuid
from pathlib import Path

from PIL import Image
from PIL.ExifTags import Base
from PIL.Image import Transpose
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from studio.errors import DraftError
from studio.media.inspection import BROKEN, PIXEL_LIMIT, Facts, preview_of
from studio.media.lengths import chunks
from studio.media.wholeness import has_end

MOST_PIXELS = 50_000_000
_OPENERS: dict[str, type[ImageFile]] = {"png": PngImageFile, "jpg": JpegImageFile, "webp": WebPImageFile}
_UPRIGHT = {  # EXIF 2.32, 4.6.4: what to do with a picture of this orientation
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def look(file: Path, name: str, ending: str, workshop: Path) -> tuple[Path, Facts]:
    """What to upload of a picture, the file or an upright copy of it, and its facts.

    Errors: DraftError when the content is not fit for it; besides, whatever Pillow raises about broken bytes.
    """
    picture, orientation = _decoded(file, name, ending)
    if (turn := _UPRIGHT.get(orientation)) is not None:  # one of them is the number 0
        picture = picture.transpose(turn)
        file = _written(picture, file, name, ending, workshop)
    return file, Facts(ending, picture.width, picture.height, preview_of(_shown(picture)))


def check_pixels(name: str, width: int, height: int) -> None:
    """Errors: DraftError when there are more pixels than we decode."""
    if width * height > MOST_PIXELS:
        megapixels = -(-width * height // 100_000) / 10  # rounded up: 50.01 is more than 50
        raise _too_many(name, f"{megapixels:g}")


def _too_many(name: str, megapixels: str) -> DraftError:
    most = f"{MOST_PIXELS / 1_000_000:g}"
    return DraftError(f"{name} has {megapixels} megapixels; the limit is {most}. Make it smaller.", field="")


def _decoded(file: Path, name: str, ending: str) -> tuple[Image.Image, int]:
    """The picture, every pixel of it, and its orientation.

    Pillow's own door, Image.open, has a check of pixels of its own, and takes a JPG with a depth map for a film.
    """
    try:
        with _OPENERS[ending](file) as picture:
            check_pixels(name, *picture.size)
            if getattr(picture, "is_animated", False):
                raise DraftError(f"{name} is animated. Save one frame of it as PNG.", field="")
            picture.load()
            if ending == "png" and not has_end(file, ending):  # whose missing end Pillow does not miss
                raise EOFError
            return picture, _orientation(picture)
    except Image.DecompressionBombError:  # a WebP, whose pixels are counted before its size is told
        raise _too_many(name, f"more than {2 * PIXEL_LIMIT // 1_000_000}") from None


def _orientation(picture: Image.Image) -> int:
    """1 is upright. EXIF that cannot be read is no reason against a picture, as nobody shows it turned then."""
    try:
        found = picture.getexif().get(Base.Orientation, 1)
    except BROKEN:
        return 1
    return found if isinstance(found, int) else 1


def _written(upright: Image.Image, file: Path, name: str, ending: str, workshop: Path) -> Path:
    """A copy without EXIF, as WeryAI may not heed an orientation; with the colours and the exactness of the file."""
    copy, exact = workshop / f"upright-{uuid.uuid4().hex}.{ending}", ending == "webp" and _is_exact(file)
    try:
        upright.save(copy, quality=95, lossless=exact, exact=exact, icc_profile=upright.info.get("icc_profile"))
    except Exception as error:  # Pillow has removed what it had begun
        raise DraftError(f"{name} couldn't be rotated. Rotate it yourself, then save and add it.", field="") from error
    return copy


def _is_exact(file: Path) -> bool:
    with file.open("rb") as stream:
        return any(chunk == b"VP8L" for chunk, _, _ in chunks(stream))


def _shown(picture: Image.Image) -> Image.Image:
    """Pillow would show all but the darkest 256 of 65,536 greys as white."""
    return picture.point(lambda grey: grey * (1 / 256)).convert("L") if picture.mode == "I;16" else picture
