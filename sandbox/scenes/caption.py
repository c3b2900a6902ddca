"""The caption below an image: a plain band, so that no text covers the image."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

BAND = (23, 25, 31)
_WORDS, _LINES = (232, 233, 236), 2
_NEAR = 10  # how much the band's colour may change through JPEG or H.264


def height(prompt: str, width: int, full: int, *, thumbnail: bool = False) -> int:
    """Return the height of the band for an image of `width` pixels and, with its band, a height of `full` pixels."""
    points = _points(width, full)
    lines = _LINES if thumbnail else max(1, len(_wrapped(prompt, width, full, thumbnail)))
    return min(round((lines + 1.1) * points * 1.25), full // 2)


def write(image: Image.Image, prompt: str, band: int, thumbnail: Image.Image | None = None) -> None:
    """Fill the lowest `band` pixels, with a thumbnail before the text if there is one."""
    width, full = image.size
    points, top = _points(width, full), full - band
    image.paste(BAND, (0, top, width, full))
    x, pad = _margin(width), points // 2
    if thumbnail:
        thumbnail = thumbnail.resize(_beside(band - 2 * pad, thumbnail), reducing_gap=2.0)
        image.paste(thumbnail, (x, top + pad))
        x += thumbnail.width + points // 2 + pad
    lines = _wrapped(prompt, width, full, bool(thumbnail))
    y = top + (band - len(lines) * points * 1.25) / 2
    for line in lines:
        ImageDraw.Draw(image).text((x, y), line, font=_font(points), fill=_WORDS)
        y += points * 1.25


def without(image: Image.Image) -> Image.Image:
    """Return the image above the band; the whole image if it has no band."""
    width, full = image.size
    pixels, edge = np.asarray(image), max(1, width // 60)
    is_band = np.all(_like_band(np.concatenate((pixels[:, :edge], pixels[:, -edge:]), axis=1)), axis=1)
    top = full - int(np.argmin(is_band[::-1])) if not is_band.all() else 0
    is_whole = full // 2 <= top < full and bool(_like_band(pixels[min(top + 1, full - 1)]).all())
    return image.crop((0, 0, width, top)) if is_whole else image


def _like_band(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray(np.all(np.abs(pixels.astype(np.int16) - BAND) <= _NEAR, axis=-1))


def _beside(high: int, thumbnail: Image.Image) -> tuple[int, int]:
    return max(1, min(2 * high, round(high * thumbnail.width / thumbnail.height))), max(1, high)


def _points(width: int, full: int) -> int:
    return max(9, min(width, full) // 30)


def _margin(width: int) -> int:
    return max(2, width // 40)


@cache
def _font(points: int) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    return ImageFont.load_default(points)


def _wrapped(prompt: str, width: int, full: int, thumbnail: bool) -> list[str]:
    points = _points(width, full)
    room = width - 2 * _margin(width) - (points * 6 if thumbnail else 0)
    letters = max(4, int(room / (points * 0.52)))
    lines = [""]
    for word in prompt.split():
        if len(lines[-1]) + len(word) < letters:
            lines[-1] = f"{lines[-1]} {word}".strip()
        else:
            lines.append(word[:letters])
    lines = [line for line in lines if line]
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], f"{lines[_LINES - 1][: letters - 1]}…"]
