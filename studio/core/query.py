"""What somebody wants to see of the history, and the lines and sums that come back. Values alone."""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from studio.core.values import State

MOST_COUNTED = 10_000  # lines: beyond that nobody turns pages
MOST_LOOKED_AT = 20_000  # lines, for the counts of filters and for other orders
MOST_TIMED = 5_000  # jobs, the newest, for their times
MOST_MATCHES = 1_000  # jobs that words find, the newest, or the beginning of an id
MOST_MATCHES_OF_CALLS = 200  # jobs and errors whose calls are then shown, each of which has many


class Outcome(StrEnum):
    """How a job or a call ended."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    OPEN = "Open"
    REFUSED = "Refused"
    UNCONFIRMED = "Unconfirmed"
    CANCELLED = "Cancelled"
    UNANSWERED = "No answer"


class Order(StrEnum):
    """Which line comes first. All but the newest first are of the newest `MOST_LOOKED_AT` lines."""

    NEWEST = "newest"
    SLOWEST = "slowest"
    DEAREST = "dearest"  # jobs alone: a call costs nothing


STATES = {
    Outcome.OPEN: (State.QUEUED, State.OPEN),
    Outcome.REFUSED: (State.REFUSED,),
    Outcome.UNCONFIRMED: (State.UNCONFIRMED,),
    Outcome.CANCELLED: (State.CANCELLED, State.DISMISSED),
}


@dataclass(frozen=True)
class Query:
    """Conditions: different ones multiply, the values of one add up, an empty one is none.

    `listed` is the one person whose lines are shown at all; empty for everybody's. `slower` is in seconds. With
    `of_jobs` it is jobs that are listed and summed up. Outcome and slowness are those of what is listed.
    """

    account: str
    listed: str = ""
    search: str = ""
    since: datetime | None = None
    until: datetime | None = None
    mode: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    endpoint: tuple[str, ...] = ()
    http_status: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    error_kind: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    slower: float = 0.0
    of_jobs: bool = False
    without_polls: bool = False  # calls that asked how a task is, and were answered
    failure: tuple[str, ...] = ()  # of jobs, as `failures.ErrorGroup.conditions` has it

    @property
    def statuses(self) -> list[int]:
        """The HTTP statuses, of which an address may say any nonsense."""
        return [int(status) for status in self.http_status if re.fullmatch("[1-9][0-9]{2}", status)]

    @property
    def as_text(self) -> str:
        """All of it in one text; the same conditions are the same text."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, default=datetime.isoformat)

    def without(self, *names: str) -> "Query":
        return replace(self, **dict.fromkeys(names, ()))  # type: ignore[arg-type]


def from_text(text: str) -> Query:
    """What `as_text` has written. It is not checked: only a text that is known to be ours belongs here."""
    given = json.loads(text)
    moments = {name: datetime.fromisoformat(given[name]) for name in ("since", "until") if name in given}
    values = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return Query(**{**given, **moments, **values})


@dataclass(frozen=True)
class CallLine:
    """One call as a list shows it: without address, headers and bodies."""

    id: str
    at: datetime
    model: str
    method: str
    endpoint: str
    http_status: int | None
    code: str
    error_kind: str
    person: str
    duration_ms: int
    job: str

    @property
    def end(self) -> datetime:
        return self.at + timedelta(milliseconds=self.duration_ms)


@dataclass(frozen=True)
class JobLine:
    """One job as a list shows it, with how many calls it took, how many of them failed, and how its tasks ended."""

    id: str
    created_at: datetime
    mode: str
    model: str
    prompt: str
    person: str
    state: State
    count: int
    cost: float | None
    sent_at: datetime | None
    finished_at: datetime | None
    calls: int
    errors: int
    failed: int
    preview: str

    @property
    def outcome(self) -> str:
        """How it ended, in a word; *3 of 4* when some of its tasks failed."""
        if self.state is not State.FINISHED:
            return next(outcome for outcome, states in STATES.items() if self.state in states)
        if not self.failed:
            return Outcome.SUCCEEDED
        return Outcome.FAILED if self.failed >= self.count else f"{self.count - self.failed} of {self.count}"

    @property
    def seconds(self) -> float | None:
        """How long a finished job took, from being sent to its end; nothing for all others, as in lists and sums."""
        start, end = self.sent_at or self.created_at, self.finished_at
        return (end - start).total_seconds() if end and self.state is State.FINISHED else None


@dataclass(frozen=True)
class JobInFile:
    """One job as a file has it: also under which ids the API knows it."""

    line: JobLine
    batch_id: str
    task_ids: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """How many lines there are for each choice of each filter; `is_partial` when only the newest were looked at."""

    of: dict[str, dict[str, int]] = field(default_factory=dict)
    is_partial: bool = False


@dataclass(frozen=True)
class Sums:
    """What the charts are made of: what is listed, calls or jobs, by slice of time, and jobs by slice and model.

    A slice "" is all of the time, for which days may stand, too. Rows of `lines`: slice, number, how many of these came
    to an end of their own (no job does that is open, cancelled or unconfirmed), how many of those failed, if only in
    part. Rows of `credits`: slice, credits. Rows of `wasted`: slice, credits of failed tasks. Rows of `times`: model,
    seconds of a job. `is_partial` when only the newest jobs were looked at for these. Slices are hours or, if not
    `by_hour`, days.
    """

    lines: tuple[tuple[Any, ...], ...] = ()
    credits: tuple[tuple[Any, ...], ...] = ()
    wasted: tuple[tuple[Any, ...], ...] = ()
    times: tuple[tuple[Any, ...], ...] = ()
    is_partial: bool = False
    by_hour: bool = False
