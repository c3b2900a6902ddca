"""Which option a field has when no valid one is chosen."""

from collections.abc import Sequence
from typing import Any

from studio.core.aspect_ratios import log_ratio, ratio

COMMON_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9")
_USUAL = {"aspect_ratio": "16:9", "resolution": "720p", "duration": 5}


def common_first(options: Sequence[Any]) -> list[Any]:
    """Return the options with common ratios first, in a fixed order."""
    return sorted(
        options, key=lambda option: COMMON_RATIOS.index(option) if option in COMMON_RATIOS else len(COMMON_RATIOS)
    )


def default(field: str, options: Sequence[Any]) -> Any:
    """Return the option that a field starts with: the usual one, or the first."""
    return usual if (usual := _USUAL.get(field)) in options else options[0]


def replacement(field: str, options: Sequence[Any], requested: Any) -> Any:
    """Return the option that replaces a choice that the model does not take: the nearest ratio, else the default."""
    ratios = [option for option in options if ratio(option)]
    if field != "aspect_ratio" or not ratios or not ratio(requested):
        return default(field, options)
    return min(ratios, key=lambda option: abs(log_ratio(option) - log_ratio(requested)))
