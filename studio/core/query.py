"""A query of the history, and the rows and sums that answer it. Values only."""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from studio.core.values import State

MOST_COUNTED = 10_000  # rows: nobody turns pages beyond that
MOST_LOOKED_AT = 20_000  # rows, for the counts of filters and for orders other than the newest first
MOST_TIMED = 5_000  # the newest jobs, for the chart of durations
MOST_MATCHES = 1_000  # the newest jobs that a text search finds, or that an id's beginning matches
MOST_MATCHES_OF_CALLS = 200  # jobs and errors that match; each of them has many calls to list


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
    """The order of the rows. All orders but NEWEST cover the newest `MOST_LOOKED_AT` rows only."""

    NEWEST = "newest"
    SLOWEST = "slowest"
    DEAREST = "dearest"  # jobs only: a call costs nothing


STATES = {
    Outcome.OPEN: (State.QUEUED, State.OPEN),
    Outcome.REFUSED: (State.REFUSED,),
    Outcome.UNCONFIRMED: (State.UNCONFIRMED,),
    Outcome.CANCELLED: (State.CANCELLED, State.DISMISSED),
}


@dataclass(frozen=True)
class Query:
    """Conditions: all fields must match, any value of one field may; an empty field is no condition.

    `listed` is the only person whose rows may be shown; empty for everybody's. `slower` is in seconds. With `of_jobs`
    the query lists and sums jobs, else calls; `outcome` and `slower` are about the same.
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
    without_polls: bool = False  # leaves out the status requests that were answered
    failure: tuple[str, ...] = ()  # of jobs, as in `error_groups.ErrorGroup.conditions`

    @property
    def statuses(self) -> list[int]:
        """The HTTP statuses as numbers, without invalid ones, because the page's address may contain anything."""
        return [int(status) for status in self.http_status if re.fullmatch("[1-9][0-9]{2}", status)]

    @property
    def as_text(self) -> str:
        """All conditions as one JSON text; equal conditions have equal texts."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, default=datetime.isoformat)

    def without(self, *names: str) -> "Query":
        return replace(self, **dict.fromkeys(names, ()))  # type: ignore[arg-type]


def from_text(text: str) -> Query:
    """Return the query that `as_text` wrote. The text is not checked: pass only texts that the studio wrote itself."""
    given = json.loads(text)
    moments = {name: datetime.fromisoformat(given[name]) for name in ("since", "until") if name in given}
    values = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return Query(**{**given, **moments, **values})


@dataclass(frozen=True)
class CallLine:
    """One call as a list shows it: without URL, headers and bodies."""

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
    """One job as a list shows it, with the number of its calls, of its failed calls and of its failed tasks."""

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
        """The job's outcome in a word; *3 of 4* when some of its tasks failed."""
        if self.state is not State.FINISHED:
            return next(outcome for outcome, states in STATES.items() if self.state in states)
        if not self.failed:
            return Outcome.SUCCEEDED
        return Outcome.FAILED if self.failed >= self.count else f"{self.count - self.failed} of {self.count}"

    @property
    def seconds(self) -> float | None:
        """The seconds from submission to end of a finished job; None for all others, also in lists and sums."""
        start, end = self.sent_at or self.created_at, self.finished_at
        return (end - start).total_seconds() if end and self.state is State.FINISHED else None


@dataclass(frozen=True)
class JobInFile:
    """One job as an exported file shows it, with the ids that the API gave it."""

    line: JobLine
    batch_id: str
    task_ids: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """The number of rows for each choice of each filter; `is_partial` when only the newest rows were counted."""

    of: dict[str, dict[str, int]] = field(default_factory=dict)
    is_partial: bool = False


@dataclass(frozen=True)
class Sums:
    """The data of the charts: the listed calls or jobs by time slice, and jobs by time slice and by model.

    A slice is an hour or, if not `by_hour`, a day; the slice "" is the whole time. The rows are:
    `lines`: slice, number, how many have an outcome (open, cancelled, unconfirmed jobs have none), and how many of
    these failed, fully or in part. `credits`: slice, credits. `wasted`: slice, credits of failed tasks. `times`: model,
    seconds of a job. `is_partial` when only the newest jobs were read for these.
    """

    lines: tuple[tuple[Any, ...], ...] = ()
    credits: tuple[tuple[Any, ...], ...] = ()
    wasted: tuple[tuple[Any, ...], ...] = ()
    times: tuple[tuple[Any, ...], ...] = ()
    is_partial: bool = False
    by_hour: bool = False
