"""How long an account sends nothing: as long as the API asked for, else longer each time it was asked in a row."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from studio.core.errors import ConnectionFailed, StudioError
from studio.core.values import Clock

SLOW_DOWN = (20.0, 40.0, 80.0, 160.0, 300.0)  # seconds, by how often in a row the API asked for it
UNREACHED = (4.0, 8.0, 16.0, 32.0, 60.0)


@dataclass
class SendPause:
    clock: Clock
    chance: Random = field(default_factory=Random)
    until: datetime | None = None
    error: StudioError | None = None  # what it began with
    _refusals: int = 0

    def after(self, error: StudioError) -> datetime:
        """Begin one; returns when the account may send again."""
        self.error = error
        steps = UNREACHED if isinstance(error, ConnectionFailed) else SLOW_DOWN
        usual = steps[min(self._refusals, len(steps) - 1)] * self.chance.uniform(0.9, 1.0)
        self._refusals += 1
        asked = getattr(error, "retry_after", None) or usual
        self.until = self.clock() + timedelta(seconds=max(asked, 1.0))
        return self.until

    def end(self) -> None:
        """The API took something: whatever it asked for is over."""
        self._refusals, self.until = 0, None
