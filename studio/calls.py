"""What went over the line: each HTTP request to the API, and each call that it made to us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
