"""When to retry what has failed. Kept in memory: after a restart everything is tried at once."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from studio.core.values import Clock
from studio.engine.backoff import Backoff
from studio.engine.polling import seconds_until

FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass
class Retries:
    """The failures in a row of each thing that is tried, by a name for it."""

    backoff: Backoff
    clock: Clock
    chance: Random = field(default_factory=Random)
    _failures: Counter[str] = field(default_factory=Counter)
    _until: dict[str, datetime] = field(default_factory=dict)

    @property
    def waiting(self) -> list[str]:
        """The names of what is not to be tried yet."""
        return [name for name in self._until if not self.is_due(name)]

    def is_due(self, name: str) -> bool:
        """Whether it may be tried now; True for what never failed."""
        return not seconds_until(self._until.get(name), self.clock())

    def failed(self, name: str) -> None:
        """Record a failure: the next try is due after a pause, longer than the last one."""
        self._failures[name] += 1
        pause = self.backoff.seconds(self._failures[name], self.chance)
        self._until[name] = self.clock() + timedelta(seconds=pause)
        self._forget_old()

    def succeeded(self, name: str) -> None:
        """Record a success: the next try is due at once."""
        self._failures.pop(name, None)
        self._until.pop(name, None)

    def _forget_old(self) -> None:
        long_ago = self.clock() - FORGOTTEN_AFTER
        for name in [name for name, until in self._until.items() if until < long_ago]:
            self.succeeded(name)
