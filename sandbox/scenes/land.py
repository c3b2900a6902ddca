"""Scenes under a sky: hills, clouds, the sea, dunes, a forest."""

import math
from random import Random

import numpy as np
from numpy.typing import NDArray

from sandbox.scenes.canvas import Canvas, Light, Point, round_light
from sandbox.scenes.light import Mood, mix

Line = NDArray[np.float64]


def hills(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """Five ridges, each paler than the one before it, with haze between them."""
    canvas.backdrop(mood.top, mood.low, 0.75)
    _sun(canvas, mood, chance)
    for ridge in range(5):
        colour = mix(mood.far, mood.near, ridge / 4)
        haze = mix(colour, mood.low, 0.55 - 0.1 * ridge)
        canvas.shape(_below(canvas, 0.5 + 0.105 * ridge, 0.075, _ridge(canvas, chance)), colour, haze)


def mountains(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """Three rows of sharp peaks behind two ridges, fog between them."""
    canvas.backdrop(mood.top, mood.low, 0.75)
    _sun(canvas, mood, chance)
    for row in range(5):
        colour = mix(mood.far, mood.near, row / 4)
        line = _peaks(canvas, chance, 1.1 + 0.25 * row) if row < 3 else _ridge(canvas, chance) * 0.45
        canvas.shape(_below(canvas, 0.47 + 0.125 * row, 0.15, line), colour, mix(colour, mood.low, 0.85 - 0.2 * row))


def clouds(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """One ridge that looks out of a sea of clouds."""
    canvas.backdrop(mood.top, mood.low, 0.7)
    _sun(canvas, mood, chance)
    canvas.shape(_below(canvas, 0.5, 0.12, _ridge(canvas, chance)), mix(mood.far, mood.near, 0.7), mood.far)
    for layer in range(5):
        light = mix(mix(mood.low, mood.glow, 0.75), mood.far, 0.14 * layer)
        shade = mix(light, mix(mood.far, mood.near, 0.12 * layer), 0.75)
        canvas.shape(_below(canvas, 0.6 + 0.085 * layer, 0.05 + 0.014 * layer, _billows(canvas, chance)), light, shade)


def sea(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """A horizon, a sail, and waves that grow towards the viewer."""
    width, height = canvas.width, canvas.height
    canvas.backdrop(mood.top, mood.low, 0.5)
    light = _sun(canvas, mood, chance)
    water = mix(mood.far, mood.top, 0.5)
    canvas.shape(_below(canvas, 0.5, 0, np.zeros(2)), mix(water, mood.low, 0.5), water)
    for glint in range(7):
        half, y = width * chance.uniform(0.015, 0.05) * (1 + glint / 4), height * (0.515 + 0.022 * glint)
        canvas.disc((light + half * chance.uniform(-0.6, 0.6), y), half, mood.glow, alpha=0.5, flat=0.05)
    _sail(canvas, mood, (width * chance.uniform(0.15, 0.85), height * 0.53), min(width, height) * 0.11)
    for wave in range(5):
        colour = mix(water, mood.near, 0.15 + wave * 0.17)
        line = np.abs(np.sin(_across(canvas) * (8 - wave) / 1.6 + chance.uniform(0, 3)))
        high, place = 0.008 + 0.007 * wave, 0.6 + 0.08 * wave
        canvas.shape(_below(canvas, place, high, line), mix(colour, mood.glow, 0.25), colour)
        canvas.shape(_below(canvas, place + 0.012, high, line), colour, mix(colour, mood.near, 0.4))


def dunes(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """Four dunes, each with a side in the sun and a side in the shade."""
    width, height = canvas.width, canvas.height
    canvas.backdrop(mood.top, mood.low, 0.6)
    _sun(canvas, mood, chance)
    sand = mix(mood.low, (226, 172, 112), 0.15 if mood.is_dark else 0.6)
    for dune in range(4):
        lit = mix(mix(sand, mood.low, 0.5 - 0.16 * dune), mood.near, 0.07 * dune)
        shade = mix(lit, mood.near, 0.5)
        peak, top = width * chance.uniform(0.1, 0.9), height * (0.5 + 0.12 * dune - chance.uniform(0.02, 0.08))
        base, reach = height * (0.66 + 0.13 * dune), width * chance.uniform(0.55, 0.8)
        left = [(peak - reach * (1 - t), base + (top - base) * _swell(t)) for t in np.linspace(0, 1, 24)]
        right = [(peak + reach * t, top + (base - top) * _swell(t)) for t in np.linspace(0, 1, 24)]
        canvas.shape(
            [(-9, base), *left, *right, (width + 9, base), (width + 9, height), (-9, height)], lit, mix(lit, shade, 0.3)
        )
        foot = [
            (peak + reach * t * (1 - 0.9 * math.sin(t * 2.6)), top + (height * 1.05 - top) * t)
            for t in np.linspace(0, 1, 16)
        ]
        canvas.shape([*right, (width + 9, base), (width + 9, height), *foot[::-1]], shade, mix(shade, lit, 0.25))


def forest(canvas: Canvas, mood: Mood, chance: Random) -> None:
    """Rows of firs in the mist, the nearest ones dark and tall."""
    canvas.backdrop(mood.top, mood.low, 0.8)
    _sun(canvas, mood, chance)
    for row in range(4):
        colour = mix(mix(mood.far, (70, 104, 88), 0.2), mix(mood.near, (18, 40, 34), 0.35), row / 3)
        points: list[Point] = [(-9.0, float(canvas.height))]
        x, tall = -20.0, canvas.height * (0.16 + 0.1 * row)
        while x < canvas.width + 20:
            high = tall * chance.uniform(0.7, 1.25)
            ground = canvas.height * (0.7 + 0.14 * row + 0.02 * math.sin(x / canvas.height * 5 + row * 2))
            points += _fir(x, ground, high)
            x += high * chance.uniform(0.26, 0.6)
        canvas.shape(
            [*points, (canvas.width + 9.0, float(canvas.height))], colour, mix(colour, mood.low, 0.6 - 0.17 * row)
        )


def _fir(x: float, ground: float, high: float) -> list[Point]:
    left: list[Point] = [(x, ground - high)]
    for tier in range(1, 8):
        wide, y = high * 0.15 * (tier / 7) ** 0.8, ground - high * (1 - tier / 7.5)
        left += [(x - wide, y), (x - wide * 0.55, y - high * 0.015)]
    left += [(x - high * 0.015, left[-1][1]), (x - high * 0.015, ground)]
    return left[::-1] + [(2 * x - other, y) for other, y in left]


def _sail(canvas: Canvas, mood: Mood, at: Point, high: float) -> None:
    x, y = at
    canvas.shape(
        [(x, y - high), (x, y - high * 0.1), (x + high * 0.5, y - high * 0.1)], mix(mood.glow, mood.accent, 0.2)
    )
    canvas.shape([(x - 2, y - high * 0.85), (x - 2, y - high * 0.1), (x - high * 0.32, y - high * 0.1)], mood.accent)
    canvas.shape(
        [
            (x - high * 0.4, y - high * 0.06),
            (x + high * 0.55, y - high * 0.06),
            (x + high * 0.35, y + high * 0.08),
            (x - high * 0.25, y + high * 0.08),
        ],
        mood.near,
    )


def _sun(canvas: Canvas, mood: Mood, chance: Random) -> float:
    """Draw a rising sun, or a moon with stars; return its position from the left, as a share of the width."""
    side = min(canvas.width, canvas.height)
    if mood.is_dark:
        for _ in range(40):
            canvas.disc(
                (chance.uniform(0, canvas.width), chance.uniform(0, canvas.height * 0.5)),
                chance.uniform(0.7, 1.5),
                mood.glow,
                alpha=0.7,
            )
    start, way = chance.uniform(0.2, 0.7), chance.choice((-0.3, 0.3))
    low, high = canvas.height * 0.5, canvas.height * chance.uniform(0.2, 0.3)
    sprite = round_light(side * chance.uniform(0.045, 0.07), halo=2.6)
    begin, end = (canvas.width * start, low), (canvas.width * (start + way), high)
    canvas.lights.append(Light(mood.glow, sprite, begin, end, side * 0.12))
    return begin[0] + (end[0] - begin[0]) * 0.35


def _across(canvas: Canvas) -> Line:
    return np.linspace(0, canvas.width / canvas.height * 3, canvas.width // 3)


def _ridge(canvas: Canvas, chance: Random) -> Line:
    across, line = _across(canvas), np.zeros(canvas.width // 3)
    for octave in range(6):
        wave = np.sin(across * 1.7**octave * 1.3 + chance.uniform(0, 6.3))
        line += wave * chance.uniform(0.5, 1.0) / 1.6**octave / 1.6
    return line


def _peaks(canvas: Canvas, chance: Random, often: float) -> Line:
    across, line = _across(canvas), np.zeros(canvas.width // 3)
    for octave in range(5):
        start, wave = chance.uniform(0, 6.3), across * often * 2.1**octave
        line += (np.abs(np.sin(wave + start + np.sin(wave * 0.6) * 0.5)) - 0.5) * 1.5 / 2.2**octave
    return line


def _billows(canvas: Canvas, chance: Random) -> Line:
    across, line, x = _across(canvas), np.zeros(canvas.width // 3), -0.3
    while x < across[-1] + 0.3:
        radius = chance.uniform(0.12, 0.36)
        line = np.minimum(line, -np.sqrt(np.clip(radius**2 - (across - x) ** 2, 0, None)) * 6)
        x += radius * chance.uniform(0.6, 1.0)
    return line


def _below(canvas: Canvas, place: float, high: float, line: Line) -> list[Point]:
    """Return the polygon below a line, whose values are shares of the height."""
    tops = canvas.height * (place + high * line)
    points = list(zip(np.linspace(-2, canvas.width + 2, len(line)).tolist(), tops.tolist(), strict=True))
    return [(-2.0, float(canvas.height)), *points, (canvas.width + 2.0, float(canvas.height))]


def _swell(share: float) -> float:
    return (1 - math.cos(math.pi * share)) / 2
