"""The colours of a scene: from the time of day and the colour in its prompt, else from a hash of the prompt."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Mood:
    """The colours of one scene, and whether lamps are lit in it."""

    top: Colour  # of the sky, or of a wall
    low: Colour  # where the sky ends
    far: Colour
    near: Colour
    glow: Colour  # sun, moon, daylight
    accent: Colour
    is_dark: bool = False


_MOODS = {
    "night": (
        Mood((10, 14, 34), (46, 62, 104), (34, 46, 82), (9, 11, 24), (236, 238, 246), (240, 112, 138), True),
        Mood((14, 11, 38), (70, 50, 100), (48, 36, 80), (11, 9, 24), (250, 240, 226), (84, 190, 212), True),
    ),
    "blue hour": (
        Mood((28, 44, 88), (158, 172, 202), (92, 114, 158), (18, 28, 52), (242, 238, 228), (234, 170, 104), True),
        Mood((36, 40, 84), (190, 168, 190), (112, 108, 156), (26, 26, 54), (250, 234, 222), (240, 150, 120), True),
    ),
    "dawn": (
        Mood((92, 116, 160), (250, 208, 176), (184, 166, 178), (50, 58, 88), (255, 240, 218), (210, 122, 98)),
        Mood((126, 120, 166), (252, 200, 182), (192, 160, 174), (62, 50, 84), (255, 234, 222), (224, 138, 120)),
    ),
    "dusk": (
        Mood((70, 58, 110), (248, 154, 108), (176, 104, 112), (44, 30, 54), (255, 216, 154), (228, 98, 76)),
        Mood((104, 66, 96), (252, 184, 118), (190, 120, 98), (58, 34, 40), (255, 228, 174), (216, 110, 64)),
    ),
    "rain": (
        Mood((92, 106, 120), (188, 196, 200), (140, 152, 162), (42, 52, 62), (238, 242, 242), (206, 154, 92)),
        Mood((78, 98, 106), (180, 192, 188), (128, 146, 146), (36, 52, 54), (236, 242, 236), (196, 126, 96)),
    ),
    "noon": (
        Mood((104, 166, 212), (228, 239, 240), (154, 186, 200), (46, 84, 92), (255, 252, 236), (204, 132, 92)),
        Mood((138, 180, 194), (242, 237, 222), (184, 192, 178), (70, 86, 66), (255, 250, 230), (190, 112, 84)),
    ),
}
_TIMES = {
    "night": "night|midnight|moon|moonlit|neon|star|starr|dark|lantern",
    "blue hour": "blue hour|twilight",
    "dawn": "dawn|first light|sunrise|morning|climb|rise",
    "dusk": "dusk|sunset|evening|golden hour|autumn|candle|candlelight",
    "rain": "rain|storm|mist|fog|fogg|grey|gray|winter|snow",
    "noon": "noon|midday|daylight|bright|summer|sun|sunn",
}
_COLOURS = {
    "red|scarlet|crimson": (196, 58, 56),
    "orange|amber": (226, 128, 56),
    "yellow|gold|golden": (228, 184, 78),
    "green": (84, 138, 92),
    "blue": (64, 112, 172),
    "purple|violet|lavender": (128, 92, 164),
    "pink|peony": (228, 140, 162),
    "white": (236, 234, 228),
    "black": (40, 40, 46),
    "brown": (128, 88, 62),
    "clay|terracotta": (196, 124, 92),
}


def mood(prompt: str, seed: int) -> Mood:
    """Return the mood; its time of day is the prompt's, so a job's variants share it; the seed chooses a palette."""
    palettes = _MOODS[named(prompt, _TIMES) or pick(prompt, "time", tuple(_MOODS))]
    found, colour = palettes[seed % len(palettes)], named(prompt, {words: words for words in _COLOURS})
    if not colour:
        return found
    wanted = _COLOURS[colour]
    return replace(found, accent=wanted, far=mix(found.far, wanted, 0.35), near=mix(found.near, wanted, 0.3))


def named(prompt: str, words: dict[str, str]) -> str:
    """Return the first name with a word in the prompt, also in the plural; empty if there is none."""
    found = (name for name, some in words.items() if re.search(rf"\b(?:{some})(?:e?s|y)?\b", prompt, re.IGNORECASE))
    return next(found, "")


def pick(prompt: str, what: str, choices: Sequence[str]) -> str:
    """Return one of the choices, always the same one for the same prompt."""
    digest = hashlib.sha256(f"{what}: {prompt}".encode("utf-8", "replace")).digest()
    return choices[int.from_bytes(digest[:4], "big") % len(choices)]


def mix(one: Iterable[int], other: Iterable[int], share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
