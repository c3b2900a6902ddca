"""The history agrees with a model of it, whatever is wanted: lists, counts, sums and groups of failures."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

import pytest

from studio.core.query import Order, Outcome, Query
from studio.core.values import Job, State
from studio.ledger.history import by_calls
from studio.ledger.ledger import Ledger, open_ledger
from tests.conftest import schema_on
from tests.examples import WHEN
from tests.unit.ledger.history import history_model
from tests.unit.ledger.history.history_model import Model, call_outcome, filled, job_outcome, seconds, wasted

AT = WHEN + timedelta(minutes=30)
TODAY = AT.replace(hour=0, minute=0, second=0, microsecond=0)
CHOICES: dict[str, tuple[str, ...]] = {
    "mode": ("text_to_image", "text_to_video", "none"),
    "model": ("", "M0", "M1", "none"),
    "method": ("GET", "POST"),
    "endpoint": ("/v1/t2i", "/v1/generation/{task_id}/status"),
    "http_status": ("200", "402", "500", "nonsense", "404"),
    "code": history_model.CODES,
    "error_kind": tuple(history_model.ERRORS),
    "outcome": tuple(Outcome),
    "person": ("", "max", "mia"),
    "failure": ("", "ServerError", "TaskFailed: moderated", "TaskFailed: ", "TaskFailed: Too long: 50% of it"),
}
SEARCHES = (
    "hill",
    "HÜGEL",
    "50%",
    "req_01",
    "task_1",
    "job_2",
    "bat_",
    "ven_1",
    "moder",
    "insuff bal",
    "東京",
    "_",
    "zzz",
)
STARTS = (
    None,
    None,
    AT - timedelta(hours=24),
    AT - timedelta(hours=1),
    TODAY - timedelta(days=7),
    TODAY - timedelta(days=3),
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Model]]:
    on_server = request.param == "postgresql"
    folder = tmp_path_factory.mktemp("model")
    url = schema_on(request.getfixturevalue("server")) if on_server else f"sqlite:///{folder / 'ledger.db'}"
    with closing(open_ledger(url)) as opened:
        yield opened, filled(opened, 7)


def some_wanted(chance: random.Random) -> Query:
    chosen: dict[str, Any] = {}
    for name in chance.sample([*CHOICES], chance.choice((0, 1, 1, 2, 3))):
        chosen[name] = tuple(chance.sample(CHOICES[name], chance.choice((1, 1, 2))))
    wanted = Query("a", chance.choice(("", "", "", "max")), since=chance.choice(STARTS), **chosen)
    wanted = replace(wanted, slower=chance.choice((0, 0, 0, 0.5, 0.9, 41.995)), of_jobs=chance.random() < 0.5)
    until = chance.choice((None, None, None, AT - timedelta(hours=5), TODAY))
    return replace(wanted, search=chance.choice(("", "", *SEARCHES)) if chance.random() < 0.5 else "", until=until)


@pytest.mark.parametrize("seed", range(40))
def test_lists_counts_sums_and_groups_are_those_of_the_model(
    both: tuple[Ledger, Model], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ledger, model), wanted = both, some_wanted(random.Random(seed))
    if seed % 4 == 0:
        monkeypatch.setattr(by_calls, "MAX_FOLLOWED", 0)  # as if there were many calls
    _lists_of_calls(ledger, model, replace(wanted, without_polls=seed % 3 == 0))
    _lists_of_jobs(ledger, model, wanted)
    _counts(ledger, model, wanted)
    _sums(ledger, model, replace(wanted, without_polls=seed % 2 == 0))
    _groups_of_calls(ledger, model, wanted)
    _groups_of_jobs(ledger, model, wanted)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in CHOICES.items() for value in values])
def test_each_filter_alone_finds_what_is_in_the_model(both: tuple[Ledger, Model], name: str, value: str) -> None:
    """Over all time: there each has its own way to its jobs or calls."""
    ledger, model = both
    for of_jobs in (True, False):
        wanted = Query("a", of_jobs=of_jobs, **{name: (value,)})  # type: ignore[arg-type]
        _lists_of_jobs(ledger, model, wanted)
        _sums(ledger, model, wanted)
        _groups_of_jobs(ledger, model, wanted)


def _lists_of_calls(ledger: Ledger, model: Model, wanted: Query) -> None:
    pages, expected = ledger.history.pages, [call.id for call in model.wanted_calls(wanted)]
    assert [line.id for line in pages.every_call(wanted)] == expected, wanted
    assert pages.count_calls(wanted) == len(expected)
    assert [line.id for line in pages.calls(wanted, number=2, size=5)] == expected[5:10]
    slowest = sorted(model.wanted_calls(wanted), key=lambda call: (call.duration_ms, call.at, call.id), reverse=True)
    found = pages.calls(wanted, number=1, size=99, order=Order.SLOWEST)
    assert [line.id for line in found] == [call.id for call in slowest][:99]


def _lists_of_jobs(ledger: Ledger, model: Model, wanted: Query) -> None:
    pages, expected = ledger.history.pages, model.wanted_jobs(wanted)
    assert pages.count_jobs(wanted) == len(expected), wanted
    lines = pages.jobs(wanted, number=1, size=99)
    assert [line.id for line in lines] == [job.id for job in expected], wanted
    for line, job in zip(lines, expected, strict=True):
        ours = [call for call in model.calls if call.job == job.id]
        assert (line.calls, line.errors) == (len(ours), sum(bool(call.error_kind) for call in ours))
        assert line.seconds == seconds(job)
    for file, line, job in zip(pages.every_job(wanted), lines, expected, strict=True):
        assert file.line == line and file.batch_id == job.batch_id
        assert list(file.task_ids) == [task.task_id for task in job.tasks if task.task_id]
    for order, value in ((Order.SLOWEST, seconds), (Order.DEAREST, lambda job: job.cost)):

        def key(job: Any, value: Any = value) -> Any:
            number = value(job)
            return (number is not None, round(number or 0, 3), job.created_at, job.id)

        found = [line.id for line in pages.jobs(wanted, number=1, size=99, order=order)]
        assert found == [job.id for job in sorted(expected, key=key, reverse=True)], (order, wanted)


def _counts(ledger: Ledger, model: Model, wanted: Query) -> None:
    lines: Callable[[Query], Sequence[Any]]
    values: dict[str, Callable[[Any], Any]]
    if wanted.of_jobs:
        found, lines = ledger.history.counts.of_jobs(wanted).of, model.wanted_jobs
        values = {"mode": lambda job: job.mode, "model": lambda job: job.model, "person": lambda job: job.person}
        values["outcome"] = job_outcome
    else:
        found, lines = ledger.history.counts.of_calls(wanted).of, model.wanted_calls
        names = ("model", "method", "endpoint", "code", "person")
        values = {name: attrgetter(name) for name in names}
        values |= {"outcome": call_outcome, "http_status": lambda call: str(call.http_status or "")}
        values["mode"] = lambda call: model.jobs[call.job].mode if call.job else ""
    for name, value in values.items():
        expected = Counter(map(value, lines(wanted.without(name))))
        assert found[name] == {str(one): number for one, number in expected.items() if one}, (name, wanted)


def _sums(ledger: Ledger, model: Model, wanted: Query) -> None:
    for over_time in (True, False):
        sums = ledger.history.sums.of(wanted, AT, over_time=over_time)
        form = "" if not over_time else "%Y-%m-%d %H" if sums.by_hour else "%Y-%m-%d"
        expected = _lines(model, wanted, form)
        if not over_time:
            assert [sum(row[place] for row in sums.lines) for place in (1, 2, 3)] == expected.get("", [0, 0, 0])
        else:
            assert {part: numbers for part, *numbers in sums.lines} == expected, wanted
        for rows, amount in ((sums.credits, lambda job: job.cost or 0), (sums.wasted, wasted)):
            spent = defaultdict[str, float](float)
            for job in _summed(model, wanted):
                spent[f"{job.created_at:{form}}" if form else ""] += amount(job)
            assert {part: number for part, number in rows if number} == {p: n for p, n in spent.items() if n}, wanted
        timed = [job for job in _summed(model, wanted) if job.state is State.FINISHED]
        expected_times = sorted((job.model, round(seconds(job) or 0, 2)) for job in timed)
        assert sorted((name, round(float(took), 2)) for name, took in sums.times) == expected_times, wanted


def _lines(model: Model, wanted: Query, form: str) -> dict[str, list[int]]:
    """By slice: how many are listed, how many of them came to an end of their own, how many of these failed."""
    numbers = defaultdict[str, list[int]](lambda: [0, 0, 0])
    for moment, ends, fails in _ends_of_jobs(model, wanted) if wanted.of_jobs else _ends_of_calls(model, wanted):
        part = numbers[f"{moment:{form}}" if form else ""]
        part[:] = [part[0] + 1, part[1] + ends, part[2] + fails]
    return dict(numbers)


def _ends_of_calls(model: Model, wanted: Query) -> Iterator[tuple[datetime, bool, bool]]:
    for call in model.wanted_calls(wanted):
        yield call.at, True, bool(call.error_kind)


def _ends_of_jobs(model: Model, wanted: Query) -> Iterator[tuple[datetime, bool, bool]]:
    for job in model.wanted_jobs(wanted):
        ends = {Outcome.SUCCEEDED: False, Outcome.FAILED: True, Outcome.REFUSED: True}
        yield job.created_at, job_outcome(job) in ends, ends.get(job_outcome(job), False)


def _summed(model: Model, wanted: Query) -> list[Job]:
    """The jobs whose credits and times are summed: in a list of calls that ended so, those that have such calls."""
    if wanted.of_jobs or not (wanted.outcome or wanted.slower):
        return model.wanted_jobs(wanted)
    such = {call.job for call in model.wanted_calls(replace(wanted, search=""))}
    return [job for job in model.wanted_jobs(replace(wanted, outcome=(), slower=0.0)) if job.id in such]


def _groups_of_calls(ledger: Ledger, model: Model, wanted: Query) -> None:
    failed = [call for call in model.wanted_calls(wanted) if call.error_kind]
    groups = ledger.history.errors.of_calls(wanted, AT)
    expected = Counter((call.error_kind, call.code, call.model) for call in failed)
    assert {(group.kind, group.code, group.model): group.number for group in groups} == expected, wanted
    for group in groups:
        same = [
            call for call in failed if (call.error_kind, call.code, call.model) == (group.kind, group.code, group.model)
        ]
        assert (group.first, group.last) == (min(call.at for call in same), max(call.at for call in same))
        assert sum(group.trend) == sum(call.at <= AT + timedelta(days=1) for call in same), wanted
        conditions: dict[str, Any] = dict(group.conditions)
        opened = replace(wanted, **conditions)
        assert {line.id for line in ledger.history.pages.every_call(opened)} == {call.id for call in same}, wanted


def _groups_of_jobs(ledger: Ledger, model: Model, wanted: Query) -> None:
    wanted = replace(wanted, of_jobs=True)
    expected = Counter[tuple[str, ...]]()
    owners: dict[tuple[str, ...], set[str]] = {}
    for job in model.wanted_jobs(wanted):
        unclear = [(job.error_kind, "", job.model, job.state)] if job.state in ("refused", "unconfirmed") else []
        bad = [("TaskFailed", task.reason, job.model, "") for task in job.tasks if task.status in history_model.BAD]
        for one in (*unclear, *bad):
            expected[one] += 1
            owners.setdefault(one, set()).add(job.id)
    groups = ledger.history.errors.of_jobs(wanted, AT)
    assert {(group.kind, group.code, group.model, group.state): group.number for group in groups} == expected, wanted
    for group in groups:
        if wanted.failure:
            continue  # it takes the place of another such filter
        conditions: dict[str, Any] = dict(group.conditions)
        opened = {line.id for line in ledger.history.pages.jobs(replace(wanted, **conditions), number=1, size=99)}
        assert opened == owners[group.kind, group.code, group.model, group.state], (group, wanted)
