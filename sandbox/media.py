"""Draws what the sandbox hands out: hills at dawn as a PNG, or as an H.264 clip with a sun that moves.

The prompt stands on each of them; the same task always gives the same picture.
"""

import io
import math
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

Pixels = NDArray[np.uint8]

LARGEST = 1280  # pixels on the long side of whatever is drawn
FRAMES_A_SECOND = 24
SAMPLES_A_SECOND = 44100
_LONG_SIDE = {"360p": 640, "480p": 854, "540p": 960}
_PALETTES = (
    ((38, 52, 92), (244, 176, 128), (30, 34, 54)),
    ((72, 54, 96), (246, 158, 150), (42, 26, 46)),
    ((44, 92, 132), (222, 232, 226), (20, 44, 58)),
    ((96, 74, 62), (250, 214, 148), (50, 34, 28)),
    ((40, 78, 74), (236, 222, 170), (16, 40, 38)),
)


@dataclass(frozen=True)
class Scene:
    """What is drawn: its words, its size in pixels, and a number that decides colours and hills."""

    prompt: str
    width: int
    height: int
    seed: int
    backdrop: Path | None = None  # a picture to draw over, instead of hills


def size(aspect_ratio: str, long_side: int) -> tuple[int, int]:
    """Width and height of a ratio such as `16:9(2k)`, both even; a ratio without numbers is a square."""
    found = re.match(r"(\d+):(\d+)", aspect_ratio)
    across, down = (int(found[1]), int(found[2])) if found else (1, 1)
    scale = min(long_side, LARGEST) / max(across, down)
    return max(2, round(across * scale / 2) * 2), max(2, round(down * scale / 2) * 2)


def picture(prompt: str, aspect_ratio: str, seed: int, backdrop: Path | None = None) -> bytes:
    """A PNG of 1024 pixels on its long side."""
    scene = Scene(prompt, *size(aspect_ratio, 1024), seed, backdrop)
    pixels = _scenery(scene)
    _lay_sun(pixels, scene, 0.35)
    file = io.BytesIO()
    Image.fromarray(_with_words(pixels, scene)).save(file, "PNG", compress_level=4)
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
    """An MP4 (H.264, AAC when `sound`) of the given length; at most 1280 pixels on its long side."""
    scene = Scene(prompt, *size(aspect_ratio, _LONG_SIDE.get(resolution, LARGEST)), seed, backdrop)
    with TemporaryDirectory() as folder:  # a real file: to move the index to the front, FFmpeg opens it again
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
    still = _with_words(_scenery(scene), scene)
    total = seconds * FRAMES_A_SECOND
    for number in range(total):
        pixels = still.copy()
        _lay_sun(pixels, scene, number / total)
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


def _scenery(scene: Scene) -> Pixels:
    """The reference, cut to the shape of the scene; hills where there is none, or one that is no picture."""
    try:
        with Image.open(scene.backdrop or "") as found:
            return np.array(ImageOps.fit(found.convert("RGB"), (scene.width, scene.height)))
    except OSError:
        return _landscape(scene)


def _landscape(scene: Scene) -> Pixels:
    top, low, near = (np.array(colour, float) for colour in _PALETTES[scene.seed % len(_PALETTES)])
    down = np.linspace(0, 1, scene.height)[:, None, None]
    pixels = np.broadcast_to(top + (low - top) * down**0.8, (scene.height, scene.width, 3)).copy()
    rows = np.arange(scene.height)[:, None]
    for ridge in range(5):
        line = scene.height * (0.52 + 0.1 * ridge + 0.06 * _hills(scene, ridge))
        pixels[rows >= line[None, :]] = low + (near - low) * ((ridge + 1.5) / 6.5)
    return pixels.astype(np.uint8)


def _hills(scene: Scene, ridge: int) -> NDArray[Any]:
    chance = np.random.default_rng(scene.seed * 31 + ridge)
    across = np.linspace(0, scene.width / scene.height * 3, scene.width)
    waves = [
        np.sin(across * (1.7**octave) * 1.3 + chance.uniform(0, 6.3)) * chance.uniform(0.5, 1.0) / 1.6**octave
        for octave in range(6)
    ]
    return np.asarray(np.sum(waves, axis=0) / 1.6)


def _lay_sun(pixels: Pixels, scene: Scene, share: float) -> None:
    """Blend a sun into the sky, `share` of its way across, in place."""
    radius = max(4, min(scene.width, scene.height) // 14)
    x = int(scene.width * (0.1 + 0.8 * share))
    y = int(scene.height * (0.36 - 0.16 * math.sin(math.pi * share)))
    left, up = max(0, x - radius), max(0, y - radius)
    part = pixels[up : y + radius, left : x + radius]
    rows = np.arange(up, up + part.shape[0])[:, None] - y
    columns = np.arange(left, left + part.shape[1])[None, :] - x
    alpha = np.clip(radius - np.hypot(rows, columns), 0, 1.5)[..., None] / 1.5 * 0.9
    part[:] = (part * (1 - alpha) + np.array((255, 244, 220)) * alpha).astype(np.uint8)


def _with_words(pixels: Pixels, scene: Scene) -> Pixels:
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    points = max(12, min(scene.width, scene.height) // 22)
    font = ImageFont.load_default(points)
    lines = _wrapped(scene.prompt, scene.width * 0.9 / (points * 0.52))
    y = scene.height - (len(lines) + 0.8) * points * 1.3
    for line in lines:
        draw.text((scene.width * 0.05, y), line, font=font, fill=(255, 255, 255))
        y += points * 1.3
    return np.array(image)


def _wrapped(prompt: str, letters: float, lines: int = 3) -> list[str]:
    wrapped = [""]
    for word in " ".join(prompt.split()).split(" "):
        if len(wrapped[-1]) + len(word) < letters:
            wrapped[-1] = f"{wrapped[-1]} {word}".strip()
        else:
            wrapped.append(word[: int(letters)])
    return [line for line in wrapped if line][:lines]
