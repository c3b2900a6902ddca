"""Videos and sounds to be uploaded: whole, decodable, and of a length that is taken."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from studio.errors import DraftError
from studio.media.inspection import PREVIEW_SIDE, Facts, has_all_packets, preview_of
from studio.media.lengths import declared_length, end_of_tags
from studio.media.media import Medium
from studio.media.pictures import MOST_PIXELS, check_pixels

TOLERANCE = 0.1  # seconds, as containers round
_OPTIONS = {"format_whitelist": "mov,mp3,wav", "max_pixels": str(MOST_PIXELS)}  # no playlist leads to another file
_COUNTED_MP3 = (b"Xing", b"Info", b"VBRI")  # the first frame of an MP3 that says how many there are


class Timed(Protocol):
    """A clip or a sound, as far as its length is concerned; seconds."""

    @property
    def label(self) -> str: ...
    @property
    def seconds(self) -> float: ...


def check_lengths(clips: Sequence[Timed], each: tuple[float, float], in_all: float) -> None:
    """Errors: DraftError, which names the first that is too short or too long, or with which all are. Seconds."""
    shortest, longest = each
    together = 0.0
    for number, clip in enumerate(clips, 1):
        lasts = f"{clip.label} lasts {clip.seconds:.1f} seconds"
        if not shortest - TOLERANCE <= clip.seconds <= longest + TOLERANCE:
            raise DraftError(f"{lasts}; each must last {shortest:g} to {longest:g}.", field="")
        together += clip.seconds
        if together > in_all + TOLERANCE * number:
            raise DraftError(
                f"With {clip.label} the total is {together:.1f} seconds; the limit is {in_all:g}.", field=""
            )


def has_only_sound(file: Path) -> bool:
    """Whether an MP4 or MOV is a sound, apart from a cover picture; False if it cannot be read at all."""
    try:
        with _opened(file) as container:
            return bool(container.streams.audio) and _pictures(container) is None
    except Exception:  # as a video it is told what is wrong with it
        return False


def look(file: Path, name: str, medium: Medium, ending: str) -> Facts:
    """The facts of a video or a sound.

    Errors: DraftError when the content is not fit for it; besides, whatever PyAV raises about broken bytes.
    """
    if declared_length(file) > file.stat().st_size:
        raise EOFError
    return _video(file, name, ending) if medium is Medium.VIDEO else _sound(file, name, ending)


def _opened(file: Path) -> InputContainer:
    return av.open(str(file), options=_OPTIONS, metadata_errors="ignore")


def _pictures(container: InputContainer) -> VideoStream | None:
    """The moving pictures of a file; a cover is a stream of one picture."""
    moving = (stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic)
    return next(moving, None)


def _video(file: Path, name: str, ending: str) -> Facts:
    with _opened(file) as container:
        stream = _pictures(container)
        if stream is None:
            raise DraftError(f"{name} has no video in it. Add a video.", field="")
        check_pixels(name, stream.width, stream.height)
        facts = _first_frame(container, stream, ending)
    if not has_all_packets(file):
        raise EOFError
    if facts.seconds <= 0:
        raise DraftError(f"{name} does not state its length. Export it as MP4.", field="")
    return facts


def _first_frame(container: InputContainer, stream: VideoStream, ending: str) -> Facts:
    stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}  # of the frame; the file may say something else
    frame = next(iter(container.decode(stream)), None)
    if frame is None:
        raise EOFError
    upright = frame.rotation % 180 == 0
    width, height = (frame.width, frame.height) if upright else (frame.height, frame.width)
    return Facts(ending, width, height, preview_of(_poster(frame)), (container.duration or 0) / av.time_base)


def _poster(frame: VideoFrame) -> Image.Image:
    """The frame as it is shown, made small before it is made into colours: that takes a tenth of the memory."""
    smaller = min(1.0, PREVIEW_SIDE / max(frame.width, frame.height))
    width, height = (max(1, round(side * smaller)) for side in (frame.width, frame.height))
    small = frame.reformat(width=width, height=height, format="rgb24")
    return Image.fromarray(small.to_ndarray()).rotate(frame.rotation, expand=True)


def _sound(file: Path, name: str, ending: str) -> Facts:
    with _opened(file) as container:
        if not container.streams.audio:
            raise DraftError(f"{name} has no audio in it. Export it again, then add the new file.", field="")
        stated = (container.duration or 0) / av.time_base
        if next(iter(container.decode(container.streams.audio[0])), None) is None:
            raise EOFError
    seconds = _heard(file)
    if _says_its_length(file) and seconds < stated - TOLERANCE:
        raise EOFError
    return Facts(ending, 0, 0, b"", seconds)


def _says_its_length(file: Path) -> bool:
    with file.open("rb") as stream:
        stream.seek(end_of_tags(stream))
        first_frame = stream.read(200)
    return any(word in first_frame for word in _COUNTED_MP3)


def _heard(file: Path) -> float:
    """Seconds of sound, counted: an MP3 of varying bitrate need not say it, and a guess from its size is far off."""
    with _opened(file) as container:
        stream, ticks = container.streams.audio[0], 0
        for packet in container.demux(stream):
            ticks += packet.duration or 0
        return float(ticks * (stream.time_base or 0))
