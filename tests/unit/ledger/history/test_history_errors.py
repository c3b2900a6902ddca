"""Failures in groups: each is in its group and in the trend, and the group's conditions find it, on each database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studio.core.values import State, Status
from studio.ledger.ledger import Ledger
from studio.ledger.reports import TaskAnswer
from tests.examples import JOB, WHEN
from tests.unit.ledger.history.past import POST, WANTED


def test_a_trend_has_every_failure_whatever_the_time_of_the_day(ledger: Ledger) -> None:
    late, early = WHEN - timedelta(days=2) + timedelta(hours=13), WHEN - timedelta(hours=9.5)
    for number, at in enumerate((late, early)):  # the 20th at 23:00, the 22nd at 00:30
        ledger.calls.record(replace(POST, id=f"req_{number}", at=at, job="", error_kind="ServerError"))
        ledger.jobs.add(
            replace(JOB, id=f"job_{number}", submission=f"s:{number}", created_at=at, state=State.UNCONFIRMED)
        )
    night = WHEN - timedelta(hours=9)
    for of in (ledger.history.errors.of_calls, ledger.history.errors.of_jobs):
        ((group,), (of_late,)) = of(WANTED, night), of(replace(WANTED, since=late - timedelta(minutes=10)), night)
        assert (group.number, group.trend) == (2, (1, 0, 1)), "by the day"
        assert (sum(of_late.trend), len(of_late.trend)) == (2, 28), "by the hour, from 22 on the 20th to 1"
        (longest,) = of(WANTED, late + timedelta(days=60, minutes=-1))
        assert (longest.trend[0], longest.trend[2], len(longest.trend)) == (1, 1, 61)


FAILURES = (  # the id of a job, how it stands, its error, its model, and what was said of its tasks
    ("dear", State.REFUSED, "OutOfCreditsError", "M0", ()),
    ("cheap", State.REFUSED, "OutOfCreditsError", "M1", ()),
    ("no", State.REFUSED, "ServerError", "M0", ()),
    ("maybe", State.UNCONFIRMED, "ServerError", "M0", ()),
    ("cut", State.UNCONFIRMED, "", "M0", ()),
    ("bad", State.FINISHED, "", "M0", ("moderated",)),
    ("worse", State.FINISHED, "", "M0", ("too long", "moderated")),
    ("silent", State.FINISHED, "", "M0", ("",)),
    ("adopted", State.FINISHED, "", "", ("moderated",)),
    ("half", State.OPEN, "", "M0", ("too long",)),
    ("long", State.FINISHED, "", "M0", ("x" * 500,)),
)
ENDED = (State.FINISHED, State.REFUSED)


@pytest.fixture
def failed(ledger: Ledger) -> Ledger:
    """A job and a call for each of the failures, each call with another code, and one job and call that is none."""
    for name, state, kind, model, reasons in (*FAILURES, ("fine", State.FINISHED, "", "M0", ())):
        job = replace(JOB, id=f"job_{name}", submission=name, error_kind=kind, model=model, state=State.UNCONFIRMED)
        ledger.jobs.add(replace(job, state=state if not reasons else State.UNCONFIRMED))
        ledger.calls.record(replace(POST, id=f"req_{name}", job=job.id, model=model, error_kind=kind, code=name[:3]))
        if reasons:
            names = [f"{name}{number}" for number in range(len(reasons) + (state is State.OPEN))]
            ledger.jobs.accept(job, "", names, WHEN, answered_at=WHEN)
            found = (ledger.jobs.get(job.id) or JOB).tasks
            told = [TaskAnswer(task.id, Status.FAILED, said) for task, said in zip(found, reasons, strict=False)]
            ledger.jobs.report(job.id, told, WHEN)
    return ledger


def test_the_conditions_of_a_group_of_jobs_find_its_jobs_and_no_others(failed: Ledger) -> None:
    at, listed = WHEN + timedelta(hours=1), replace(WANTED, of_jobs=True)
    groups = failed.history.errors.of_jobs(listed, at)
    found = {}
    for group in groups:
        wanted = replace(listed, **group.conditions)  # type: ignore[arg-type]
        lines = failed.history.pages.jobs(wanted, number=1, size=50)
        found[group.outcome, wanted.failure[0][:30], group.model] = {line.id.removeprefix("job_") for line in lines}
        assert group.number == len(lines) == failed.history.pages.count_jobs(wanted) == sum(group.trend)
        ((_, number, ended, bad),) = failed.history.sums.of(wanted, at).lines
        assert (number, ended, bad) == (len(lines), *[sum(line.state in ENDED for line in lines)] * 2)
        assert failed.history.pages.count_calls(replace(wanted, outcome=())) >= len(lines), "of these jobs"
    assert found == {
        ("Refused", "OutOfCreditsError", "M0"): {"dear"},
        ("Refused", "OutOfCreditsError", "M1"): {"cheap"},
        ("Refused", "ServerError", "M0"): {"no"},
        ("Unconfirmed", "ServerError", "M0"): {"maybe"},
        ("Unconfirmed", "", "M0"): {"cut"},
        ("", "TaskFailed: moderated", "M0"): {"bad", "worse"},
        ("", "TaskFailed: moderated", ""): {"adopted"},
        ("", "TaskFailed: too long", "M0"): {"worse", "half"},
        ("", "TaskFailed: ", "M0"): {"silent"},
        ("", f"TaskFailed: {'x' * 18}", "M0"): {"long"},
    }


def test_the_conditions_of_a_group_of_calls_find_its_calls_and_no_others(failed: Ledger) -> None:
    for number, (code, model) in enumerate((("", ""), ("5", ""), ("", "M0"), ("5", "M0"), ("5", "M0"))):
        failed.calls.record(replace(POST, id=f"req_x{number}", error_kind="RateLimitError", code=code, model=model))
    groups = failed.history.errors.of_calls(WANTED, WHEN + timedelta(hours=1))
    numbers = {}
    for group in groups:
        wanted = replace(WANTED, **group.conditions)  # type: ignore[arg-type]
        numbers[group.kind, group.code, group.model] = failed.history.pages.count_calls(wanted)
        assert group.number == numbers[group.kind, group.code, group.model]
    limited = {which[1:]: number for which, number in numbers.items() if which[0] == "RateLimitError"}
    assert limited == {("", ""): 1, ("5", ""): 1, ("", "M0"): 1, ("5", "M0"): 2} and len(numbers) == 8
