"""When a task is asked about again: often near its expected end, rarely long after, never failed by our clock."""

from random import Random

import pytest

from studio import timing
from studio.timing import Usual
from studio.values import Kind

IMAGE, VIDEO = timing.DEFAULTS.values()


class Middle(Random):
    """Chance without chance: no jitter."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def asked_until(age: float, expected: Usual) -> list[float]:
    ages, now = [], timing.pause(0.0, expected, Middle())
    while now <= age:
        ages.append(now)
        now += timing.pause(now, expected, Middle())
    return ages


@pytest.mark.parametrize(("expected", "most"), [(IMAGE, 12), (VIDEO, 8)])
def test_a_usual_task_is_asked_about_seldom_enough(expected: Usual, most: float) -> None:
    calls = len(asked_until(expected.median, expected))
    assert calls / (expected.median / 60) <= most


@pytest.mark.parametrize("expected", [IMAGE, VIDEO])
def test_near_the_expected_end_it_is_seen_sooner_than_with_a_fixed_six_seconds(expected: Usual) -> None:
    around = timing.pause(expected.median, expected, Middle())
    assert around < 6
    assert around < timing.pause(expected.high * 2, expected, Middle())


def test_a_quick_model_is_asked_about_every_second_or_two() -> None:
    quick = timing.SANDBOX_DEFAULTS[Kind.IMAGE]
    assert all(1 <= timing.pause(age, quick, Middle()) <= 2 for age in (0.0, 1.0, 2.0, 3.0, 5.0))


def test_an_overdue_task_is_asked_about_every_five_minutes() -> None:
    assert not timing.is_overdue(120, IMAGE)
    assert timing.is_overdue(200, IMAGE)
    assert timing.pause(3600, IMAGE, Middle()) == 300


def test_history_counts_from_three_tasks_on() -> None:
    assert timing.usual([1.0, 2.0], IMAGE) is IMAGE
    usual = timing.usual([10.0, 20.0, 30.0, 40.0, 50.0], IMAGE)
    assert usual.known
    assert (usual.low, usual.median, usual.high) == (14.0, 30.0, 46.0)


def test_backoff_doubles_and_ends_at_a_minute() -> None:
    waits = [timing.backoff(failures, Middle()) for failures in range(12)]
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == 60.0


def test_jitter_spreads_what_falls_due_together() -> None:
    middle = timing.pause(20, IMAGE, Middle())
    waits = {timing.pause(20, IMAGE, Random(seed)) for seed in range(50)}
    assert len(waits) > 40
    assert all(0.9 * middle <= wait <= 1.1 * middle for wait in waits)
