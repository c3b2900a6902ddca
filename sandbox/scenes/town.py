"""Scenes of a town: a skyline, a street, a window in the rain."""

from random import Random

from sandbox.scenes.canvas import Canvas, Light, Point, round_light
from sandbox.scenes.light import Colour, Mood, mix

_LAMPS = ((255, 206, 128), (255, 236, 196), (120, 200, 255), (255, 132, 148), (140, 236, 200))


def skyline(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """Three rows of towers; the windows of the nearest ones are lit, and lights drift before them."""
    canvas.backdrop(mood.top, mood.low, 0.85)
    for row in range(3):
        colour = mix(mood.far, mood.near, row / 2 * 0.9)
        x = -10.0
        while x < canvas.width:
            wide = canvas.height * chance.uniform(0.07, 0.16)
            top = canvas.height * (0.22 + 0.17 * row + chance.uniform(0, 0.22))
            canvas.shape(_box(x, top, wide - 1, canvas.height), colour, mix(colour, mood.low, 0.3 - 0.1 * row))
            if row:
                _windows(canvas, (x, top, wide), _glass(mood, colour), chance)
            x += wide
    _drift(canvas, mood, chance, (0.8, 0.045))


def street(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """House fronts that narrow to the end of the street, lit signs, and a wet road that mirrors them."""
    width, height = canvas.width, canvas.height
    end, eye = width * chance.uniform(0.42, 0.58), height * 0.56
    canvas.backdrop(mood.top, mix(mood.low, _LAMPS[0], 0.35), 0.56)
    canvas.shape(_box(0, eye, width, height), mix(mix(mood.far, _LAMPS[0], 0.4), mood.near, 0.2), mood.near)
    _mirrored(canvas, mood, (end, eye), chance)
    for depth in range(5, -1, -1):
        near, far = 0.72**depth, 0.72 ** (depth + 1)
        wall = mix(mix(mood.far, _LAMPS[0], 0.22), mood.near, 0.95 - depth / 6)
        for edge in (0.0, float(width)):
            a, b, roof = end + (edge - end) * near, end + (edge - end) * far, chance.uniform(0.8, 1.25) * eye
            left, right = (
                (a, eye - roof * near, eye + (height - eye) * near),
                (b, eye - roof * near * 0.92, eye + (height - eye) * far),
            )
            canvas.shape([left[:2], right[:2], right[::2], left[::2]], wall, mix(wall, mood.near, 0.4))
            for place in (0.3, 0.66):
                at = a + (b - a) * place, eye - roof * near * chance.uniform(0.12, 0.62)
                _sign(canvas, mood, at, near * min(width, height) * 0.11, chance)
    _drift(canvas, mood, chance, (0.6, 0.045))


def window(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """A blurred town behind glass, with drops that run down it."""
    width, height = canvas.width, canvas.height
    side = min(width, height)
    canvas.backdrop(mix(mood.top, mood.near, 0.35), mix(mix(mood.near, mood.accent, 0.3), mood.low, 0.2))
    for _ in range(9):
        tower = mix(mood.near, mood.top, chance.uniform(0.1, 0.5))
        top = height * chance.uniform(0.2, 0.6)
        canvas.shape(
            _box(chance.uniform(-0.05, 0.95) * width, top, side * chance.uniform(0.1, 0.3), height), tower, alpha=0.35
        )
    for _ in range(30):
        at = chance.uniform(0, width), height * chance.triangular(0.3, 1.0, 0.72)
        colour = mix(chance.choice((*_LAMPS[:2], *_LAMPS)), mood.low, chance.uniform(0, 0.35))
        canvas.disc(at, side * chance.uniform(0.02, 0.085), colour, alpha=chance.uniform(0.3, 0.7))
    for _ in range(110):
        _drop(canvas, mood, (chance.uniform(0, width), chance.uniform(0, height)), side * chance.uniform(0.002, 0.009))
    for _ in range(9):
        x, y, drop = chance.uniform(0.05, 0.95) * width, chance.uniform(0.15, 0.7) * height, side * 0.012
        canvas.shape(
            [(x - drop * 0.25, 0), (x + drop * 0.25, 0), (x + drop * 0.7, y), (x - drop * 0.7, y)], mood.low, alpha=0.14
        )
        way = height * chance.uniform(0.2, 0.6)
        canvas.lights.append(
            Light(mood.glow, round_light(drop, halo=1.6, edge=drop, alpha=0.8), (x, y), (x, y + way), is_near=True)
        )
    frame, bar = mix(mood.near, (24, 22, 22), 0.5), side * 0.03
    middle = width * chance.choice((0.33, 0.5, 0.67))
    canvas.shape(_box(middle - bar / 2, 0, bar, height), frame, alpha=1)
    canvas.shape(_box(0, height - bar * 1.6, width, height), frame, mix(frame, mood.low, 0.2))


def _drop(canvas: Canvas, mood: Mood, at: Point, radius: float) -> None:
    canvas.disc(at, radius, mood.glow, alpha=0.45, flat=1.35, low=mix(mood.low, mood.near, 0.5))


def _glass(mood: Mood, wall: Colour) -> tuple[Colour, ...]:
    if mood.is_dark:
        return (*(mix(wall, lamp, 0.85) for lamp in _LAMPS[:2]), mix(wall, mood.accent, 0.6))
    return (mix(wall, mood.low, 0.45), mix(wall, mood.near, 0.4))


def _windows(canvas: Canvas, tower: tuple[float, float, float], colours: tuple[Colour, ...], chance: Random) -> None:
    x, top, wide = tower
    step = wide / 5
    for floor in range(int((canvas.height - top) / step / 1.5)):
        for column in range(4):
            if chance.random() < 0.34:
                left, up = round(x + step * (0.65 + column)), round(top + step * (0.8 + floor * 1.5))
                canvas.image.paste(
                    chance.choice(colours), (left, up, round(left + step * 0.6), round(up + step * 0.85))
                )


def _sign(canvas: Canvas, mood: Mood, at: Point, high: float, chance: Random) -> None:
    x, y = at
    colour = mix(chance.choice((*_LAMPS, mood.accent, mood.accent)), mood.far, 0.05 if mood.is_dark else 0.45)
    wide, high = high * chance.choice((0.22, 0.3, 0.7)), high * chance.choice((0.5, 0.8, 1.2))
    canvas.shape(_box(x - wide, y - high * 0.15, wide * 2, y + high * 1.15), colour, alpha=0.22)
    canvas.shape(_box(x - wide / 2, y, wide, y + high), colour)


def _mirrored(canvas: Canvas, mood: Mood, end: Point, chance: Random) -> None:
    """Draw streaks of light on a wet road, broader and longer in the foreground."""
    for _ in range(16):
        near = chance.uniform(0.05, 0.8)
        x, y = end[0] + canvas.width * 0.5 * near * chance.uniform(-0.8, 0.8), end[1] + (canvas.height - end[1]) * near
        wide, colour = (
            min(canvas.width, canvas.height) * (0.008 + 0.03 * near),
            chance.choice((*_LAMPS, mood.accent, mood.accent)),
        )
        canvas.disc((x, y), wide, colour, alpha=0.26, flat=chance.uniform(3, 6))


def _drift(canvas: Canvas, mood: Mood, chance: Random, place_and_size: Point) -> None:
    """Draw lights out of focus, which move a little to one side."""
    (place, size), side = place_and_size, min(canvas.width, canvas.height)
    for _ in range(7):
        x, y = canvas.width * chance.uniform(0.05, 0.95), canvas.height * (place + chance.uniform(-0.16, 0.14))
        sprite = round_light(side * size * chance.uniform(0.4, 1.4), alpha=chance.uniform(0.35, 0.65))
        colour = mix(chance.choice((*_LAMPS, mood.accent)), mood.glow, 0.1)
        canvas.lights.append(Light(colour, sprite, (x, y), (x + chance.choice((-1, 1)) * side * 0.3, y), is_near=True))


def _box(x: float, top: float, wide: float, down: float) -> list[Point]:
    return [(x, top), (x + wide, top), (x + wide, down), (x, down)]
