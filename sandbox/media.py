"""Draws the sandbox's results: a scene that fits the prompt, as PNG, or as an H.264 video with a moving light.

The prompt is written below the scene; the same task always gives the same image.
"""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from sandbox.scenes import caption, reference, subject
from sandbox.scenes.canvas import Canvas

LARGEST = 1280  # maximum pixels on the long side
FRAMES_A_SECOND = 24
SAMPLES_A_SECOND = 44100
_LONG_SIDE = {"360p": 640, "480p": 854, "540p": 960}


@dataclass(frozen=True)
class Scene:
    """What to draw: the prompt, the size in pixels, and a seed that decides the composition."""

    prompt: str
    width: int
    height: int
    seed: int
    backdrop: Path | None = None  # an image to start from, instead of a scene


def size(aspect_ratio: str, long_side: int) -> tuple[int, int]:
    """Return width and height, both even, of a ratio such as `16:9(2k)`; without numbers it is a square."""
    found = re.match(r"(\d+):(\d+)", aspect_ratio)
    across, down = (int(found[1]), int(found[2])) if found else (1, 1)
    scale = min(long_side, LARGEST) / max(across, down)
    return max(2, round(across * scale / 2) * 2), max(2, round(down * scale / 2) * 2)


def picture(prompt: str, aspect_ratio: str, seed: int, backdrop: Path | None = None) -> bytes:
    """Return a PNG of 1024 pixels on its long side."""
    file = io.BytesIO()
    _canvas(Scene(prompt, *size(aspect_ratio, 1024), seed, backdrop)).at(0.35).save(file, "PNG", compress_level=4)
    return file.getvalue()


def clip(
    prompt: str,
    aspect_ratio: str,
    seed: int,
    *,
    seconds: int,
    resolution: str,
    sound: bool,
    backdrop: Path | None = None,
) -> bytes:
    """Return an MP4 (H.264, AAC when `sound`) of the given length; at most 1280 pixels on its long side."""
    scene = Scene(prompt, *size(aspect_ratio, _LONG_SIDE.get(resolution, LARGEST)), seed, backdrop)
    with TemporaryDirectory() as folder:  # a real file, because FFmpeg opens it again to move the index to the front
        file = Path(folder) / "clip.mp4"
        with av.open(file, "w", options={"movflags": "faststart"}) as container:
            video = _video_stream(container, scene)
            audio = container.add_stream("aac", rate=SAMPLES_A_SECOND, layout="mono") if sound else None
            _encode_frames(container, video, scene, seconds)
            if audio:
                _encode_tone(container, audio, seconds)
        return file.read_bytes()


def _video_stream(container: av.container.OutputContainer, scene: Scene) -> VideoStream:
    stream = container.add_stream("libx264", rate=FRAMES_A_SECOND, options={"preset": "veryfast", "crf": "26"})
    stream.width, stream.height, stream.pix_fmt = scene.width, scene.height, "yuv420p"
    return stream


def _encode_frames(container: av.container.OutputContainer, stream: VideoStream, scene: Scene, seconds: int) -> None:
    canvas = _canvas(scene)
    total = seconds * FRAMES_A_SECOND
    for number in range(total):
        pixels = np.asarray(canvas.at(number / total))
        container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
    container.mux(stream.encode(None))


def _encode_tone(container: av.container.OutputContainer, stream: AudioStream, seconds: int) -> None:
    moments = np.arange(seconds * SAMPLES_A_SECOND) / SAMPLES_A_SECOND
    chord = sum(np.sin(2 * np.pi * pitch * moments) for pitch in (220.0, 277.2, 329.6)) / 12
    swell = np.sin(np.pi * moments / seconds) ** 2
    frame = av.AudioFrame.from_ndarray((chord * swell).astype(np.float32)[None, :], format="fltp", layout="mono")
    frame.sample_rate = SAMPLES_A_SECOND
    container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _canvas(scene: Scene) -> Canvas:
    """Draw the reference, if it is an image, else a scene; and the prompt below."""
    image, given = Image.new("RGB", (scene.width, scene.height)), reference.opened(scene.backdrop)
    band = caption.height(scene.prompt, *image.size, thumbnail=given is not None)
    if given:
        canvas = reference.draw(given, scene.prompt, scene.seed, image, scene.height - band)
    else:
        canvas = subject.draw(scene.prompt, scene.seed, image, scene.height - band)
    caption.write(image, scene.prompt, band, given)
    return canvas
