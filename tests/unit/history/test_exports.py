"""The files of calls and jobs that are given away: a spreadsheet opens them, and runs nothing of them."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from studio.core.calls import Call
from studio.core.query import Query
from studio.core.values import State, Status
from studio.history.history import as_csv
from studio.ledger.history import pages
from studio.ledger.ledger import Ledger
from studio.ledger.reports import TaskAnswer
from tests.examples import CALL, JOB, WHEN

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("https://evil.example","a"),1')


@pytest.mark.parametrize("nasty", FORMULAS)
def test_a_spreadsheet_runs_nothing_of_what_the_api_or_anybody_wrote_into_a_call(ledger: Ledger, nasty: str) -> None:
    call = Call(nasty, "a", WHEN, nasty, f"https://x/{nasty}", f"{nasty}/v1", 9, code=nasty, model=nasty)
    ledger.calls.record(call)
    told = "".join(as_csv(ledger.history.pages, Query("a")))
    (cells,) = list(csv.reader(io.StringIO(told, newline="")))[1:]
    assert [cell.removeprefix("'") for cell in cells].count(nasty) == 4, "id, method, code and model"
    assert cells[3] == f"'{nasty}/v1"
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


@pytest.mark.parametrize("nasty", FORMULAS)
def test_a_spreadsheet_runs_nothing_of_what_is_in_a_job(ledger: Ledger, nasty: str) -> None:
    ledger.jobs.add(replace(JOB, id=nasty, mode=nasty, model=nasty, prompt=nasty, person=nasty, state=State.OPEN))
    ledger.jobs.change(nasty, batch_id=nasty)
    (cells,) = exported(ledger)
    assert list(cells.values()).count(f"'{nasty}") == 6, "id, mode, model, prompt, batch and person"


def test_a_line_of_a_job_says_how_it_ended_what_it_cost_and_under_which_ids_it_is_known(ledger: Ledger) -> None:
    ledger.jobs.add(replace(JOB, person="p_max", sent_at=WHEN, state=State.UNCONFIRMED))
    ledger.jobs.accept(JOB, "batch_1", ["task_b", "task_a"], WHEN, answered_at=WHEN)
    told = [
        TaskAnswer(task.id, status, "moderated")
        for task, status in zip((ledger.jobs.get("job_1") or JOB).tasks, (Status.SUCCEEDED, Status.FAILED), strict=True)
    ]
    ledger.jobs.report("job_1", told, WHEN + timedelta(seconds=42))
    ledger.jobs.change("job_1", cost=9.0)
    ledger.calls.record(replace(CALL, error_kind="ServerError"))
    ledger.jobs.add(replace(JOB, id="job_2", submission="s:2", created_at=WHEN + timedelta(seconds=1)))
    waiting, ended = exported(ledger)
    assert (waiting["id"], waiting["outcome"], waiting["ended (UTC)"], waiting["task IDs"]) == ("job_2", "Open", "", "")
    at = WHEN.strftime("%Y-%m-%d %H:%M:%S.000")
    assert ended == {
        **{"id": "job_1", "created (UTC)": at, "mode": JOB.mode, "model": "M", "prompt": "hills", "outcome": "1 of 2"},
        **{"tasks": "2", "failed tasks": "1", "calls": "1", "errors": "1", "sent (UTC)": at},
        "ended (UTC)": (WHEN + timedelta(seconds=42)).strftime("%Y-%m-%d %H:%M:%S.000"),
        **{"seconds": "42.0", "credits": "9.0", "batch": "batch_1", "task IDs": "task_b task_a", "person": "p_max"},
    }


def test_jobs_of_one_moment_are_each_in_the_file_once_and_a_piece_takes_two_queries(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_CHUNK", 3)
    for number in range(8):
        moment = WHEN + timedelta(seconds=number // 5)
        ledger.jobs.add(replace(JOB, id=f"job_{number}", submission=f"s:{number}", created_at=moment))
    asked: list[str] = []
    sa.event.listen(ledger.database.engine, "before_cursor_execute", lambda *said: asked.append(str(said[2])))
    found = [line["id"] for line in exported(ledger)]
    assert found == [f"job_{number}" for number in (7, 6, 5, 4, 3, 2, 1, 0)]
    assert len([said for said in asked if said.startswith("SELECT")]) == 6, "three pieces"


def exported(ledger: Ledger) -> list[dict[str, str]]:
    told = "".join(as_csv(ledger.history.pages, Query("a", of_jobs=True)))
    return list(csv.DictReader(io.StringIO(told, newline="")))
