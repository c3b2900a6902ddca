"""When something that failed is tried again: ever later. Kept in memory: after a restart all is tried at once."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from studio.core.values import Clock
from studio.engine.polling import seconds_until

FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass
class Backoff:
    """What is tried goes by a name. `first` and `longest` are seconds: the first wait, and what it grows to at most."""

    first: float
    longest: float
    clock: Clock
    chance: Random = field(default_factory=Random)
    _failures: Counter[str] = field(default_factory=Counter)
    _until: dict[str, datetime] = field(default_factory=dict)

    @property
    def waiting(self) -> list[str]:
        """What is not to be tried yet."""
        return [name for name in self._until if not self.is_due(name)]

    def is_due(self, name: str) -> bool:
        return not seconds_until(self._until.get(name), self.clock())

    def failed(self, name: str) -> None:
        """Leave it alone for a while: twice as long as the last time."""
        pause = min(self.longest, self.first * 2 ** min(self._failures[name], 20)) * self.chance.uniform(0.8, 1.0)
        self._failures[name] += 1
        self._until[name] = self.clock() + timedelta(seconds=pause)
        self._forget_old_ones()

    def worked(self, name: str) -> None:
        """It worked: it is due at once again."""
        self._failures.pop(name, None)
        self._until.pop(name, None)

    def _forget_old_ones(self) -> None:
        long_ago = self.clock() - FORGOTTEN_AFTER
        for name in [name for name, until in self._until.items() if until < long_ago]:
            self.worked(name)
