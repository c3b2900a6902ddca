"""A small past of an account, for the tests of the history, and what is found in it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from studio.core.calls import Call
from studio.core.query import Query
from studio.core.values import Kind, State, Status
from studio.ledger.ledger import Ledger, open_ledger
from studio.ledger.reports import TaskAnswer
from tests.conftest import schema_on
from tests.examples import JOB, WHEN

WANTED = Query("a")
POST = Call("req_00", "a", WHEN, "POST", "https://x/v1/t2i", "/v1/t2i", 900, http_status=200, job="job_0", model="M0")
STATUS = "/v1/generation/task_{}/status"
CJK = "Lantern東京の夜、山水 한국어 4K"
JOB_0 = replace(JOB, id="job_0")


@pytest.fixture
def past(ledger: Ledger) -> Ledger:
    """A past to change."""
    return with_past(ledger)


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def read_past(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A past to read alone: it is made once for all tests that do."""
    folder = tmp_path_factory.mktemp("past")
    on_server = request.param == "postgresql"
    url = schema_on(request.getfixturevalue("server")) if on_server else f"sqlite:///{folder / 'ledger.db'}"
    with closing(open_ledger(url)) as opened:
        yield with_past(opened)


def with_past(ledger: Ledger) -> Ledger:
    """Four jobs of two people a minute apart, each with its POST and a poll: the first made two pictures of which one
    failed, the second was refused, the third is of nobody knows, the fourth is another account's."""
    for number, (person, prompt) in enumerate((("max", "Blaue Hügel"), ("mia", "a hill"), ("max", CJK), ("z", "hill"))):
        at, account = WHEN + timedelta(minutes=number), "b" if number == 3 else "a"
        job = replace(JOB, id=f"job_{number}", submission=f"s:{number}", account=account, person=person, prompt=prompt)
        job = replace(job, created_at=at, sent_at=at, model=f"M{number % 2}", state=State.UNCONFIRMED)
        ledger.jobs.add(job)
        bad: dict[str, Any] = {"http_status": 200, "code": "1011", "error_kind": "OutOfCreditsError"}
        bad |= {"error": "Insufficient balance"}
        post = replace(
            POST, id=f"req_{number}0", at=at, account=account, job=job.id, model=job.model, vendor_id=f"v{number}xx"
        )
        ledger.calls.record(replace(post, **bad) if number == 1 else post)
        path = STATUS.format(number)
        poll = replace(post, id=f"req_{number}1", at=at + timedelta(seconds=30), method="GET", path=path, model="")
        ledger.calls.record(replace(poll, task_id=f"task_{number}", duration_ms=40, vendor_id=""))
    ledger.jobs.accept(JOB_0, "batch_0", ["task_0", "task_0b"], WHEN, answered_at=WHEN)
    (one, two) = (ledger.jobs.get("job_0") or JOB).tasks
    late = WHEN + timedelta(seconds=42)
    told = [
        TaskAnswer(one.id, Status.SUCCEEDED, links=[(Kind.IMAGE, "https://x/1.png")]),
        TaskAnswer(two.id, Status.FAILED, "moderated"),
    ]
    ledger.jobs.report("job_0", told, late)
    ledger.jobs.change("job_0", cost=9.0)
    with ledger.database.write() as connection:
        connection.execute(sa.text("UPDATE tasks SET cost = 4.5 WHERE task_id = 'task_0b'"))
    ledger.jobs.move(
        "job_1", State.UNCONFIRMED, State.REFUSED, reason="Insufficient balance", error_kind="OutOfCreditsError"
    )
    return ledger


def calls(ledger: Ledger, wanted: Query) -> list[str]:
    found = [line.id.removeprefix("req_") for line in ledger.history.pages.calls(wanted, number=1, size=50)]
    assert ledger.history.pages.count_calls(wanted) == len(found)
    assert [line.id.removeprefix("req_") for line in ledger.history.pages.every_call(wanted)] == found
    return found


def jobs(ledger: Ledger, wanted: Query) -> list[str]:
    found = [line.id.removeprefix("job_") for line in ledger.history.pages.jobs(wanted, number=1, size=50)]
    assert ledger.history.pages.count_jobs(wanted) == len(found)
    return found
