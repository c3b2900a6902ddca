"""When to ask about a task again, and how long a model usually takes. Seconds throughout; no clock in here."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from studio.values import Kind

RARELY = 300.0
_SLOW = 60.0
_SLOWEST = 60.0
_SOONEST = 1.0


@dataclass(frozen=True)
class Usual:
    """How long a model usually takes: most tasks end between `low` and `high`. `known` from its own history."""

    low: float
    median: float
    high: float
    known: bool = False


DEFAULTS = {Kind.IMAGE: Usual(12, 20, 30), Kind.VIDEO: Usual(60, 105, 250)}  # product.md 5e
SANDBOX_DEFAULTS = {Kind.IMAGE: Usual(2, 3, 6), Kind.VIDEO: Usual(6, 8, 16)}


def usual(durations: Sequence[float], default: Usual) -> Usual:
    """From this model's own history when there are three or more, else the default."""
    if len(durations) < 3:
        return default
    deciles = statistics.quantiles(durations, n=10, method="inclusive")
    return Usual(deciles[0], statistics.median(durations), deciles[8], known=True)


def pause(age: float, expected: Usual, chance: Random) -> float:
    """How long to wait before asking about a task of this age again.

    Not while it cannot be done yet, steadily around the expected end, ever more rarely after it; a little jitter keeps
    many tasks from being asked about in the same moment.
    """
    first = 0.6 * expected.low
    if is_overdue(age, expected):
        wait = RARELY
    elif age < first:
        wait = first - age
    elif age <= 1.2 * expected.high:
        wait = (expected.median - first) / (_calls(expected) - 1)
    else:
        wait = min(0.15 * age, _SLOWEST)
    return max(_SOONEST, wait) * chance.uniform(0.9, 1.1)


def _calls(expected: Usual) -> float:
    """How often a task may be asked about until its median: 12 times a minute, a slow one 8; twice at least."""
    return max(2.0, expected.median / 60 * (12 if expected.median < _SLOW else 8))


def is_overdue(age: float, expected: Usual) -> bool:
    """Far longer than usual: three times the slow tenth, and at least two minutes over it."""
    return age > max(3 * expected.high, expected.high + 120)


def backoff(failures: int, chance: Random) -> float:
    """How long to leave a service alone after this many failures in a row: 2 s, doubling, at most a minute."""
    return min(_SLOWEST, 2.0 ** min(failures + 1, 10)) * chance.uniform(0.8, 1.2)
