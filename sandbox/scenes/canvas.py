"""The canvas of the scenes: smooth shapes in layers, and lights that move behind or in front of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from sandbox.scenes.light import Colour

Point = tuple[float, float]
_FINER = 2  # shapes are drawn this much larger and then reduced, for smooth edges


@dataclass(frozen=True)
class Light:
    """A round light that moves from one point to another in an arc; behind the shapes unless it is near."""

    colour: Colour
    sprite: Image.Image
    start: Point
    end: Point
    bow: float = 0.0
    is_near: bool = False

    def corner(self, share: float) -> tuple[int, int]:
        across = self.start[0] + (self.end[0] - self.start[0]) * share
        down = self.start[1] + (self.end[1] - self.start[1]) * share - self.bow * math.sin(math.pi * share)
        return round(across - self.sprite.width / 2), round(down - self.sprite.height / 2)


@dataclass
class Canvas:
    """The upper part of an image; the rest is for the caption."""

    width: int
    height: int
    image: Image.Image
    lights: list[Light] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._inside = Image.new("L", self.image.size)
        self._inside.paste(255, (0, 0, self.width, self.height))
        self._open = self._inside.copy()  # where no shape covers the lights

    def backdrop(self, top: Colour, low: Colour, share: float = 1.0) -> None:
        """Fill the canvas with a gradient from one colour to another, reached at a share of the height."""
        self.image.paste(low, (0, 0, self.width, self.height))
        self.image.paste(gradient(top, low, self.width, round(self.height * share)), (0, 0))

    def shape(
        self,
        points: Sequence[Point],
        colour: Colour,
        low: Colour | None = None,
        *,
        alpha: float = 1.0,
        aside: Colour | None = None,
    ) -> None:
        """Draw a polygon; with a second colour, as a gradient downwards (`low`) or to the right (`aside`)."""
        left, up = (max(0, math.floor(min(numbers))) for numbers in zip(*points, strict=True))
        right, down = (math.ceil(max(numbers)) + 1 for numbers in zip(*points, strict=True))
        box = (left, up, min(right, self.width), min(down, self.height))
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        size = (box[2] - left, box[3] - up)
        mask = Image.new("L", (size[0] * _FINER, size[1] * _FINER))
        finer = [((x - left) * _FINER, (y - up) * _FINER) for x, y in points]
        ImageDraw.Draw(mask).polygon(finer, fill=round(255 * alpha))
        mask = mask.reduce(_FINER)
        self._open.paste(0, box, mask)
        if low or aside:
            self.image.paste(gradient(colour, low or aside or colour, *size, is_down=bool(low)), box, mask)
        else:
            self.image.paste(colour, box, mask)

    def disc(
        self,
        at: Point,
        radius: float,
        colour: Colour,
        *,
        alpha: float = 1.0,
        flat: float = 1.0,
        low: Colour | None = None,
    ) -> None:
        """Draw a circle, or an ellipse that is `flat` times as high as it is wide."""
        turns = np.linspace(0, 2 * math.pi, max(12, min(64, int(radius * 2))), endpoint=False)
        x, y = at
        points = list(zip(x + radius * np.cos(turns), y + radius * flat * np.sin(turns), strict=True))
        self.shape(points, colour, low, alpha=alpha)

    def at(self, share: float) -> Image.Image:
        """Return the canvas with its lights at a share of their way."""
        image = self.image.copy()
        for light in self.lights:
            corner = light.corner(share)
            box = (*corner, corner[0] + light.sprite.width, corner[1] + light.sprite.height)
            seen = (self._inside if light.is_near else self._open).crop(box)
            image.paste(light.colour, box, ImageChops.multiply(light.sprite, seen))
        return image


def gradient(one: Colour, other: Colour, width: int, height: int, *, is_down: bool = True) -> Image.Image:
    size = (width, height) if is_down else (height, width)
    steps = np.linspace(0, 1, size[1])[:, None]
    column = np.rint(np.array(one) * (1 - steps) + np.array(other) * steps).astype(np.uint8)[:, None, :]
    image = Image.fromarray(column).resize(size, Image.Resampling.NEAREST)
    return image if is_down else image.transpose(Image.Transpose.TRANSPOSE)


def _soft(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return share * share * (3 - 2 * share)


def round_light(radius: float, *, halo: float = 1.0, edge: float = 1.5, alpha: float = 0.95) -> Image.Image:
    """Return a disc's mask; `halo` is the reach of its light, in radii, `edge` its soft edge, in pixels."""
    reach = max(2, math.ceil(radius * max(halo, 1)) + 1)
    steps = np.arange(-reach, reach + 1)
    away = np.hypot(steps[:, None], steps[None, :])
    core = _soft(np.clip((radius - away) / edge, 0, 1)) * alpha
    around = np.clip(1 - away / (radius * halo), 0, 1) ** 2 * alpha * 0.5 if halo > 1 else 0
    return Image.fromarray(np.rint(np.maximum(core, around) * 255).astype(np.uint8))
