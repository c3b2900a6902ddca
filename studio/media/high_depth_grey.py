"""Grey images of more than 8 bits, in integers or floats, which Pillow would show as all black or all white."""

from collections.abc import Iterator

from PIL import Image

WHITE = 65_535
_BYTE = 255
_STRIP = 2_000_000  # pixels that are converted at a time
_DEEP = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})


def deep(picture: Image.Image, *, negative: bool) -> Image.Image | None:
    """Return the greys from 0 to 65,535, whatever their stored range; None for an image without such greys.

    Floats range from 0 to 1 or to 255, integers to 65,535; other ranges are spread from minimum to maximum. In a
    negative, 0 is white.
    """
    if picture.mode not in _DEEP:
        return None
    grey = picture if picture.mode.startswith("I;16") else _spread(picture)
    grey = grey if grey.mode == "I;16" else grey.convert("I").convert("I;16")
    return grey.point(lambda number: number * -1 + WHITE) if negative else grey


def shallow(grey: Image.Image) -> Image.Image:
    """Return such greys as 8 bits, which screens show."""
    return grey.point(lambda number: number * (1 / 256)).convert("L")


def _spread(picture: Image.Image) -> Image.Image:
    """Spread the greys over 16 bits; NaN becomes the lowest value, an infinity the lowest or highest."""
    import numpy as np  # noqa: PLC0415 - few images need it, and the worker has a memory limit

    lowest, highest = _range(picture)
    grey = Image.new("I;16", picture.size)
    for box in _strips(picture):
        found = np.asarray(picture.crop(box), np.float64)
        found = np.nan_to_num(found, nan=lowest, posinf=highest, neginf=lowest).clip(lowest, highest)
        scaled = (found - lowest) * (WHITE / (highest - lowest))
        grey.paste(Image.fromarray(scaled.round().astype(np.uint16)), box)
    return grey


def _range(picture: Image.Image) -> tuple[float, float]:
    """Return the values of black and of white."""
    import numpy as np  # noqa: PLC0415 - as above

    lowest, highest = np.inf, -np.inf
    for box in _strips(picture):
        found = np.asarray(picture.crop(box), np.float64)
        found = found[np.isfinite(found)]
        lowest, highest = found.min(initial=lowest), found.max(initial=highest)
    for white in (1, _BYTE) if picture.mode == "F" else (WHITE,):
        if lowest >= 0 and highest <= white:
            return 0.0, float(white)
    return (float(lowest), float(highest)) if highest > lowest else (0.0, 1.0)


def _strips(picture: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    rows = max(1, _STRIP // picture.width)
    for top in range(0, picture.height, rows):
        yield 0, top, picture.width, min(top + rows, picture.height)
