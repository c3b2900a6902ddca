"""The credits that each person and the team may spend in a day and in a month (UTC). Values only."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from studio.core.errors import DraftError
from studio.core.number_texts import credits

LEAST, MOST = 0.01, 1e9  # credits


class Scope(StrEnum):
    """Whose spending a limit covers."""

    PERSON = "person"
    TEAM = "team"


class Span(StrEnum):
    DAY = "day"
    MONTH = "month"

    def start(self, at: datetime) -> datetime:
        """Return when the day or the month (UTC) of a moment began."""
        today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today if self is Span.DAY else today.replace(day=1)


@dataclass(frozen=True)
class SpendingLimits:
    """The limits, in credits; 0 is no limit. `price` counts for a task whose cost cannot be estimated."""

    person_day: float = 0.0
    person_month: float = 0.0
    team_day: float = 0.0
    team_month: float = 0.0
    price: float = 0.0

    def in_words(self) -> str:
        """Return the limits that are set, as in: person 100 a day, team 2,000 a month, unknown cost counts as 8."""
        parts = [f"{scope} {credits(limit)} a {span}" for scope, span, limit in self.limits()]
        parts += [f"unknown cost counts as {credits(self.price)}"] if parts else []
        return ", ".join(parts) or "none"

    def check(self) -> None:
        """Check that the limits are valid. Errors: DraftError; its field names the number that is not."""
        for name, value in asdict(self).items():
            if value and not LEAST <= value <= MOST:
                raise DraftError(f"Enter a number from {LEAST:g} to {credits(MOST)}.", field=name)
        if any(self.limits()) and not self.price:
            raise DraftError("Enter what a task counts as while its cost is unknown.", field="price")

    def limits(self) -> Iterator[tuple[Scope, Span, float]]:
        """Yield the limits that are set."""
        for scope in Scope:
            for span in Span:
                if limit := float(getattr(self, f"{scope}_{span}")):
                    yield scope, span, limit


_WHOSE = {Scope.PERSON: "your", Scope.TEAM: "the team's"}
_SPAN = {Span.DAY: "daily", Span.MONTH: "monthly"}
_RESETS = {Span.DAY: "at 00:00 UTC", Span.MONTH: "on the 1st of next month (UTC)"}


@dataclass(frozen=True)
class Usage:
    """A limit and how much of it is used: the cost of finished jobs, and what unfinished ones may cost."""

    scope: Scope
    span: Span
    limit: float
    used: float

    def check(self, reserved: float) -> None:
        """Check that the use is within the limit; `reserved` is the newest part of it. Errors: DraftError."""
        if self.used <= self.limit + LEAST / 10:  # sums of floats are not exact
            return
        cost, limit, used = map(credits, (reserved, self.limit, self.used - reserved))
        raise DraftError(
            f"Over {_WHOSE[self.scope]} {_SPAN[self.span]} limit of {limit} credits: {used} are used or reserved, "
            f"and this could cost up to {cost}.",
            field="",
            hint=f"Nothing was sent. The limit resets {_RESETS[self.span]}. An admin can change it.",
        )
