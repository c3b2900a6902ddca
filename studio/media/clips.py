"""Videos and audio as FFmpeg decodes them: whether they are complete, their length, and one frame of a video."""

import struct
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from studio.media.pictures import MOST_DECODED, PREVIEW_SIDE, preview_of, turned, turned_size

MP4, MATROSKA = "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"  # FFmpeg's names
_READ = "mov,matroska,avi,flv,asf,mpegts,mpeg,ogg,mp3,wav,flac,aac,aiff,amr,caf,w64,mxf,ivf,h264,hevc,m4v,gif,apng"
_OPTIONS = {
    "format_whitelist": _READ,
    "max_pixels": str(MOST_DECODED),
}  # no playlists: they lead to other files
_EVERY_FRAME = {"ignore_editlist": "1"}  # the index lists frames that are not shown, too
_ONE = 0x10000  # the number 1 in a matrix
_TURNS = {  # matrices (ISO/IEC 14496-12, 6.2.2) and their EXIF orientation, as Chromium shows them
    (-1, 0, 0, 1): 2,
    (-1, 0, 0, -1): 3,
    (1, 0, 0, -1): 4,
    (0, 1, 1, 0): 5,
    (0, 1, -1, 0): 6,
    (0, -1, -1, 0): 7,
    (0, -1, 1, 0): 8,
}
_ROUNDED = 0.15  # seconds by which a Matroska may end before its stated length


def opened(file: Path, **options: str) -> InputContainer:
    """Open a video or audio file without decoding it. Errors: whatever PyAV raises about other bytes."""
    return av.open(str(file), options=_OPTIONS | options, metadata_errors="ignore")


def moving(container: InputContainer) -> VideoStream | None:
    """Return the video stream of a file; None if there is none. A cover, a stream of one picture, does not count."""
    found = (stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic)
    return next(found, None)


def codec_of(stream: VideoStream) -> str:
    """Return FFmpeg's name of the codec, such as `hevc`; empty for a codec that FFmpeg cannot decode."""
    return stream.codec.canonical_name if stream.codec_context else ""


def seconds_of(container: InputContainer) -> float:
    """Return the length that the file states; 0 when it states none."""
    return max(0.0, (container.duration or 0) / av.time_base)


@dataclass(frozen=True)
class Packets:
    """The packets of a video: whether all are there, by its index or length; and the seconds from first to last."""

    are_whole: bool
    seconds: float


def packets(file: Path) -> Packets:
    """Read every packet of a video without decoding it."""
    with opened(file, **_EVERY_FRAME) as container:
        stream, found, begin, end = moving(container), 0, inf, 0.0
        if stream is None:
            return Packets(False, 0)
        for packet in container.demux():
            if packet.is_corrupt:
                return Packets(False, 0)
            found += packet.stream_index == stream.index and (packet.size > 0 or packet.dts is not None)
            if packet.pts is not None and packet.time_base:
                begin = min(begin, float(packet.pts * packet.time_base))
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        return Packets(_are_all(container, stream, found, end), max(0.0, end - begin))


def _are_all(container: InputContainer, stream: VideoStream, found: int, end: float) -> bool:
    if container.format.name == MATROSKA:
        return found > 0 and end > seconds_of(container) - _rounded(stream)
    return found >= max(1, stream.frames if container.format.name == MP4 else 1)  # others count missing ones, too


def length(file: Path, container: InputContainer) -> float:
    """Return the seconds that a video states, else those of its packets."""
    return seconds_of(container) or packets(file).seconds


def _rounded(stream: VideoStream) -> float:
    """Return the seconds by which a Matroska may seem to end early: its last frame may have no stated duration."""
    return max(_ROUNDED, 1.5 / float(stream.average_rate)) if stream.average_rate else _ROUNDED


def seek(container: InputContainer, seconds: float) -> None:
    """Seek to the key frame before a moment."""
    container.seek(int(seconds * av.time_base), backward=True)


def first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """Decode the first frame. Errors: EOFError when there is none; whatever PyAV raises about damaged bytes."""
    stream.codec_context.options = {"max_pixels": str(MOST_DECODED)}  # the frame's, not the container's
    frame = next(iter(container.decode(stream)), None)
    if frame is None:
        raise EOFError
    return frame


def stored_size(stream: VideoStream) -> tuple[int, int]:
    """Return the stored width and height; 0 for a codec that FFmpeg does not know."""
    return (stream.width, stream.height) if stream.codec_context else (0, 0)


def orientation(frame: VideoFrame) -> int:
    """Return the orientation of the frame's matrix, as in EXIF; browsers ignore a slanting or all-zero matrix."""
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")  # it has bytes, although its type is another
    if matrix is None:
        return 1
    across, bend, _, slant, down = struct.unpack_from("=5i", bytes(matrix))
    return _TURNS.get(tuple(round(number / _ONE) for number in (across, bend, slant, down)), 1)


def shown_size(stream: VideoStream, frame: VideoFrame) -> tuple[int, int]:
    """Return width and height as a browser shows them: with the pixel aspect ratio and the orientation applied."""
    shape = stream.sample_aspect_ratio or 1
    width, height = round(frame.width * max(shape, 1)), round(frame.height / min(shape, 1))
    return turned_size((width, height), orientation(frame))


def poster(stream: VideoStream, frame: VideoFrame) -> bytes:
    """Return a preview of a frame; it is made small before the conversion to RGB, with a tenth of the memory."""
    size, turn = shown_size(stream, frame), orientation(frame)
    smaller = min(1.0, PREVIEW_SIDE / max(size))
    width, height = turned_size((max(1, round(size[0] * smaller)), max(1, round(size[1] * smaller))), turn)
    small = frame.reformat(width=width, height=height, format="rgb24")
    return preview_of(Image.fromarray(small.to_ndarray()), turn)


def upright(stream: VideoStream, frame: VideoFrame) -> Image.Image:
    """Return a frame at full size, as it is shown."""
    picture = turned(Image.fromarray(frame.to_ndarray(format="rgb24")), orientation(frame))
    size = shown_size(stream, frame)
    return picture if picture.size == size else picture.resize(size)


def audio_seconds(container: InputContainer) -> float:
    """Decode the audio and return its seconds: the length that a file states may be a placeholder or a guess.

    Gaps before, between and after the frames are ignored. Errors: EOFError when there is no audio.
    """
    stream, seconds = container.streams.audio[0], 0.0
    for packet in container.demux(stream):
        with suppress(av.FFmpegError):
            seconds += sum(frame.samples / frame.sample_rate for frame in packet.decode() if frame.sample_rate)
    if not seconds:
        raise EOFError
    return seconds


def is_exact(webp: Path) -> bool:
    """Whether a WebP is lossless: its pixels are not YUV."""
    with av.open(str(webp), format="webp_pipe") as container:
        return container.streams.video[0].pix_fmt == "argb"
