"""The font in which a text is drawn: Pillow's own, or one of the system for text with other letters than its own."""

import unicodedata
from contextlib import suppress
from functools import cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_OWN = frozenset([*map(chr, range(32, 127)), *"·…“”‘’«»°±"])  # what Pillow's own font has
# Those with the most letters first; Pillow looks for them where the system keeps its fonts.
_OTHERS = ("NotoSansCJK-Regular.ttc", "Arial Unicode.ttf", "NotoSans-Regular.ttf", "DejaVuSans.ttf")


def fitting(text: str, size: int) -> tuple[str, Font]:
    """Return the text and a font of this size in pixels to draw it in.

    Where the system has no font for it, accents are left out.
    """
    if _OWN.issuperset(text):
        return text, _own(size)
    other = _other(size)
    return (text, other) if other else (_without_accents(text), _own(size))


def _without_accents(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


@cache
def _own(size: int) -> Font:
    return ImageFont.load_default(size)


@cache
def _other(size: int) -> Font | None:
    for name in _OTHERS:
        with suppress(OSError):  # the system has no such font
            return ImageFont.truetype(name, size)
    return None
