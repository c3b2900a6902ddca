"""The pause in which an account sends nothing: as long as the API asks for, else a backoff."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from studio.core.errors import ConnectionFailed, StudioError
from studio.core.values import Clock
from studio.engine.backoff import Backoff

JITTER = (0.9, 1.0)
SLOW_DOWN = Backoff.doubling(20.0, 300.0, JITTER)  # the API accepts no more for now
UNREACHED = Backoff.doubling(4.0, 60.0, JITTER)


@dataclass
class SendPause:
    """`until` is when the pause ends; None when there is none."""

    clock: Clock
    chance: Random = field(default_factory=Random)
    until: datetime | None = None
    error: StudioError | None = None  # that the pause began with
    _refusals: int = 0

    def begin(self, error: StudioError) -> datetime:
        """Begin a pause; return when the account may send again.

        A Retry-After header of the API replaces the backoff, and counts as a failure in a row as well.
        """
        self.error = error
        backoff = UNREACHED if isinstance(error, ConnectionFailed) else SLOW_DOWN
        self._refusals += 1
        seconds = getattr(error, "retry_after", None) or backoff.seconds(self._refusals, self.chance)
        self.until = self.clock() + timedelta(seconds=max(seconds, 1.0))
        return self.until

    def end(self) -> None:
        """End the pause: the API has accepted a job."""
        self._refusals, self.until = 0, None
