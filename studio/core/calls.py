"""What went over the line: each HTTP request to the API, and each call that it made to us."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

_person: ContextVar[str] = ContextVar("person", default="")


@contextmanager
def made_for(person: str) -> Iterator[None]:
    """Requests that are made in here and are about no job are this person's."""
    before = _person.set(person)
    try:
        yield
    finally:
        _person.reset(before)


def person() -> str:
    """Whom a request is made for now; empty for nobody, as in the background, or when its job says it."""
    return _person.get()


@dataclass(frozen=True)
class Call:
    """One HTTP request to the API, redacted. `id` is ours, `vendor_id` what the reply called itself."""

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
    person: str = ""  # whose it was; its job's, if it has one

    @property
    def endpoint(self) -> str:
        """The path without its ids: what was asked for, the same for every task."""
        found = self.path
        for name, value in (("batch_id", self.batch_id), ("task_id", self.task_id)):
            found = found.replace(quote(value, safe=""), f"{{{name}}}") if value else found
        return found


@dataclass(frozen=True)
class Callback:
    """One call that the API made to us about a job; `outcome` is what it led to, for good once it is settled."""

    id: str
    job: str
    at: datetime
    account: str = ""
    outcome: str = ""
    settled_at: datetime | None = None
    body: str = ""
