"""Pictures with the size and the grain of real ones, their previews, and the outputs of a ledger that share them."""

from pathlib import Path

import numpy
from PIL import Image

from benchmarks.gallery_queries import SIZES
from benchmarks.past import Row

NUMBER, EDGE = 500, 480  # pictures; pixels of a preview


def draw(folder: Path) -> None:
    """Write pictures with some grain, and their previews."""
    chance = numpy.random.default_rng(1)
    for number in range(NUMBER):
        width, height = _size(number)
        colours = chance.integers(0, 256, (12, 12, 3), dtype=numpy.uint8)
        picture = Image.fromarray(colours).resize((width, height), Image.Resampling.BICUBIC)
        grain = chance.normal(0, 20, (height, width, 1))
        picture = Image.fromarray(numpy.clip(numpy.asarray(picture) + grain, 0, 255).astype(numpy.uint8))
        picture.save(folder / f"{number:03}.jpg", quality=90)
        picture.thumbnail((EDGE, EDGE))
        picture.save(folder / f"{number:03}.webp", quality=80)


def _size(number: int) -> tuple[int, int]:
    return SIZES[number % len(SIZES)]


def names(row: Row) -> Row:
    """The files of an output, of its own shape."""
    place = (row["id"] * 4) % NUMBER
    number = next(place + more for more in range(4) if _size(place + more) == (row["width"], row["height"]))
    return {"kind": "image", "seconds": 0.0, "key": f"p/{number:03}.jpg", "preview": f"p/{number:03}.webp"}
