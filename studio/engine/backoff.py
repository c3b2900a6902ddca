"""Backoff: how long to wait before a retry, longer after each failure in a row."""

from dataclasses import dataclass
from random import Random
from typing import Self


@dataclass(frozen=True)
class Backoff:
    """`steps` are the seconds to wait after the first failure, the second and so on; the last one repeats.

    Each wait is multiplied by a random factor between the two of `jitter`, to spread the retries of many.
    """

    steps: tuple[float, ...]
    jitter: tuple[float, float] = (1.0, 1.0)

    @classmethod
    def doubling(cls, first: float, longest: float, jitter: tuple[float, float]) -> Self:
        """Return a backoff that doubles each time, from `first` to `longest` seconds."""
        steps = [first]
        while steps[-1] < longest:
            steps.append(min(longest, 2 * steps[-1]))
        return cls(tuple(steps), jitter)

    def seconds(self, failures: int, chance: Random | None = None) -> float:
        """Return the wait after this many failures in a row, at least one; without `chance` it has no jitter."""
        step = self.steps[min(failures, len(self.steps)) - 1]
        return step * chance.uniform(*self.jitter) if chance else step
