"""For tests of what happens when nothing does: alarms that never go off, so that only a call can wake a worker."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import pytest

from studio.engine import worker
from studio.engine.worker import Worker


@dataclass
class StillAlarms:
    """`pauses` are those that workers rest for at the moment, in seconds."""

    pauses: dict[Callable[[], None], float] = field(default_factory=dict)

    @classmethod
    def used_by(cls, monkeypatch: pytest.MonkeyPatch) -> Self:
        """The alarms of all workers, until the test ends."""
        still = cls()
        monkeypatch.setattr(worker, "ALARMS", still)
        return still

    def is_resting(self, worker: Worker) -> bool:
        """Whether a worker waits for an alarm, which it does without a thread."""
        return worker.wake in self.pauses

    def set(self, call: Callable[[], None], seconds: float) -> None:
        self.pauses[call] = seconds

    def clear(self, call: Callable[[], None]) -> None:
        self.pauses.pop(call, None)
