"""One picture out of a video."""

from collections import deque
from pathlib import Path

import av
from PIL import Image

from studio.errors import ArchiveError
from studio.media.media import MOST_BYTES, Medium

TAIL = 3.0  # seconds before the end from which frames are looked at; a key frame is before them


def last_frame(video: Path, folder: Path) -> Path:
    """The last frame of a video as it is shown, as a PNG in a folder; as a JPEG where that would be too large.

    Errors: ArchiveError when no frame can be decoded.
    """
    try:
        frame = _last(video)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise ArchiveError(f"The end of the video cannot be read: {str(error)[:160]}") from None
    if frame is None:
        raise ArchiveError("The end of the video cannot be read.")
    still = folder / "end.png"
    frame.save(still, "PNG")
    if still.stat().st_size > MOST_BYTES[Medium.IMAGE]:
        still = folder / "end.jpg"
        frame.save(still, "JPEG", quality=95)
    return still


def _last(video: Path) -> Image.Image | None:
    with av.open(str(video)) as container:
        if not container.streams.video:
            return None
        stream = container.streams.video[0]
        length = (container.duration or 0) / av.time_base
        if length > TAIL:
            container.seek(int((length - TAIL) * av.time_base), backward=True)
        frames = deque(container.decode(stream), maxlen=1)
        if not frames:
            return None
        return Image.fromarray(frames[0].to_ndarray(format="rgb24")).rotate(frames[0].rotation, expand=True)
