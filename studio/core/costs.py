"""What jobs usually cost: by earlier jobs, else by the admins' price table. Values only; amounts are credits."""

import statistics
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from studio.core.prices import Price, price_of_result, seconds, settings_of
from studio.core.values import Inputs

RECENT = 20  # an estimate is made of this many jobs, as prices change


@dataclass(frozen=True)
class Known:
    """What a task of an earlier job cost, with its model and settings; None for inputs that an admin removed."""

    credits: float
    model: str
    settings: Mapping[str, str] | None

    @classmethod
    def of(cls, credits: float, model: str, inputs: Inputs) -> "Known":
        return cls(float(credits), model, settings_of(inputs) if inputs else None)


class Origin(StrEnum):
    """How an estimate is known; the best first."""

    MEASURED = "measured"  # by jobs of the same mode, model and settings
    PRICE_TABLE = "price table"
    OTHER_SETTINGS = "other settings"  # by jobs of the same mode and model
    UNKNOWN = "unknown"


_ORIGINS = list(Origin)


@dataclass(frozen=True)
class Estimate:
    """What this many results (images or videos) usually cost together, and how that is known."""

    origin: Origin = Origin.UNKNOWN
    results: int = 1
    median: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0

    @property
    def is_known(self) -> bool:
        return self.origin is not Origin.UNKNOWN

    @property
    def each(self) -> "Estimate":
        """The same for one result."""
        return self.times(1 / self.results)

    def times(self, factor: float) -> "Estimate":
        amounts = {name: getattr(self, name) * factor for name in ("median", "lowest", "highest")}
        return replace(self, results=round(self.results * factor), **amounts)

    def is_over(self, balance: float) -> bool:
        """Whether these jobs usually cost more than the balance; with other settings, whether all did."""
        usual = self.lowest if self.origin is Origin.OTHER_SETTINGS else self.median
        return self.is_known and usual > balance


def estimate(known: Iterable[Known], prices: Collection[Price], inputs: Inputs, results: int) -> Estimate:
    """Return what these inputs usually cost, by costs (the newest first) and prices of their mode and model."""
    earlier, settings = list(known), settings_of(inputs)
    if same := [one.credits for one in earlier if one.settings == settings]:
        return _of_one(Origin.MEASURED, same[:RECENT]).times(results)
    if price := price_of_result(prices, settings):
        return _of_one(Origin.PRICE_TABLE, [price]).times(results)
    if earlier:
        return _of_one(Origin.OTHER_SETTINGS, [one.credits for one in earlier]).times(results)
    return Estimate(results=results)


def together(estimates: Iterable[Estimate]) -> Estimate:
    """Return what several jobs usually cost together; it is known as well as the least known of them."""
    given = list(estimates)
    results = sum(one.results for one in given)
    origin = max((one.origin for one in given), key=_ORIGINS.index, default=Origin.UNKNOWN)
    if origin is Origin.UNKNOWN:
        return Estimate(results=results)
    sums = {name: sum(getattr(one, name) for one in given) for name in ("median", "lowest", "highest")}
    return Estimate(origin, results, **sums)


def dearest(known: Iterable[Known], prices: Collection[Price], model: str, inputs: Inputs) -> float:
    """Return the highest cost that a task may have, by costs of its mode and prices of its model; 0 when unknown.

    It is taken from tasks of the same model and settings, else from the price table, else from all tasks of the mode,
    where a longer video counts as dearer in proportion to its seconds.
    """
    earlier, settings = list(known), settings_of(inputs)
    if same := [one.credits for one in earlier if one.model == model and one.settings == settings]:
        return max(same)
    if price := price_of_result(prices, settings):
        return price
    return max((one.credits * _times_longer(settings, one.settings or {}) for one in earlier), default=0.0)


def _of_one(origin: Origin, credits: Sequence[float]) -> Estimate:
    return Estimate(origin, 1, statistics.median(credits), min(credits), max(credits))


def _times_longer(settings: Mapping[str, str], others: Mapping[str, str]) -> float:
    theirs = seconds(others)
    return max(1.0, seconds(settings) / theirs) if theirs else 1.0
