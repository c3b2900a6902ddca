"""An image made from a reference: the same image in the colours of the new prompt."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from sandbox.scenes import caption
from sandbox.scenes.canvas import Canvas, Light, round_light
from sandbox.scenes.light import Mood, mix, mood


def opened(file: Path | None) -> Image.Image | None:
    """Return the reference without its caption; None without a file, or if it is not an image."""
    if not file:
        return None
    try:
        with Image.open(file) as found:
            return caption.without(found.convert("RGB"))
    except OSError:
        return None


def draw(given: Image.Image, prompt: str, seed: int, image: Image.Image, height: int) -> Canvas:
    """Draw the reference in the upper part of an image, graded, with a soft light that moves over it."""
    canvas, colours = Canvas(image.width, height, image), mood(prompt, seed)
    image.paste(ImageOps.fit(given, (image.width, height), Image.Resampling.BILINEAR).point(_grade(colours)))
    side = min(image.width, height)
    sprite = round_light(side * 0.3, edge=side * 0.3, alpha=0.3)
    start = image.width * (0.15 + 0.1 * (seed % 4)), height * 0.3
    canvas.lights.append(Light(colours.glow, sprite, start, (start[0] + image.width * 0.35, start[1])))
    return canvas


def _grade(colours: Mood) -> list[int]:
    """Return each channel's lookup table: shadows and lights take on the colours of the mood."""
    shadow, light = colours.near, mix(colours.low, colours.glow, 0 if colours.is_dark else 0.3)
    strength = 0.7 if colours.is_dark else 0.5
    return [level for channel in range(3) for level in _levels(shadow[channel], light[channel], strength)]


def _levels(shadow: int, light: int, strength: float) -> list[int]:
    levels = np.arange(256)
    toned = shadow + (light - shadow) * levels / 255
    return [round(level) for level in (levels * (1 - strength) + toned * strength).tolist()]
