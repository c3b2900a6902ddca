"""Calls the `webhook_url` of a task that has ended, as the vendor's guide shows it, and in ways that may go wrong.

The guide documents the POST and its body; how often it is sent, in which order, and how it is signed is not known.
"""

import http.client
import json
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.error import URLError

from sandbox.backend import Backend
from sandbox.orders import Orders
from sandbox.tasks import SandboxTask

EVERY = 0.1
ANSWER_SECONDS = 5.0
FORGED = "task_of_somebody_else"


@dataclass(frozen=True)
class Callback:
    """One call to make, at a moment of the monotonic clock."""

    due: float
    task: str
    url: str
    body: dict[str, Any]


@dataclass
class Caller:
    """A thread that moves tasks with a webhook on, and makes the calls that are due."""

    backend: Backend
    orders: Orders
    address: Callable[[SandboxTask], str]
    _waiting: list[Callback] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.backend.on_end = self._plan
        self._thread = threading.Thread(target=self._run, name="sandbox callbacks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(ANSWER_SECONDS + 1)

    def _run(self) -> None:
        while not self._stopped.wait(EVERY):
            self.backend.advance()
            for callback in [one for one in self._waiting if one.due <= time.monotonic()]:
                self._waiting.remove(callback)
                self.orders.called.append({"task": callback.task, "http": _answer(callback)})

    def _plan(self, task: SandboxTask) -> None:
        if task.body.get("webhook_url") and task.status in ("succeed", "failed"):
            self._waiting += self._calls(task)

    def _calls(self, task: SandboxTask) -> list[Callback]:
        calling = self.orders.calling
        body = self.orders.dialect.callback(task, self.address(task))
        usual = Callback(time.monotonic(), task.id, task.body["webhook_url"], body)
        match calling.how:
            case "twice":
                return [usual, usual]
            case "late":
                return [replace(usual, due=usual.due + calling.seconds)]
            case "out-of-order":
                earlier = replace(task, status="processing")
                return [usual, replace(usual, body=self.orders.dialect.callback(earlier, ""))]
            case "forged":
                forged = {**body, "data": {**body["data"], "task_id": FORGED}}
                return [replace(usual, url=_with_a_wrong_secret(usual.url)), replace(usual, body=forged)]
            case "never":
                return []
        return [usual]


def _with_a_wrong_secret(url: str) -> str:
    """Return the URL as guessed by somebody who knows the job (the last part), but not the secret before it."""
    start, _, job = url.rpartition("/")
    return f"{start.rpartition('/')[0]}/{'0' * 32}/{job}"


def _answer(callback: Callback) -> int:
    """Make the call and return the HTTP status of the answer; 0 without an answer."""
    request = urllib.request.Request(  # noqa: S310 - the body of a submission says http or https, as for the vendor
        callback.url, json.dumps(callback.body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:  # noqa: S310
            return int(response.status)
    except urllib.request.HTTPError as error:
        return int(error.code)
    except (URLError, OSError, ValueError, http.client.HTTPException):
        return 0
