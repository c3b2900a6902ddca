"""Extracts the last frame of a video."""

from collections import deque
from pathlib import Path

from PIL import Image

from studio.core.errors import Undecodable
from studio.core.reference import MOST_BYTES, Medium
from studio.media import clips
from studio.media.facts import is_of_disk

TAIL = 3.0  # seconds before the end from which frames are decoded; there is a key frame before them


def last_frame(video: Path, folder: Path) -> Path:
    """Write the last frame of a video, as shown, into a folder: as PNG, or as JPEG where a PNG would be too large.

    Errors: Undecodable when no frame can be decoded.
    """
    try:
        frame = _last(video)
    except Exception as error:  # hostile bytes may fail in unforeseen ways in FFmpeg
        if is_of_disk(error):
            raise
        raise Undecodable("Its end can't be read.") from error
    still = folder / "end.png"
    frame.save(still, "PNG")
    if still.stat().st_size > MOST_BYTES[Medium.IMAGE]:
        still = folder / "end.jpg"
        frame.save(still, "JPEG", quality=95)
    return still


def _last(video: Path) -> Image.Image:
    with clips.opened(video) as container:
        stream, length = clips.moving(container), clips.seconds_of(container)
        if stream is None:
            raise EOFError
        if length > TAIL:
            clips.seek(container, length - TAIL)
        frame = deque(container.decode(stream), maxlen=1).pop()
        return clips.upright(stream, frame)
