"""The price table that admins keep, as WeryAI tells no price in advance. Values only; amounts are credits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from studio.core.aspect_ratios import size
from studio.core.values import Inputs

_SETTINGS = ("duration", "resolution", "quality", "generate_audio")


def settings_of(inputs: Inputs) -> Mapping[str, str]:
    """Return the inputs that a price can depend on, as text; what is left out, empty or switched off is missing."""
    given = {name: inputs.get(name) for name in _SETTINGS} | {"size": size(str(inputs.get("aspect_ratio") or ""))}
    texts = {name: str(value or "").lower() for name, value in given.items()}
    return {name: text for name, text in texts.items() if text not in ("", "false")}


class Unit(StrEnum):
    """What a price is for."""

    RESULT = "result"  # one image or one video
    SECOND = "second"  # of each video


@dataclass(frozen=True)
class Price:
    """One row of the table. Without a resolution it is for all those that have no row of their own."""

    mode: str
    model: str
    resolution: str
    unit: Unit
    credits: float

    @property
    def key(self) -> tuple[str, str, str]:
        """What no other row may have."""
        return self.mode, self.model, self.resolution.lower()

    def of_result(self, settings: Mapping[str, str]) -> float:
        """Return the price of one result; 0 when it depends on seconds and their number is unknown."""
        return self.credits * (seconds(settings) if self.unit is Unit.SECOND else 1)


def price_of_result(prices: Iterable[Price], settings: Mapping[str, str]) -> float:
    """Return the price of one result with these settings, of the rows of its mode and model; 0 when it is unknown."""
    by_resolution = {price.resolution.lower(): price for price in prices}
    resolution = settings.get("resolution") or settings.get("size", "")
    found = by_resolution.get(resolution) or by_resolution.get("")
    return found.of_result(settings) if found else 0.0


def seconds(settings: Mapping[str, str]) -> float:
    """Return the length of a video with these settings, in seconds; 0 when it is unknown."""
    given = settings.get("duration", "")
    return float(given) if given.isascii() and given.isdecimal() else 0.0
