"""How many credits may be spent in a day and in a month (UTC), by each person and by the team. Values."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from studio.errors import DraftError
from studio.values import credits_in_words

MOST = 1e12  # credits


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
class Caps:
    """The most credits; 0 is no limit. `price`: what a task of a mode counts as whose price nobody knows yet."""

    person_day: float = 0.0
    person_month: float = 0.0
    team_day: float = 0.0
    team_month: float = 0.0
    price: float = 0.0

    def of(self, scope: Scope, span: Span) -> float:
        return float(getattr(self, f"{scope}_{span}"))

    def in_words(self) -> str:
        """Those that are set: person 100 a day, team 2,000 a month."""
        told = [f"{scope} {credits_in_words(limit)} a {span}" for scope, span, limit in self.limits()]
        return ", ".join(told) or "none"

    def check(self) -> None:
        """See that they can be kept. Errors: DraftError, with the name of the number that is in the way."""
        for name, value in asdict(self).items():
            if not 0 <= value < MOST:
                raise DraftError("Enter a number of credits.", field=name)
        if any(self.limits()) and not self.price:
            raise DraftError("Enter what a task may cost while its price isn't known.", field="price")

    def limits(self) -> Iterator[tuple[Scope, Span, float]]:
        """Those that are set."""
        for scope in Scope:
            for span in Span:
                if limit := self.of(scope, span):
                    yield scope, span, limit


_WHOSE = {Scope.PERSON: "Your limit", Scope.TEAM: "The team's limit"}
_RESETS = {Span.DAY: "at 00:00 UTC", Span.MONTH: "on the 1st of next month (UTC)"}


@dataclass(frozen=True)
class Use:
    """A limit, and how much of it is used: what finished jobs cost, and what the others may cost."""

    scope: Scope
    span: Span
    limit: float
    used: float

    def check(self, reserved: float) -> None:
        """See that it is not over the limit, with what was `reserved` last. Errors: DraftError."""
        if self.used <= self.limit + 1e-6:  # sums of floats are not exact
            return
        cost, limit, used = map(credits_in_words, (reserved, self.limit, self.used - reserved))
        raise DraftError(
            f"This could cost up to {cost} credits. {_WHOSE[self.scope]} is {limit} a {self.span}; "
            f"{used} are used or reserved.",
            field="",
            hint=f"Nothing was sent. The limit resets {_RESETS[self.span]}. An admin can change it.",
        )
