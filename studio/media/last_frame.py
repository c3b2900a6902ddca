"""One picture out of a video."""

from collections import deque
from pathlib import Path

from PIL import Image

from studio.core.errors import Undecodable
from studio.core.reference import MOST_BYTES, Medium
from studio.media import clips
from studio.media.facts import is_of_disk

TAIL = 3.0  # seconds before the end from which frames are looked at; a key frame is before them


def last_frame(video: Path, folder: Path) -> Path:
    """The last frame of a video as it is shown, as a PNG in a folder; as a JPEG where that would be too large.

    Errors: Undecodable when no frame can be decoded.
    """
    try:
        frame = _last(video)
    except Exception as error:  # nobody lists what FFmpeg raises about hostile bytes
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
