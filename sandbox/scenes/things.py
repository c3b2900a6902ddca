"""Scenes of things in front of a plain wall: vases, a flower."""

import math
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from sandbox.scenes.canvas import Canvas, Light, Point, round_light
from sandbox.scenes.light import Colour, Mood, mix

Line = NDArray[np.float64]
_PROFILES = (  # half the width of a vase at nine heights, from its rim to its foot
    (0.20, 0.17, 0.19, 0.30, 0.42, 0.48, 0.46, 0.38, 0.26),
    (0.13, 0.11, 0.11, 0.14, 0.22, 0.32, 0.38, 0.35, 0.24),
    (0.30, 0.25, 0.24, 0.30, 0.36, 0.36, 0.32, 0.26, 0.20),
    (0.40, 0.46, 0.50, 0.51, 0.50, 0.46, 0.40, 0.32, 0.24),
)


def vases(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """Three vases on a seamless backdrop, lit from the left."""
    width, height = canvas.width, canvas.height
    side = min(width, height)
    wall, floor = mix(mood.low, mood.top, 0.45), mix(mood.low, mood.glow, 0.4)
    canvas.backdrop(wall, floor, 0.8)
    _daylight(canvas, mood, chance)
    ground, step = height * 0.5 + side * 0.3, side * 0.29
    profiles, tones = chance.sample(_PROFILES, 3), chance.sample((mood.glow, mood.near, mood.accent), 3)
    for number in chance.sample(range(3), 3):
        high = side * chance.uniform(0.36, 0.62)
        at = (
            width / 2 + (number - 1) * step + side * chance.uniform(-0.03, 0.03),
            ground + side * chance.uniform(-0.02, 0.05),
        )
        clay = mix(mood.accent, tones[number], chance.uniform(0.15, 0.4))
        _vase(canvas, mood, _Vase(at, high, profiles[number], clay))


@dataclass(frozen=True)
class _Vase:
    foot: Point
    high: float
    profile: tuple[float, ...]
    clay: Colour


def _vase(canvas: Canvas, mood: Mood, vase: _Vase) -> None:
    (x, y), high, clay, heights = vase.foot, vase.high, vase.clay, np.linspace(0, 1, 41)
    wide = _smooth(heights, vase.profile) * high * 0.62
    down = y - high * (1 - heights)
    dark = mix(clay, mood.near, 0.6)
    canvas.disc((x + high * 0.22, y), high * 0.42, mood.near, alpha=0.16, flat=0.13)
    canvas.disc((x + high * 0.1, y), high * 0.26, mood.near, alpha=0.22, flat=0.13)
    outline = [*zip(x - wide, down, strict=True), *zip((x + wide)[::-1], down[::-1], strict=True)]
    canvas.shape(outline, mix(clay, mood.glow, 0.4), aside=dark)
    canvas.disc((x, y), float(wide[-1]), mix(clay, dark, 0.55), flat=0.12)
    canvas.disc((x, y - high), float(wide[0]), mix(clay, mood.glow, 0.3), flat=0.2)
    canvas.disc((x, y - high), float(wide[0]) * 0.82, mix(dark, mood.near, 0.4), flat=0.18)


def flower(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """One large blossom, its petals in rings."""
    width, height = canvas.width, canvas.height
    side = min(width, height)
    canvas.backdrop(mix(mood.top, mood.near, 0.35), mix(mood.near, mood.far, 0.45))
    _daylight(canvas, mood, chance)
    x, y = width * chance.uniform(0.42, 0.58), height * 0.5 - side * 0.04
    green, lean = mix((78, 118, 82), mood.near, 0.35), side * chance.uniform(-0.15, 0.15)
    stem = [(x + lean * t * t, y + (height - y) * t) for t in np.linspace(0, 1, 12)]
    canvas.shape([*((a - side * 0.012, b) for a, b in stem), *((a + side * 0.012, b) for a, b in stem[::-1])], green)
    for turn in (0.5, 2.6):
        at = (x + lean * 0.3, y + (height - y) * 0.62)
        canvas.shape(_petal(at, side * 0.3, turn + chance.uniform(-0.2, 0.2), 0.2), mix(green, mood.glow, 0.12), green)
    for ring, (petals, reach) in enumerate(((9, 0.36), (8, 0.28), (7, 0.2), (5, 0.12))):
        first = chance.uniform(0, 6.3)
        for number in range(petals):
            turn = first + number * 2 * math.pi / petals + chance.uniform(-0.1, 0.1)
            light = mix(
                mix(mood.accent, mood.near, 0.3 - 0.1 * ring), mood.glow, 0.08 + 0.1 * ring + 0.12 * (number % 2)
            )
            canvas.shape(_petal((x, y), side * reach, turn, 0.36), light, mix(light, mood.accent, 0.45))
    canvas.disc((x, y), side * 0.035, mix((236, 190, 92), mood.accent, 0.2))


def _petal(at: Point, reach: float, turn: float, breadth: float) -> list[Point]:
    """Return the shape of a leaf that points away from `at`, towards an angle."""
    along = np.linspace(0, 1, 14)
    aside = np.sin(np.pi * along**0.75) ** 0.8 * breadth
    length, across = np.concatenate((along, along[::-1])) * reach, np.concatenate((aside, -aside[::-1])) * reach
    x = at[0] + length * math.cos(turn) - across * math.sin(turn)
    y = at[1] + length * math.sin(turn) + across * math.cos(turn)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _daylight(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """Draw a soft pool of light on the wall, which moves slowly to the right."""
    side = min(canvas.width, canvas.height)
    sprite = round_light(side * 0.3, edge=side * 0.3, alpha=0.22 if mood.is_dark else 0.6)
    start = canvas.width * chance.uniform(0.1, 0.3), canvas.height * 0.38
    canvas.lights.append(Light(mood.glow, sprite, start, (start[0] + canvas.width * 0.4, start[1])))


def _smooth(places: Line, widths: tuple[float, ...]) -> Line:
    curve = np.polynomial.Polynomial.fit(np.linspace(0, 1, len(widths)), widths, 6)
    return np.asarray(curve(places))
