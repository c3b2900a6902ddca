"""When to poll a task again, and how long a model usually takes. All in seconds; nothing here reads a clock."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from statistics import NormalDist

from studio.core.values import Kind

OVERDUE_INTERVAL = 300.0
LONGEST_INTERVAL = timedelta(seconds=1.1 * OVERDUE_INTERVAL)  # between two queries, with the jitter
LONGEST_PAUSE = timedelta(hours=1)  # that a service may ask for
ENOUGH = 24  # finished tasks; fewer are mostly the quick ones
ENOUGH_TO_SHOW = 3  # finished tasks, for a number that people see and take as a guess
_SLOW = 60.0
_DAY = 86_400.0
# Seconds of a person's waiting that one more call must save, for models below and above _SLOW; benchmarks/traffic.py
# measures the result.
_QUICK_CALL = 0.6
_SLOW_CALL = 0.185
_NORMAL = NormalDist()
_DECILES = _NORMAL.inv_cdf(0.9) - _NORMAL.inv_cdf(0.1)
_FAR = 5.0
_LONGEST_WAIT = 60.0
SHORTEST_INTERVAL = 1.0


@dataclass(frozen=True)
class UsualDuration:
    """How long a model usually takes, in seconds: one task in ten ends before `low`, and one after `high`.

    `known` when it comes from the model's own history alone.
    """

    low: float
    median: float
    high: float
    known: bool = False

    @property
    def spread(self) -> float:
        """The standard deviation of the duration's logarithm; the duration is taken as log-normal."""
        return math.log(self.high / self.low) / _DECILES


# WeryAI states no times. Medians of other services: 20 s (Krea, Seedream 4); 105 s (ofox, a clip of five seconds).
DEFAULTS = {Kind.IMAGE: UsualDuration(12, 20, 33), Kind.VIDEO: UsualDuration(53, 105, 206)}
SANDBOX_DEFAULTS = {Kind.IMAGE: UsualDuration(2, 3, 6), Kind.VIDEO: UsualDuration(6, 8, 16)}


def usual_duration(durations: Sequence[float], default: UsualDuration, enough: int = ENOUGH) -> UsualDuration:
    """Return the usual duration of a model, a mix of the default and its history; from `enough` tasks the latter alone.

    The spread always keeps a part of the default, as a short history looks too certain. Quantiles are used because a
    task whose end was seen late, after a restart, does not show how fast the model is.
    """
    durations = [seconds for seconds in durations if 0 <= seconds <= _DAY]  # others mean that the clock was changed
    if len(durations) < 2:
        return default
    logs, number = [math.log(max(seconds, 0.1)) for seconds in durations], len(durations)
    deciles = statistics.quantiles(logs, n=10, method="inclusive")
    own = (deciles[8] - deciles[0]) / _DECILES
    spread = math.sqrt((enough * default.spread**2 + number * own**2) / (enough + number))
    share = min(1.0, number / enough)
    median = math.exp(share * statistics.median(logs) + (1 - share) * math.log(default.median))
    tenth = math.exp(spread * _DECILES / 2)
    return UsualDuration(median / tenth, median, median * tenth, known=number >= enough)


def pause(age: float, expected: UsualDuration, chance: Random) -> float:
    """Return the seconds to wait before the next query about a task of this age.

    Durations are taken as log-normal. A query is worth most when the task is likely to end next, so the best interval
    is sqrt(2 c / hazard): long while the task cannot be done yet, short around the expected end, and longer and longer
    after it. Jitter of 10 % spreads the queries about many tasks.
    """
    if is_overdue(age, expected):
        return OVERDUE_INTERVAL * chance.uniform(0.9, 1.1)
    worth = _QUICK_CALL if expected.median < _SLOW else _SLOW_CALL
    step, waited, share = expected.median / 200, 0.0, 0.0
    while share < 1 and waited < _LONGEST_WAIT:
        waited += step
        share += step * math.sqrt(_hazard(age + waited - step / 2, expected) / (2 * worth))
    return max(SHORTEST_INTERVAL, waited) * chance.uniform(0.9, 1.1)


def _hazard(age: float, expected: UsualDuration) -> float:
    """Return the hazard rate: the chance per second that a task which is not done at this age ends now."""
    z = math.log(age / expected.median) / expected.spread
    # Far out both are too small to be divided; the limit of their quotient is known (Mills' ratio).
    rate = _NORMAL.pdf(z) / _NORMAL.cdf(-z) if z < _FAR else z + 1 / z
    return rate / (age * expected.spread)


def is_overdue(age: float, expected: UsualDuration) -> bool:
    """Whether a task of this age takes far longer than usual."""
    return age > overdue_age(expected)


def overdue_age(expected: UsualDuration) -> float:
    """Return the age from which a task is overdue: three times `high`, and at least two minutes more than it."""
    return max(3 * expected.high, expected.high + 120)


def seconds_until(moment: datetime | None, at: datetime) -> float:
    """Return the seconds until then; 0 when it is further away than any pause, as then the clock was set back."""
    if moment is None or moment - at > LONGEST_PAUSE:
        return 0.0
    return max(0.0, (moment - at).total_seconds())
