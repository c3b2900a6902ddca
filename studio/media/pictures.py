"""Images as Pillow decodes them: whether they are complete, their orientation, and small previews."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pillow_heif
from PIL import Image, ImageFile, PngImagePlugin
from PIL.ExifTags import Base
from PIL.Image import Transpose
from PIL.JpegImagePlugin import JpegImageFile

from studio.media import high_depth_grey

PREVIEW_SIDE = 480
MOST_DECODED = 120_000_000  # pixels: some 500 MB
EFFORT = 2  # WebP's effort, from 0 to 6: less than half the time of the usual 4, for files that are some 5 % larger
_MOST_WORDS = 64 * 1024**2  # bytes of text in a PNG, unpacked: a workflow with its images exceeds Pillow's 1 MB
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_OTHERS = ("PNG", "WEBP", "GIF", "AVIF", "HEIF", "TIFF", "BMP", "ICO", "JPEG2000", "PSD", "QOI")
_DNG_VERSION, _SUB_PICTURES = 50706, 330  # TIFF tags of a camera's raw photo, whose first image is a thumbnail
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0  # TIFF 6.0, 8
_NEGATIVE = "negative"
_UPRIGHT = {  # EXIF 2.32, 4.6.4: how to turn an image of this orientation upright
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # each decoder here checks the size first
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = _MOST_WORDS


class _Jpeg(JpegImageFile):
    """A JPEG without its resolution, which is not used here: an odd one in EXIF would prevent opening the file."""

    def _read_dpi_from_exif(self) -> None:
        self.info["dpi"] = 72, 72


def opened(file: Path) -> ImageFile.ImageFile:
    """Open an image without decoding it. Errors: whatever Pillow raises about other bytes.

    A JPG with a second image (a phone's depth map) is one image here; Image.open would return a sequence.
    """
    with file.open("rb") as stream:
        head = stream.read(len(_PNG))
    if head.startswith(_JPEG):
        return _Jpeg(file)
    with _lenient() if head == _PNG else nullcontext():
        picture = Image.open(file, formats=_OTHERS)
    if getattr(picture, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        picture.info[_NEGATIVE] = True
    picture.filename = ""  # else Pillow would memory-map a rotated TIFF with its sides exchanged
    return picture


@contextmanager
def _lenient() -> Iterator[None]:
    """Accept a PNG with a wrong checksum outside of its pixels. This process reads one file at a time."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def verify(png: Path) -> None:
    """Check a PNG by its checksums, in a tenth of the time of decoding; if one is wrong, decode the pixels.

    Errors: whatever Pillow raises when the file is incomplete.
    """
    try:
        with opened(png) as picture:
            picture.verify()
    except SyntaxError as error:
        if "bad header checksum" not in str(error):  # an incomplete header means that the file was cut
            raise
        with opened(png) as picture:
            picture.load()


def is_raw(picture: ImageFile.ImageFile) -> bool:
    """Whether it is a camera's raw photo, of which Pillow would show a thumbnail."""
    tags = getattr(picture, "tag_v2", {})
    return _DNG_VERSION in tags or _SUB_PICTURES in tags


def is_moving(picture: ImageFile.ImageFile) -> bool:
    return bool(getattr(picture, "is_animated", False))


def orientation(picture: Image.Image) -> int:
    """Return the EXIF orientation, 1 being upright. Unreadable EXIF counts as upright: no program turns such an image.

    An orientation in XMP, which Pillow uses when there is no EXIF, is removed: browsers ignore it.
    """
    for xmp in ("xmp", "XML:com.adobe.xmp"):
        picture.info.pop(xmp, None)
    try:
        found = picture.getexif().get(Base.Orientation, 1)
    except Exception:  # odd EXIF may fail in unforeseen ways
        return 1
    return found if found in range(1, 9) else 1


def turned(picture: Image.Image, orientation: int) -> Image.Image:
    """Return the image upright; the same object when it is upright already."""
    turn = _UPRIGHT.get(orientation)
    return picture if turn is None else picture.transpose(turn)  # one of the constants is 0


def turned_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return width and height after turning upright."""
    return (size[1], size[0]) if orientation >= 5 else size


def preview_of(picture: Image.Image, orientation: int = 1) -> bytes:
    """Return a WebP of at most 480 pixels a side, upright; it is made small before it is turned."""
    smaller = min(1.0, PREVIEW_SIDE / max(picture.size))
    width, height = (max(1, round(side * smaller)) for side in picture.size)
    small = turned(in_colours(picture).resize((width, height), reducing_gap=2.0), orientation)
    file = io.BytesIO()
    small.convert("RGBA" if small.has_transparency_data else "RGB").save(file, "WEBP", quality=80, method=EFFORT)
    return file.getvalue()


def in_colours(picture: Image.Image) -> Image.Image:
    """Return the image in a mode that can be resized."""
    if deep := deep_grey(picture):
        return high_depth_grey.shallow(deep)
    if picture.mode in ("L", "RGB", "RGBA"):
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def deep_grey(picture: Image.Image) -> Image.Image | None:
    """Like `high_depth_grey.deep`; Pillow inverts the negatives of other images itself."""
    return high_depth_grey.deep(picture, negative=_NEGATIVE in picture.info)
