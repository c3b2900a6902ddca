"""The HTTP requests that the studio sends to the API, and the callbacks that it gets from it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

_person: ContextVar[str] = ContextVar("person", default="")


@contextmanager
def attribute_calls_to(person: str) -> Iterator[None]:
    """Attribute the requests made in this block to this person, unless they belong to a job."""
    before = _person.set(person)
    try:
        yield
    finally:
        _person.reset(before)


def person() -> str:
    """Return the person to attribute a request to; empty in the background, and where the request's job names one."""
    return _person.get()


@dataclass(frozen=True)
class Call:
    """One HTTP request to the API, redacted. `id` is the studio's, `vendor_id` the one in the API's reply."""

    id: str
    account: str
    at: datetime
    method: str
    url: str
    path: str
    duration_ms: int
    attempt: int = 1
    http_status: int | None = None
    code: str = ""
    error_kind: str = ""
    error: str = ""
    vendor_id: str = ""
    job: str = ""
    task_id: str = ""
    batch_id: str = ""
    model: str = ""
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: str = ""
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response_body: str = ""
    person: str = ""  # who made it; the job's person, if it belongs to a job

    @property
    def endpoint(self) -> str:
        """The path with placeholders for its ids, so that it is the same for every task."""
        found = self.path
        for name, value in (("batch_id", self.batch_id), ("task_id", self.task_id)):
            found = found.replace(quote(value, safe=""), f"{{{name}}}") if value else found
        return found


@dataclass(frozen=True)
class Callback:
    """One callback from the API about a job; `outcome` is its result, which no longer changes after `settled_at`."""

    id: str
    job: str
    at: datetime
    account: str = ""
    outcome: str = ""
    settled_at: datetime | None = None
    body: str = ""
