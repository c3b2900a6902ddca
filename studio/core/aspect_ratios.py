"""The two parts of an aspect ratio: shape and size, as some models take `16:9(2k)` or only `2k`."""

import re

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
