"""When to ask about a task again, and how long a model usually takes. Seconds throughout; no clock in here."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from statistics import NormalDist

from studio.core.values import Kind

RARELY = 300.0
LONGEST_BETWEEN_ASKS = timedelta(seconds=1.1 * RARELY)
LONGEST_PAUSE = timedelta(hours=1)  # that a service may ask for
ENOUGH = 24  # until so many tasks have ended, they are mostly the quick ones
ENOUGH_TO_SHOW = 3  # for what people are told, who know that it is a guess
_SLOW = 60.0
_DAY = 86_400.0
# Seconds of a person's waiting that one more call must save; benchmarks/traffic.py shows what comes of it.
_QUICK_CALL = 0.6
_SLOW_CALL = 0.185
_NORMAL = NormalDist()
_DECILES = _NORMAL.inv_cdf(0.9) - _NORMAL.inv_cdf(0.1)
_FAR = 5.0
_SLOWEST = 60.0
SOONEST = 1.0


@dataclass(frozen=True)
class Usual:
    """How long a model usually takes: one in ten ends before `low`, one after `high`. `known` from its own history."""

    low: float
    median: float
    high: float
    known: bool = False

    @property
    def spread(self) -> float:
        """The standard deviation of the duration's logarithm, as a log-normal one has it."""
        return math.log(self.high / self.low) / _DECILES


# WeryAI states no times. Medians of other services: 20 s (Krea, Seedream 4); 105 s (ofox, a clip of five seconds).
DEFAULTS = {Kind.IMAGE: Usual(12, 20, 33), Kind.VIDEO: Usual(53, 105, 206)}
SANDBOX_DEFAULTS = {Kind.IMAGE: Usual(2, 3, 6), Kind.VIDEO: Usual(6, 8, 16)}


def usual(durations: Sequence[float], default: Usual, enough: int = ENOUGH) -> Usual:
    """From the default to this model's own history, step by step until there is enough of that.

    The spread keeps some of the default for good: a short history looks too certain. Quantiles, as a task that was seen
    late, after a restart, is no measure of the model.
    """
    durations = [seconds for seconds in durations if 0 <= seconds <= _DAY]  # others are a clock that was moved
    if len(durations) < 2:
        return default
    logs, number = [math.log(max(seconds, 0.1)) for seconds in durations], len(durations)
    deciles = statistics.quantiles(logs, n=10, method="inclusive")
    own = (deciles[8] - deciles[0]) / _DECILES
    spread = math.sqrt((enough * default.spread**2 + number * own**2) / (enough + number))
    share = min(1.0, number / enough)
    median = math.exp(share * statistics.median(logs) + (1 - share) * math.log(default.median))
    tenth = math.exp(spread * _DECILES / 2)
    return Usual(median / tenth, median, median * tenth, known=number >= enough)


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
    return max(SOONEST, waited) * chance.uniform(0.9, 1.1)


def _hazard(age: float, expected: Usual) -> float:
    """The chance per second that a task which is not done at this age ends now."""
    z = math.log(age / expected.median) / expected.spread
    # Far out both are too small to be divided; what their quotient comes to is known (Mills' ratio).
    rate = _NORMAL.pdf(z) / _NORMAL.cdf(-z) if z < _FAR else z + 1 / z
    return rate / (age * expected.spread)


def is_overdue(age: float, expected: Usual) -> bool:
    """Far longer than usual: three times the slow tenth, and at least two minutes over it."""
    return age > longest(expected)


def longest(expected: Usual) -> float:
    """The age from which a task is overdue."""
    return max(3 * expected.high, expected.high + 120)


def seconds_until(moment: datetime | None, at: datetime) -> float:
    """How long until then; not at all when it is further away than any pause: a clock was set back."""
    if moment is None or moment - at > LONGEST_PAUSE:
        return 0.0
    return max(0.0, (moment - at).total_seconds())
