"""Every combination of the documented ways of answering is read as the same values."""

import json
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sandbox.dialect import Dialect
from sandbox.facts import Refusal
from sandbox.tasks import SandboxTask
from sandbox.variants import CHOICES
from studio.core.errors import APIError
from studio.core.values import Kind, Status
from studio.weryai import wire
from studio.weryai.envelope import Reply, parse
from studio.weryai.wire import Report, Result
from tests.examples import JOB

URL = "https://cdn.weryai.com/a"
SHAPES = ("words", "results", "place", "names", "task", "batch")
dialects = some.builds(Dialect, **{name: some.sampled_from(choices) for name, choices in CHOICES.items()})


def task(group: str, status: str, outcome: str = "succeed") -> SandboxTask:
    return SandboxTask("t1", "7", "me", group, {}, 0, 0.0, 7, outcome, status=status)


def read(dialect: Dialect, told: object) -> object:
    return parse("GET", Reply(200, {}, json.dumps(dialect.success(told)).encode()))


@pytest.mark.parametrize("group", list(Kind))
def test_a_finished_task_is_the_same_in_all_combinations(group: Kind) -> None:
    job = replace(JOB, kind=group)

    def of_job(found: Report) -> Report:
        """With the kind for that job, where no field says it."""
        return replace(found, results=tuple(Result(one.kind_for(job), one.url) for one in found.results))

    expected = Report("t1", Status.SUCCEEDED, (Result(group, URL),), cost=7)
    combinations = list(product(*(CHOICES[name] for name in SHAPES)))
    for chosen in combinations:
        dialect = Dialect(**dict(zip(SHAPES, chosen, strict=True)))
        (lone,) = wire.reports(read(dialect, dialect.reports([task(group, "succeed")], [URL])))
        for found in (wire.report(read(dialect, dialect.report(task(group, "succeed"), URL))), lone):
            assert of_job(found) == expected, chosen
    assert len(combinations) > 1000


@given(dialects, some.sampled_from(["waiting", "processing", "failed", "empty"]), some.sampled_from(list(Kind)))
def test_an_open_or_failed_task_is_the_same_in_any_dialect(dialect: Dialect, status: str, group: Kind) -> None:
    told = task(group, "succeed", "empty") if status == "empty" else task(group, status)
    found = wire.report(read(dialect, dialect.report(told, URL)))
    expected = {"waiting": Status.WAITING, "processing": Status.PROCESSING}.get(status, Status.FAILED)
    unheard = dialect.words == "unheard-of" and status == "waiting"
    assert found.status is (Status.PROCESSING if unheard else expected)
    assert bool(found.reason) is (found.status is Status.FAILED) and not found.results


@given(dialects, some.integers(1, 4), some.sampled_from(["image", "video"]))
def test_a_submission_is_the_same_in_any_dialect(dialect: Dialect, number: int, group: str) -> None:
    tasks = [SandboxTask(f"t{n}", "7", "me", group, {}, n, 0.0, 7) for n in range(number)]
    found = wire.accepted(read(dialect, dialect.submitted(tasks)))
    assert found.task_ids == tuple(one.id for one in tasks)
    assert found.batch_id in ("7", "")


@given(dialects, some.floats(0, 1e9))
def test_a_balance_is_the_same_in_any_dialect(dialect: Dialect, amount: float) -> None:
    assert wire.balance(read(dialect, dialect.credits(amount))) == amount


@given(
    dialects,
    some.sampled_from(
        [
            (Refusal(1002, "Invalid API Key", 401), "AuthenticationError"),
            (Refusal(1002, "Invalid API Key", 403), "AuthenticationError"),
            (Refusal(1002, "duration 6 is not supported"), "InvalidInputError"),
            (Refusal(1011, "insufficient credits"), "OutOfCreditsError"),
            (Refusal(2003, "The prompt did not pass the content check"), "ContentRejectedError"),
            (Refusal(6010, "concurrent task limit exceeded: 20"), "NoRoomError"),
        ]
    ),
)
def test_a_refusal_is_the_same_in_any_dialect(dialect: Dialect, case: tuple[Refusal, str]) -> None:
    refusal, kind = case
    raw = json.dumps(dialect.refusal(refusal)).encode()
    with pytest.raises(APIError) as raised:
        parse("POST", Reply(refusal.http, {}, raw))
    assert (raised.value.kind, raised.value.message) == (kind, refusal.message)


def test_what_is_no_choice_is_refused() -> None:
    with pytest.raises(ValueError, match="words is one of"):
        Dialect(words="klingon")
