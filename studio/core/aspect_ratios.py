"""The two parts of an aspect ratio: shape and size, as some models take `16:9(2k)` or only `2k`."""

import math
import re
from typing import Any

AUTO = "Auto"  # a size without a ratio
_PARTS = re.compile(r"(\d+:\d+)?\(?([^()]*)\)?")


def shape(option: str) -> str:
    """Return the ratio of an option; `AUTO` for a size alone, else the option itself."""
    found = _PARTS.fullmatch(option)
    return (found and found[1]) or (AUTO if re.fullmatch(r"\d+k", option) else option)


def size(option: str) -> str:
    """Return the size of an option: 2K for 16:9(2k)."""
    found = _PARTS.fullmatch(option)
    return (found[2] if found else option).upper()


def ratio(option: Any) -> tuple[int, int] | None:
    """Return width and height of a ratio, also of 16:9(1k); None if the option is no ratio."""
    found = re.match(r"(\d{1,5}):(\d{1,5})(?!\d)", str(option))
    return (int(found[1]), int(found[2])) if found and int(found[1]) and int(found[2]) else None


def log_ratio(option: Any) -> float:
    """Return log(width / height): above 0 for landscape, below for portrait, 0 for a square or no ratio."""
    width, height = ratio(option) or (1, 1)
    return math.log(width / height)
