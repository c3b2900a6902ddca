"""What a downloaded file really is: its type by content, whether it is whole, its dimensions; and a preview of it."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import av
from av.container import InputContainer
from PIL import Image, ImageOps

from studio.errors import ArchiveError
from studio.media.lengths import declared_length
from studio.media.wholeness import has_end
from studio.values import Kind

PREVIEW_SIDE = 480
PIXEL_LIMIT = 120_000_000
_EFFORT = 2  # of WebP's 0 to 6: less than half the time of the usual 4, for files that are some 5 % larger
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
_IMAGE_ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
_VIDEO_ENDINGS = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "matroska,webm": "webm"}  # FFmpeg's names of what it found
BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error)  # what Pillow raises about such files


@dataclass(frozen=True)
class Facts:
    """What a file is: file name ending, pixels, seconds, and a WebP preview once it was decoded."""

    ending: str
    width: int
    height: int
    preview: bytes = b""
    seconds: float = 0.0


def inspect(file: Path, kind: Kind) -> Facts:
    """What a file says that it is, if it is there to its end; pixels as they are stored. Nothing is decoded.

    Errors: ArchiveError when it is not what it should be, or cut.
    """
    with _explained(kind):
        return _video(file) if kind is Kind.VIDEO else _image(file)


def depict(file: Path, kind: Kind) -> Facts:
    """Decode a whole file, as far as its preview needs; pixels as they are shown. Errors: ArchiveError."""
    with _explained(kind):
        return _first_frame(file) if kind is Kind.VIDEO else _decoded(file)


@contextmanager
def _explained(kind: Kind) -> Iterator[None]:
    try:
        yield
    except (av.FFmpegError, Image.DecompressionBombError, *BROKEN) as error:
        raise ArchiveError(f"The {kind} is broken or incomplete: {str(error)[:160].rstrip('. ')}.") from None


def _image(file: Path) -> Facts:
    with Image.open(file, formats=list(_IMAGE_ENDINGS)) as image:
        facts = Facts(_IMAGE_ENDINGS[str(image.format)], image.width, image.height)
    if not has_end(file, facts.ending):
        raise ArchiveError("The image is incomplete: its end is missing.")
    return facts


def _decoded(file: Path) -> Facts:
    with Image.open(file, formats=list(_IMAGE_ENDINGS)) as image:
        upright = ImageOps.exif_transpose(image)
        return Facts(_IMAGE_ENDINGS[str(image.format)], upright.width, upright.height, preview_of(upright))


def _video(file: Path) -> Facts:
    with av.open(str(file)) as container:
        facts = _facts(container)
    if declared_length(file) > file.stat().st_size or not has_all_packets(file):
        raise ArchiveError("The video is incomplete: its end is missing.")
    return facts


def _facts(container: InputContainer) -> Facts:
    ending = _VIDEO_ENDINGS.get(container.format.name)
    if not ending or not container.streams.video:
        raise ArchiveError("The file is not a video.")
    stream = container.streams.video[0]
    return Facts(ending, stream.width, stream.height, seconds=(container.duration or 0) / av.time_base)


def has_all_packets(file: Path) -> bool:
    """Read every packet and decode none: no frame may be cut, or be missing that the index lists (WebM lists none)."""
    options = {"ignore_editlist": "1"}  # the index lists what is not shown, too
    with av.open(str(file), options=options, metadata_errors="ignore") as container:
        video, found = container.streams.video[0], 0
        for packet in container.demux():
            if packet.is_corrupt:
                return False
            found += packet.stream_index == video.index and packet.dts is not None
        return found >= max(1, video.frames)


def _first_frame(file: Path) -> Facts:
    with av.open(str(file)) as container:
        facts, frame = _facts(container), next(container.decode(video=0), None)
        if frame is None:
            raise ArchiveError("The file has no frame that can be decoded.")
        poster = Image.fromarray(frame.to_ndarray(format="rgb24"))
        return replace(facts, width=frame.width, height=frame.height, preview=preview_of(poster))


def preview_of(image: Image.Image) -> bytes:
    """A WebP of at most 480 pixels a side."""
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    file = io.BytesIO()
    small.save(file, "WEBP", quality=80, method=_EFFORT)
    return file.getvalue()
