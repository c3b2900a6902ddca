"""Sends requests to the service, and records each request with its answer as evidence."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from live_check.facts import WRONG_KEY
from studio.core.account import Account
from studio.core.calls import Call
from studio.core.errors import StudioError
from studio.core.hosts import is_loopback
from studio.core.settings import Settings
from studio.core.values import Clock, now
from studio.engine import keys
from studio.weryai.api import WeryAI
from studio.weryai.envelope import Reply


@dataclass(frozen=True)
class Pace:
    """The functions for time: to wait, to measure seconds, and to tell the time."""

    sleep: Callable[[float], None] = time.sleep
    seconds: Callable[[], float] = time.monotonic
    now: Clock = now


@dataclass(frozen=True)
class Recorded:
    """The outcome of one question: a value or an error, and the requests that were made for it."""

    value: Any = None
    error: StudioError | None = None
    calls: tuple[Call, ...] = ()

    @property
    def call(self) -> Call | None:
        """The last request; None if none was made."""
        return self.calls[-1] if self.calls else None

    @property
    def data(self) -> Any:
        """The reply's data as received; None when there is none."""
        return (envelope(self.call) or {}).get("data") if self.call else None


@dataclass
class Recorder:
    """A client of one account that records all requests and answers."""

    settings: Settings
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._own = self._client(self.settings.api_key)
        self._stranger = self._client(WRONG_KEY)

    @property
    def is_local(self) -> bool:
        return is_loopback(self.settings.base_url)

    def ask(self, question: Callable[[WeryAI], Any]) -> Recorded:
        return self._asked(self._own, question)

    def ask_with_a_wrong_key(self, question: Callable[[WeryAI], Any]) -> Recorded:
        return self._asked(self._stranger, question)

    def _asked(self, api: WeryAI, question: Callable[[WeryAI], Any]) -> Recorded:
        first = len(self.calls)
        try:
            value, error = question(api), None
        except StudioError as raised:
            value, error = None, raised
        return Recorded(value, error, tuple(self.calls[first:]))

    def _client(self, key: str) -> WeryAI:
        account = Account("live", self.settings.base_url, keys.shown(key), is_local=self.is_local)
        return WeryAI(account, key, self.settings.models_base_url, self.calls.append)


def envelope(call: Call) -> Mapping[str, Any] | None:
    """Return the JSON object of an answer; None when it is not one."""
    return Reply(call.http_status or 0, call.response_headers, call.response_body.encode()).envelope


def place(call: Call) -> str:
    """Return the subject of a request in a word."""
    if call.method == "POST":
        return call.path.rpartition("/")[2]
    if call.path.endswith("/models"):
        return f"{call.path.split('/')[-2]} registry"
    return "balance" if call.path.endswith("/balance") else "batch" if "/batch/" in call.path else "task"


def answered(calls: Iterable[Call]) -> Iterator[tuple[str, Call, Mapping[str, Any]]]:
    """Yield the answers that have an envelope, each with its place."""
    for call in calls:
        if found := envelope(call):
            yield place(call), call, found


def refusal(call: Call) -> str:
    """Return HTTP status and code of an answer as text."""
    return f"HTTP {call.http_status}, {f'code {call.code}' if call.code else 'no code'}"


def text_of(value: Any) -> str:
    """Return a JSON value as text, at most 60 characters."""
    return json.dumps(value, ensure_ascii=False)[:60]
