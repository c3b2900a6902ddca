"""How many credits may be spent in a day and in a month (UTC), by each person and by the team. Values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from studio.core.errors import DraftError
from studio.core.number_texts import credits
from studio.core.values import Inputs

LEAST, MOST = 0.01, 1e9  # credits


class Scope(StrEnum):
    """Whose spending a limit is about."""

    PERSON = "person"
    TEAM = "team"


class Span(StrEnum):
    DAY = "day"
    MONTH = "month"

    def start(self, at: datetime) -> datetime:
        """When the day or the month (UTC) of a moment began."""
        today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today if self is Span.DAY else today.replace(day=1)


@dataclass(frozen=True)
class SpendingLimits:
    """The limits, in credits; 0 is no limit. `price` is what a task counts as while its cost cannot be estimated."""

    person_day: float = 0.0
    person_month: float = 0.0
    team_day: float = 0.0
    team_month: float = 0.0
    price: float = 0.0

    def in_words(self) -> str:
        """Those that are set, as in: person 100 a day, team 2,000 a month, unknown cost counts as 8."""
        told = [f"{scope} {credits(limit)} a {span}" for scope, span, limit in self.limits()]
        told += [f"unknown cost counts as {credits(self.price)}"] if told else []
        return ", ".join(told) or "none"

    def check(self) -> None:
        """See that the limits can be kept. Errors: DraftError; its field is the name of the number that cannot be."""
        for name, value in asdict(self).items():
            if value and not LEAST <= value <= MOST:
                raise DraftError(f"Enter a number from {LEAST:g} to {credits(MOST)}.", field=name)
        if any(self.limits()) and not self.price:
            raise DraftError("Enter what a task counts as while its cost is unknown.", field="price")

    def limits(self) -> Iterator[tuple[Scope, Span, float]]:
        """Those that are set."""
        for scope in Scope:
            for span in Span:
                if limit := float(getattr(self, f"{scope}_{span}")):
                    yield scope, span, limit


_WHOSE = {Scope.PERSON: "your", Scope.TEAM: "the team's"}
_SPAN = {Span.DAY: "daily", Span.MONTH: "monthly"}
_RESETS = {Span.DAY: "at 00:00 UTC", Span.MONTH: "on the 1st of next month (UTC)"}


@dataclass(frozen=True)
class Usage:
    """A limit, and how much of it is used: the cost of finished jobs, and what the others may cost."""

    scope: Scope
    span: Span
    limit: float
    used: float

    def check(self, reserved: float) -> None:
        """See that it is not over the limit, with what was `reserved` last. Errors: DraftError."""
        if self.used <= self.limit + LEAST / 10:  # sums of floats are not exact
            return
        cost, limit, used = map(credits, (reserved, self.limit, self.used - reserved))
        raise DraftError(
            f"Over {_WHOSE[self.scope]} {_SPAN[self.span]} limit of {limit} credits: {used} are used or reserved, "
            f"and this could cost up to {cost}.",
            field="",
            hint=f"Nothing was sent. The limit resets {_RESETS[self.span]}. An admin can change it.",
        )


@dataclass(frozen=True)
class Known:
    """What a task of an earlier job of the same mode cost, in credits, and what it was made with."""

    price: float
    model: str
    inputs: Inputs


_NO_SETTINGS = ("prompt", "negative_prompt", "seed", "image_number")  # nor are the files that it works from


def dearest(known: Iterable[Known], model: str, inputs: Inputs) -> float:
    """The most that a task may cost, by those of the same model and settings, else by all of the mode; 0 is unknown.

    A longer video than those counts as dearer, second by second.
    """
    earlier, settings = list(known), _settings(inputs)
    alike = [one.price for one in earlier if one.model == model and _settings(one.inputs) == settings]
    return max(alike or [one.price * _times_longer(inputs, one.inputs) for one in earlier], default=0.0)


def _settings(inputs: Inputs) -> Mapping[str, Any]:
    return {name: value for name, value in inputs.items() if name not in _NO_SETTINGS and not _is_file(value)}


def _is_file(value: Any) -> bool:
    return isinstance(value, list) or str(value).startswith("http")


def _times_longer(inputs: Inputs, others: Inputs) -> float:
    seconds, theirs = inputs.get("duration"), others.get("duration")
    if not isinstance(seconds, int | float) or not isinstance(theirs, int | float) or theirs <= 0:
        return 1.0
    return max(1.0, seconds / theirs)
