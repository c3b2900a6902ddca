"""What failed and is to be tried again later. Kept in memory: after a restart all of it is tried at once."""

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
    """What is tried goes by a name."""

    backoff: Backoff
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
        """Leave it alone for a while, longer than the last time."""
        self._failures[name] += 1
        pause = self.backoff.seconds(self._failures[name], self.chance)
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
