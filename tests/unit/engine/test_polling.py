"""When a task is asked about again: often near its expected end, rarely long after, never failed by our clock."""

import math
from itertools import pairwise
from random import Random

import pytest

from studio.core.values import Kind
from studio.engine import polling

IMAGE, VIDEO = polling.DEFAULTS.values()


class Middle(Random):
    """Chance without chance: no jitter."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def figures(kind: Kind, spread: float, tasks: int = 300) -> tuple[float, float, float]:
    """Calls per task-minute, and how late an end is seen: ours, and that of a fixed six seconds."""
    expected, chance = polling.DEFAULTS[kind], Random(3)
    calls = minutes = late = fixed_late = 0.0
    for _ in range(tasks):
        took, age = chance.lognormvariate(math.log(expected.median), spread), 0.0
        while age < took:
            age += polling.pause(age, expected, chance)
            calls += 1
        minutes += took / 60
        late += age - took
        fixed_late += math.ceil(took / 6) * 6 - took
    return calls / minutes, late / tasks, fixed_late / tasks


@pytest.mark.parametrize(("kind", "spread", "most"), [(Kind.IMAGE, 0.4, 12), (Kind.VIDEO, 0.53, 8)])
def test_few_calls_and_still_sooner_than_every_six_seconds(kind: Kind, spread: float, most: float) -> None:
    calls, late, fixed_late = figures(kind, spread)
    assert calls <= most
    assert late < fixed_late


def test_nobody_is_asked_while_it_cannot_be_done_yet() -> None:
    assert polling.pause(0, VIDEO, Middle()) > 30
    assert polling.pause(VIDEO.median, VIDEO, Middle()) < 8


def test_a_quick_model_is_asked_about_every_second_or_two() -> None:
    quick = polling.SANDBOX_DEFAULTS[Kind.IMAGE]
    assert all(1 <= polling.pause(age, quick, Middle()) <= 3 for age in (0.0, 1.0, 2.0, 3.0, 5.0))


def test_an_overdue_task_is_asked_about_every_five_minutes() -> None:
    assert not polling.is_overdue(120, IMAGE)
    assert polling.is_overdue(200, IMAGE)
    assert polling.pause(3600, IMAGE, Middle()) == 300


def test_history_counts_step_by_step_until_there_is_enough_of_it() -> None:
    medians = [polling.usual_duration([5.0] * number, VIDEO).median for number in (0, 2, 8, 16, polling.ENOUGH)]
    assert medians == sorted(medians, reverse=True)
    assert medians[0] == 105.0 and medians[-1] == pytest.approx(5.0)
    assert not polling.usual_duration([5.0] * (polling.ENOUGH - 1), VIDEO).known
    assert polling.usual_duration([5.0] * polling.ENOUGH, VIDEO).known


def test_a_history_of_one_length_is_not_certain() -> None:
    usual = polling.usual_duration([30.0] * 50, IMAGE)
    assert usual.spread == pytest.approx(IMAGE.spread * math.sqrt(polling.ENOUGH / (polling.ENOUGH + 50)))
    assert usual.low < 30 < usual.high


def test_a_task_that_was_seen_late_says_little_about_its_model() -> None:
    chance = Random(5)
    history = [chance.lognormvariate(math.log(20), 0.4) for _ in range(49)]
    usual, disturbed = polling.usual_duration(history, IMAGE), polling.usual_duration([*history, 40_000.0], IMAGE)
    assert disturbed.median == pytest.approx(usual.median, rel=0.05)
    assert disturbed.spread == pytest.approx(usual.spread, rel=0.1)


def test_jitter_spreads_what_falls_due_together() -> None:
    middle = polling.pause(20, IMAGE, Middle())
    waits = {polling.pause(20, IMAGE, Random(seed)) for seed in range(50)}
    assert len(waits) > 40
    assert all(0.9 * middle <= wait <= 1.1 * middle for wait in waits)


def test_far_out_the_pauses_grow_step_by_step() -> None:
    expected = polling.usual_duration([20.0] * 50, IMAGE)
    pauses = [
        polling.pause(age, expected, Middle()) for age in range(60, 140, 5) if not polling.is_overdue(age, expected)
    ]
    assert len(pauses) > 10
    assert all(before * 0.9 < after < before * 1.5 for before, after in pairwise(pauses))
