"""Calls of the sandbox to the studio, in a test."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sandbox.dialect import Dialect
from studio.core.values import Job, State
from studio.webhooks.inbox import Inbox
from tests.conftest import IMAGE, Harness, order


@pytest.fixture
def callbacks(harness: Harness) -> Inbox:
    return Inbox(harness.ledger, lambda account: harness.runtime if account == "test" else None, harness.clock)


def told(harness: Harness, task_id: str = "", calls: str = "guide", **changes: Any) -> bytes:
    """A callback in the words of the guide or of a user's handler, about a task of the sandbox or another one."""
    task = next(iter(harness.sandbox.backend.tasks.values()))
    body = Dialect(calls=calls).callback(replace(task, status="succeed"), "https://cdn.weryai.com/x.png")
    body["data"] |= {"task_id": task_id or task.id, **changes}
    return json.dumps(body).encode()


def called(callbacks: Inbox, harness: Harness, job: Job, body: bytes) -> str:
    """WeryAI calls; returns what the ledger says that it led to."""
    callbacks.receive(job.id, body)
    callbacks.step()
    last = harness.ledger.callbacks.newest("test")
    assert last and last.job == job.id
    return last.outcome


def unconfirmed(harness: Harness, count: int = 1, **fault: Any) -> Job:
    order(harness.sandbox, "fault", kind="gateway", **fault)
    job = harness.submit({**IMAGE, "image_number": count})
    harness.send()
    assert harness.now(job).state is State.UNCONFIRMED
    return job
