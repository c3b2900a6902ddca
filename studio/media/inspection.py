"""What a downloaded file really is: its type by content, its dimensions, and a small preview of it."""

import io
import mmap
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image, ImageOps

from studio.errors import ArchiveError
from studio.media.lengths import declared_length
from studio.values import Kind

PREVIEW_SIDE = 480
PIXEL_LIMIT = 120_000_000
_EFFORT = 2  # of WebP's 0 to 6: less than half the time of the usual 4, for files that are some 5 % larger
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
_IMAGE_ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
_VIDEO_ENDINGS = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "matroska,webm": "webm"}  # FFmpeg's names of what it found
_ENDS = {"png": re.compile(rb"IEND\xaeB`\x82"), "gif": re.compile(rb"\0;[\0\r\n]*\Z")}  # which Pillow does not miss
BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error)  # what Pillow raises about such files


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
    except (av.FFmpegError, Image.DecompressionBombError, *BROKEN) as error:
        raise ArchiveError(f"The {kind} is broken or incomplete: {str(error)[:160].rstrip('. ')}.") from None


def _image(file: Path) -> Facts:
    """The preview decodes every pixel of the first frame; that nothing is missing behind it is looked for besides."""
    with Image.open(file, formats=list(_IMAGE_ENDINGS)) as image:
        ending = _IMAGE_ENDINGS[str(image.format)]
        upright = ImageOps.exif_transpose(image)
        facts = Facts(ending, upright.width, upright.height, preview_of(upright))
        image.seek(getattr(image, "n_frames", 1) - 1)
        image.load()
    if not has_end(file, facts.ending):
        raise ArchiveError("The image is incomplete: its end is missing.")
    return facts


def has_end(file: Path, ending: str) -> bool:
    """Whether the end of a picture that Pillow has decoded is there; False only for those that it does not miss."""
    if ending not in _ENDS:
        return True
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return bool(_ENDS[ending].search(content))


def _video(file: Path) -> Facts:
    facts = _first_frame(file)
    if declared_length(file) > file.stat().st_size or not has_all_packets(file):
        raise ArchiveError("The video is incomplete: its end is missing.")
    return facts


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
        ending = _VIDEO_ENDINGS.get(container.format.name)
        if not ending or not container.streams.video:
            raise ArchiveError("The file is not a video.")
        frame = next(container.decode(video=0), None)
        if frame is None:
            raise ArchiveError("The file has no frame that can be decoded.")
        seconds = (container.duration or 0) / av.time_base
        poster = Image.fromarray(frame.to_ndarray(format="rgb24"))
        return Facts(ending, frame.width, frame.height, preview_of(poster), seconds)


def preview_of(image: Image.Image) -> bytes:
    """A WebP of at most 480 pixels a side."""
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    file = io.BytesIO()
    small.save(file, "WEBP", quality=80, method=_EFFORT)
    return file.getvalue()
