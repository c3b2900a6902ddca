"""The reply to a submission, cut at every byte of what goes over the wire: whole it is an answer, else nobody knows."""

import http.client
import json
from typing import Any

import pytest
import sqlalchemy as sa

from sandbox import drawing, facts
from studio.core.values import State
from studio.engine import capacity
from tests.conftest import IMAGE, KEY, Harness
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.fault_matrix import Matrix, fault, home, seen, tiny_picture

FINISHED_TOO = 30  # of so many jobs one is followed to its end


@pytest.fixture
def many(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room and credits for hundreds of jobs, tiny pictures, and a disk that is not waited for."""
    for place in (facts, capacity):
        monkeypatch.setattr(place, "TASKS_AT_ONCE", 10_000)
    monkeypatch.setattr(drawing, "draw", tiny_picture)
    harness.sandbox.backend.set_balance(harness.sandbox.backend.owner(KEY), 10_000)
    harness.ledger.database.engine.dispose()
    sa.event.listen(harness.ledger.database.engine, "connect", _hurry)


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("prompt", "answer", "every", "row"),
    [
        ("Two hills", State.OPEN, 1, "a yes, at every byte"),
        ("x [moderated]", State.REFUSED, 5, "a no, at every fifth byte"),
    ],
    ids=["yes", "no"],
)
def test_a_reply_that_is_cut_at_any_byte_leaves_its_job_unconfirmed(
    harness: Harness, matrix: Matrix, prompt: str, answer: State, every: int, row: str
) -> None:
    inputs = {**IMAGE, "prompt": prompt}
    length = wire_length(harness, inputs)
    assert length > 120
    for cut in (*range(0, length, every), length):
        before = seen(harness.sandbox)
        fault(harness, "cut-at", bytes=cut)
        job = harness.submit(inputs)
        harness.send()
        harness.send()  # there is nothing more to send
        was = harness.now(job).state
        assert was is (answer if cut == length else State.UNCONFIRMED), f"after {cut} of {length} bytes"
        if cut % FINISHED_TOO == 0:
            matrix.prove("cut reply", row, harness, job, before=before)
        else:
            job = home(harness, job, before)
            matrix.record(
                "cut reply", row, harness, job, str(was) if was is job.state else f"{was} → {job.state}", before
            )
            harness.ledger.jobs.move(job.id, State.OPEN, State.FINISHED)  # seen enough of it


def wire_length(harness: Harness, inputs: dict[str, Any]) -> int:
    """How many bytes the sandbox's whole answer to this submission has."""
    fault(harness, "cut-at", bytes=10_000)
    asked = http.client.HTTPConnection(harness.sandbox.url.removeprefix("http://"), timeout=10)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    asked.request("POST", "/v1/generation/text-to-image", json.dumps({"model": "WERYAI_IMAGE_2_0", **inputs}), headers)
    received = b"".join(iter(lambda: asked.sock.recv(65536), b""))
    asked.close()
    return len(received)
