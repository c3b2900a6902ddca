"""The history in the ledger: what is filtered, counted, grouped and summed, on each database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from studio.core.query import Order, Outcome, Query, from_text
from studio.core.reference import Upload
from studio.core.values import State, Status
from studio.ledger.ledger import Ledger
from studio.ledger.tables import tasks
from tests.examples import WHEN
from tests.unit.ledger.history.past import POST, WANTED, calls, jobs


@pytest.mark.parametrize(
    ("which", "of_calls", "of_jobs"),
    [
        ({"since": WHEN + timedelta(minutes=1)}, ["21", "20", "11", "10"], ["2", "1"]),
        ({"until": WHEN + timedelta(minutes=1)}, ["01", "00"], ["0"]),
        ({"model": ("M1",)}, ["10"], ["1"]),
        ({"model": ("M1", "M0"), "method": ("POST",)}, ["20", "10", "00"], ["2", "1", "0"]),
        ({"mode": ("text_to_video",)}, [], []),
        ({"mode": ("text_to_image",), "person": ("max",)}, ["21", "20", "01", "00"], ["2", "0"]),
        ({"endpoint": ("/v1/generation/{task_id}/status",)}, ["21", "11", "01"], ["2", "1", "0"]),
        ({"http_status": ("404",)}, [], []),
        ({"code": ("1011",)}, ["10"], ["1"]),
        ({"error_kind": ("OutOfCreditsError",), "http_status": ("200",)}, ["10"], ["1"]),
        ({"outcome": ("Failed",)}, ["10"], ["0"]),
        ({"outcome": ("Succeeded",), "method": ("POST",)}, ["20", "00"], []),
        ({"outcome": ("Refused",)}, [], ["1"]),
        ({"outcome": ("Refused", "Unconfirmed", "Failed")}, ["10"], ["2", "1", "0"]),
        ({"outcome": ("Unconfirmed",), "of_jobs": True, "method": ("GET",)}, [], ["2"]),
        ({"outcome": ("Cancelled",), "of_jobs": True}, [], []),
        ({"slower": 0.5, "of_jobs": True}, ["20", "10", "00"], ["0"]),
        ({"without_polls": True}, ["20", "10", "00"], ["2", "1", "0"]),
        ({"outcome": ("No answer",)}, [], []),
        ({"http_status": ("99999999999999999999", "x", "\u0662\u0660\u0660")}, [], []),
        ({"method": ("GET\0",)}, [], []),
        ({"failure": ("TaskFailed: \0",)}, [], []),
        ({"slower": 0.5}, ["20", "10", "00"], ["0"]),
        ({"slower": 50}, [], []),
        ({"search": "hill", "code": ("1011",), "since": WHEN}, ["10"], ["1"]),
    ],
)
def test_filters_multiply_and_the_values_of_one_add_up(
    read_past: Ledger, which: dict[str, object], of_calls: list[str], of_jobs: list[str]
) -> None:
    wanted = replace(WANTED, **which)  # type: ignore[arg-type]
    assert (calls(read_past, wanted), jobs(read_past, wanted)) == (of_calls, of_jobs)
    for at in (WHEN + timedelta(hours=1), WHEN + timedelta(days=9)):  # by the hour, and by the day
        if not wanted.since or at < WHEN + timedelta(days=1):  # of a day there is only one tally
            listed = of_jobs if wanted.of_jobs else of_calls
            assert sum(row[1] for row in read_past.history.sums.of(wanted, at).lines) == len(listed)
        assert sum(group.number for group in read_past.history.errors.of_calls(wanted, at)) == ("10" in of_calls)
        assert sum(group.number for group in read_past.history.errors.of_jobs(wanted, at)) == len(of_jobs)


def test_each_choice_of_a_filter_is_counted_with_the_others_applied(past: Ledger) -> None:
    of = past.history.counts.of_calls(replace(WANTED, method=("POST",))).of
    assert of["model"] == {"M0": 2, "M1": 1} and of["method"] == {"GET": 3, "POST": 3}
    assert of["outcome"] == {"Succeeded": 2, "Failed": 1} and of["code"] == {"1011": 1}
    of = past.history.counts.of_jobs(replace(WANTED, model=("M0",))).of
    assert of["outcome"] == {"Failed": 1, "Unconfirmed": 1} and of["model"] == {"M0": 2, "M1": 1}


def test_a_call_succeeded_or_failed_or_has_no_answer(past: Ledger) -> None:
    silent = replace(POST, id="req_s", account="a", http_status=None, error_kind="ConnectionFailed", job="")
    past.calls.record(silent)
    of = past.history.counts.of_calls(WANTED).of["outcome"]
    assert of == {"Succeeded": 5, "Failed": 1, "No answer": 1}
    for chosen in (
        {"Succeeded"},
        {"Failed"},
        {"No answer"},
        {"Succeeded", "No answer"},
        {"Failed", "No answer"},
        {*of},
    ):
        wanted, at = replace(WANTED, outcome=tuple(sorted(chosen))), WHEN + timedelta(days=9)
        number = sum(of[one] for one in chosen)
        assert len(calls(past, wanted)) == number == sum(row[1] for row in past.history.sums.of(wanted, at).lines)


def test_what_a_choice_would_find_is_counted_within_all_other_conditions(past: Ledger) -> None:
    counts = past.history.counts
    assert counts.of_calls(replace(WANTED, error_kind=("OutOfCreditsError",))).of["method"] == {"POST": 1}
    assert counts.of_calls(replace(WANTED, slower=50)).of["method"] == {}
    assert counts.of_jobs(replace(WANTED, code=("1011",))).of["model"] == {"M1": 1}
    assert counts.of_jobs(replace(WANTED, slower=0.5)).of["model"] == {"M0": 1}


def test_of_a_job_that_failed_altogether_all_is_wasted_and_a_wait_is_no_time_of_a_job(past: Ledger) -> None:
    with past.database.write() as connection:
        connection.execute(tasks.update().values(status=Status.FAILED, cost=None))
    late = WHEN + timedelta(hours=5)
    past.jobs.move("job_2", State.UNCONFIRMED, State.DISMISSED, finished_at=late)
    sums = past.history.sums.of(replace(WANTED, since=WHEN), WHEN + timedelta(hours=1), over_time=False)
    assert (sums.credits, sums.wasted) == ((("", 9.0),), (("", 9.0),))
    assert [(model, round(float(took))) for model, took in sums.times] == [("M0", 42)]


def test_failures_come_in_groups_with_their_first_and_last_time(past: Ledger) -> None:
    at = WHEN + timedelta(hours=1)
    (group,) = past.history.errors.of_calls(replace(WANTED, since=WHEN), at)
    assert (group.kind, group.code, group.model, group.number) == ("OutOfCreditsError", "1011", "M1", 1)
    assert group.first == group.last == WHEN + timedelta(minutes=1) and group.trend == (1, 0)
    said = {(group.kind, group.code, group.model): group.number for group in past.history.errors.of_jobs(WANTED, at)}
    assert said == {("OutOfCreditsError", "", "M1"): 1, ("TaskFailed", "moderated", "M0"): 1, ("", "", "M0"): 1}


def test_sums_tell_calls_failures_times_and_credits_wasted(past: Ledger) -> None:
    sums = past.history.sums.of(replace(WANTED, since=WHEN), WHEN + timedelta(hours=1))
    assert sums.lines == (("2026-11-22 10", 6, 6, 1),)
    assert (sums.credits, sums.wasted) == ((("2026-11-22 10", 9.0),), (("2026-11-22 10", 4.5),))
    assert [(model, round(float(took))) for model, took in sums.times] == [("M0", 42)]
    whole = past.history.sums.of(replace(WANTED, since=WHEN), WHEN + timedelta(hours=1), over_time=False)
    assert (whole.lines, whole.credits, whole.wasted) == ((("", 6, 6, 1),), (("", 9.0),), (("", 4.5),))
    none = past.history.sums.of(replace(WANTED, account="nobody"), WHEN + timedelta(hours=1), over_time=False)
    assert {sum(row[1] for row in found) for found in (none.lines, none.credits, none.wasted)} == {0}


@pytest.mark.parametrize(
    ("which", "spent"),
    [
        ({"slower": 0.5}, 9.0),
        ({"slower": 1.0}, 0.0),
        ({"slower": 1.0, "of_jobs": True}, 9.0),
        ({"outcome": (Outcome.SUCCEEDED,)}, 9.0),
        ({"outcome": (Outcome.FAILED,)}, 0.0),
        ({"outcome": (Outcome.FAILED,), "of_jobs": True}, 9.0),
    ],
)
def test_credits_and_times_are_of_jobs_with_such_calls_or_else_of_such_jobs(
    read_past: Ledger, which: dict[str, Any], spent: float
) -> None:
    sums = read_past.history.sums.of(replace(WANTED, **which), WHEN + timedelta(hours=1), over_time=False)
    of_credits, of_waste = (sum(row[1] for row in found) for found in (sums.credits, sums.wasted))
    assert (of_credits, of_waste, len(sums.times)) == (spent, spent / 2, bool(spent))


def test_sums_of_a_list_of_jobs_tell_jobs_and_how_those_ended_that_did(past: Ledger) -> None:
    wanted, at = replace(WANTED, of_jobs=True), WHEN + timedelta(days=9)
    assert past.history.sums.of(wanted, at).lines == (("2026-11-22", 3, 2, 2),), (
        "one in part, one refused, one not known"
    )
    assert past.history.sums.of(replace(wanted, outcome=(Outcome.UNCONFIRMED,)), at).lines == (("2026-11-22", 1, 0, 0),)
    assert past.history.sums.of(replace(wanted, outcome=(Outcome.FAILED,)), at).lines == (("2026-11-22", 1, 1, 1),)


def test_sums_of_months_are_those_of_the_tallies_and_these_follow_the_calls(past: Ledger) -> None:
    wanted, at = replace(WANTED, method=("POST",)), WHEN + timedelta(days=9)
    assert past.history.sums.of(wanted, at).lines == (("2026-11-22", 3, 3, 1),)
    with past.database.write() as connection:
        connection.execute(sa.text("DELETE FROM calls WHERE id = 'req_10'"))
        connection.execute(sa.text("UPDATE calls SET account = 'c' WHERE id = 'req_00'"))
    assert past.history.sums.of(wanted, at).lines == (("2026-11-22", 1, 1, 0),)
    assert past.history.sums.of(replace(wanted, account="c", person=("max",)), at).lines == (("2026-11-22", 1, 1, 0),)
    assert past.history.sums.of(replace(wanted, mode=("text_to_image",)), at).lines == (("2026-11-22", 1, 1, 0),)


def test_a_line_of_a_job_tells_how_its_tasks_and_calls_ended(past: Ledger) -> None:
    last, second, first = past.history.pages.jobs(WANTED, number=1, size=3)
    assert (first.outcome, first.calls, first.errors, first.failed) == ("1 of 2", 2, 0, 1)
    assert (first.seconds, second.seconds, last.seconds) == (42, None, None)
    assert (second.outcome, second.errors, last.outcome) == ("Refused", 1, "Unconfirmed")


def test_the_slowest_or_the_dearest_come_first_of_the_newest(past: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    pages, at = past.history.pages, {"number": 1, "size": 2}
    past.jobs.change("job_2", cost=1.0, state=State.FINISHED, finished_at=WHEN + timedelta(minutes=9))
    past.calls.record(replace(POST, id="req_slow", account="a", duration_ms=5_000))
    assert [line.id for line in pages.jobs(WANTED, **at, order=Order.SLOWEST)] == ["job_2", "job_0"]
    assert [line.id for line in pages.jobs(WANTED, **at, order=Order.DEAREST)] == ["job_0", "job_2"]
    assert [line.id for line in pages.jobs(WANTED, number=2, size=2, order=Order.DEAREST)] == ["job_1"]
    assert [line.id for line in pages.calls(WANTED, **at, order=Order.SLOWEST)] == ["req_slow", "req_20"]
    monkeypatch.setattr("studio.ledger.history.pages.MOST_LOOKED_AT", 1)
    assert [line.id for line in pages.jobs(WANTED, **at, order=Order.DEAREST)] == ["job_2"]


def test_of_very_many_calls_of_a_job_the_first_and_the_last_are_shown(
    past: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [line.id for line in past.history.calls_of("job_0")[0]] == ["req_00", "req_01"]
    monkeypatch.setattr("studio.ledger.history.history.MAX_CALLS", 1)
    for number in range(3):
        past.calls.record(replace(POST, id=f"req_x{number}", account="a", at=WHEN + timedelta(hours=number + 1)))
    shown, left_out = past.history.calls_of("job_0")
    assert ([line.id for line in shown], left_out) == (["req_00", "req_x2"], 3)


def test_an_upload_is_the_call_of_its_person_that_was_answered_just_before(past: Ledger) -> None:
    sent = replace(POST, path="/v1/generation/upload-file", account="a", job="", person="max", duration_ms=400)
    for name, seconds, changes in (
        ("earlier", 0, {}),
        ("right", 10, {}),
        ("later", 10.2, {}),
        ("theirs", 10.1, {"person": "mia", "duration_ms": 100}),
        ("failed", 10.1, {"error_kind": "ServerError", "duration_ms": 100}),
    ):
        past.calls.record(replace(sent, id=name, at=WHEN + timedelta(seconds=seconds), **changes))  # type: ignore[arg-type]
    upload = Upload("a", "0" * 64, "https://x/1.png", WHEN + timedelta(seconds=10.4), person="max")
    past.references.add_upload(upload)
    ((found, call),) = past.history.uploads_at("a", [upload.url])
    assert found == upload and call and call.id == "right"
    swept = replace(upload, url="https://x/2.png", at=WHEN + timedelta(days=9))
    past.references.add_upload(swept)
    assert past.history.uploads_at("a", [swept.url]) == [(swept, None)]


def test_what_is_wanted_is_the_same_after_it_was_a_text() -> None:
    values: list[Any] = [*[("x", "y")] * 9, 0.5]
    every = Query("a", "max", 'a "hill"\n', WHEN, WHEN, *values)
    assert from_text(every.as_text) == every and from_text(WANTED.as_text) == WANTED


def test_lines_that_are_read_again_are_found_by_their_ids_and_not_among_all_of_the_account(past: Ledger) -> None:
    """Each open page does so with each change of a job."""
    if past.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL counts better")
    asked: list[tuple[str, Any]] = []
    sa.event.listen(past.database.engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    assert [line.id for line in past.history.pages.jobs_by_id("a", ["job_0", "job_3"])] == ["job_0"]
    assert [line.id for line in past.history.pages.calls_by_id("a", ["req_00", "req_30"])] == ["req_00"]
    for query, given in [one for one in asked if one[0].startswith("SELECT")]:
        with past.database.engine.connect() as connection:
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given)]
        assert not [step for step in steps if "account" in step], steps
