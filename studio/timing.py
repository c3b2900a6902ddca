"""When to ask about a task again, and how long a model usually takes. Seconds throughout; no clock in here."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

from studio.values import Kind

RARELY = 300.0
ENOUGH = 12  # fewer are the quick ones, that ended first
_SLOW = 60.0
_DAY = 86_400.0
_QUICK_CALL = 0.6  # seconds of a person's waiting that one more call must save; measured by benchmarks/traffic.py
_SLOW_CALL = 0.18
_NORMAL = NormalDist()
_DECILES = _NORMAL.inv_cdf(0.9) - _NORMAL.inv_cdf(0.1)
_SLOWEST = 60.0
_SOONEST = 1.0


@dataclass(frozen=True)
class Usual:
    """How long a model usually takes: one in ten ends before `low`, one after `high`. `known` from its own history."""

    low: float
    median: float
    high: float
    known: bool = False


DEFAULTS = {Kind.IMAGE: Usual(12, 20, 33), Kind.VIDEO: Usual(53, 105, 206)}  # product.md 5e
SANDBOX_DEFAULTS = {Kind.IMAGE: Usual(2, 3, 6), Kind.VIDEO: Usual(6, 8, 16)}


def usual(durations: Sequence[float], default: Usual, enough: int = ENOUGH) -> Usual:
    """From this model's own history when there is enough of it, else the default."""
    durations = [seconds for seconds in durations if 0 <= seconds <= _DAY]  # others are a clock that was moved
    if len(durations) < enough:
        return default
    deciles = statistics.quantiles(durations, n=10, method="inclusive")
    return Usual(max(deciles[0], 0.1), max(statistics.median(durations), 0.1), max(deciles[8], 0.1), known=True)


def pause(age: float, expected: Usual, chance: Random) -> float:
    """How long to wait before asking about a task of this age again.

    Durations are taken as log-normal. A call is worth the wait that it saves where the task is likely to end next, so
    the best interval is sqrt(2 c / hazard): long while it cannot be done yet, short around the expected end, longer and
    longer after it. A little jitter keeps many tasks from being asked about in the same moment.
    """
    if is_overdue(age, expected):
        return RARELY * chance.uniform(0.9, 1.1)
    worth = _QUICK_CALL if expected.median < _SLOW else _SLOW_CALL
    step, waited, share = expected.median / 200, 0.0, 0.0
    while share < 1 and waited < _SLOWEST:
        waited += step
        share += step * math.sqrt(_hazard(age + waited - step / 2, expected) / (2 * worth))
    return max(_SOONEST, waited) * chance.uniform(0.9, 1.1)


def _hazard(age: float, expected: Usual) -> float:
    """The chance per second that a task which is not done at this age ends now."""
    spread = max(math.log(expected.high / expected.low) / _DECILES, 0.3)  # a short history looks too certain
    z = math.log(age / expected.median) / spread
    return _NORMAL.pdf(z) / (age * spread * max(_NORMAL.cdf(-z), 1e-9))


def is_overdue(age: float, expected: Usual) -> bool:
    """Far longer than usual: three times the slow tenth, and at least two minutes over it."""
    return age > max(3 * expected.high, expected.high + 120)


def backoff(failures: int, chance: Random) -> float:
    """How long to leave a service alone after this many failures in a row: 2 s, doubling, at most a minute."""
    return min(_SLOWEST, 2.0 ** min(failures + 1, 10)) * chance.uniform(0.8, 1.2)
