"""What a downloaded file really is: its type by content, its dimensions, and a small preview of it."""

import io
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image, ImageOps, UnidentifiedImageError

from studio.errors import ArchiveError
from studio.values import Kind

PREVIEW_SIDE = 480
PIXEL_LIMIT = 120_000_000
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
_IMAGE_ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}


_VIDEO_ENDINGS = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "matroska,webm": "webm"}  # FFmpeg's names of what it found


@dataclass(frozen=True)
class Facts:
    """A file that was read to its end: file name ending, pixels, seconds, and a WebP preview."""

    ending: str
    width: int
    height: int
    preview: bytes
    seconds: float = 0.0


def inspect(file: Path, kind: Kind) -> Facts:
    """Open and decode a file. Errors: ArchiveError when it is not what it should be."""
    try:
        return _video(file) if kind is Kind.VIDEO else _image(file)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        av.FFmpegError,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        raise ArchiveError(f"The file is not a whole {kind}: {str(error)[:160]}") from None


def _image(file: Path) -> Facts:
    """The preview decodes every pixel, so what comes back is whole."""
    with Image.open(file, formats=list(_IMAGE_ENDINGS)) as image:
        ending = _IMAGE_ENDINGS[str(image.format)]
        upright = ImageOps.exif_transpose(image)
        return Facts(ending, upright.width, upright.height, _preview(upright))


def _video(file: Path) -> Facts:
    with av.open(str(file)) as container:
        ending = _VIDEO_ENDINGS.get(container.format.name)
        if not ending or not container.streams.video:
            raise ArchiveError("The file is not a video.")
        frame = next(container.decode(video=0), None)
        if frame is None:
            raise ArchiveError("The file has no frame that can be decoded.")
        seconds = (container.duration or 0) / av.time_base
        poster = Image.fromarray(frame.to_ndarray(format="rgb24"))
        return Facts(ending, frame.width, frame.height, _preview(poster), seconds)


def _preview(image: Image.Image) -> bytes:
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    file = io.BytesIO()
    small.save(file, "WEBP", quality=80)
    return file.getvalue()
