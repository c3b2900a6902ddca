"""What is read piece by piece is all there is, once each, in order: also where many rows are of one moment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studio.core.values import Job
from studio.ledger.ledger import Ledger
from tests.examples import JOB, WHEN
from tests.unit.ledger.history.past import POST, WANTED

MOMENTS = [WHEN + timedelta(microseconds=number // 8) for number in range(20)]  # eight of one, eight of the next
PIECES = (1, 3, 4, 7, 20, 21)


@pytest.mark.parametrize("piece", PIECES)
def test_every_call_is_exported_once_the_newest_first(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr("studio.ledger.history.pages._CHUNK", piece)
    ids = _recorded(ledger)
    assert [line.id for line in ledger.history.pages.every_call(WANTED)] == ids[::-1]


@pytest.mark.parametrize("piece", PIECES)
def test_all_calls_and_jobs_of_a_person_are_told_once_the_oldest_first(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr("studio.ledger.history.deletion.PIECE", piece)
    ids, deletion = _recorded(ledger), ledger.history.deletion
    assert [call.id for call in deletion.calls_of("a", "max")] == ids
    made = [_job(number) for number in range(len(MOMENTS))]
    for job in (*made[::2], *made[1::2]):
        ledger.jobs.add(job)
    assert [job.id for job in deletion.jobs_of("a", "max")] == [job.id for job in made]


def _recorded(ledger: Ledger) -> list[str]:
    """Ids of calls of one person, oldest first; they are written in another order, and beside another's."""
    ids = [f"req_{number:02}" for number in range(len(MOMENTS))]
    for call_id, at in (*zip(ids[::2], MOMENTS[::2], strict=True), *zip(ids[1::2], MOMENTS[1::2], strict=True)):
        ledger.calls.record(replace(POST, id=call_id, at=at, job="", person="max"))
        ledger.calls.record(replace(POST, id=f"{call_id}_other", at=at, job="", person="mia", account="b"))
    return ids


def _job(number: int) -> Job:
    job = replace(JOB, id=f"job_{number:02}", submission=f"s:{number}", account="a", person="max")
    return replace(job, created_at=MOMENTS[number])
