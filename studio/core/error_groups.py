"""Failures in groups, each with the conditions that find what is in it. Values alone."""

import re
from dataclasses import dataclass
from datetime import datetime

from studio.core.query import STATES

TASK_FAILED = "TaskFailed"  # the kind of a failure that is no error of a call


@dataclass(frozen=True)
class ErrorGroup:
    """Failures of one kind, code (of tasks: what was said), model and state of jobs; `trend` has them over time."""

    kind: str
    code: str
    model: str
    state: str
    number: int
    first: datetime
    last: datetime
    example: str
    trend: tuple[int, ...] = ()

    @property
    def outcome(self) -> str:
        """How its jobs ended; empty for calls, and for tasks, whose jobs may end in any way."""
        return next((outcome for outcome, states in STATES.items() if self.state in states), "")

    @property
    def conditions(self) -> dict[str, tuple[str, ...]]:
        """By the names of `Wanted`: what finds its calls, or its jobs, among those that it was made of."""
        if not self.outcome and self.kind != TASK_FAILED:
            return {"model": (self.model,), "error_kind": (self.kind,), "code": (self.code,)}
        failure = f"{TASK_FAILED}: {self.code}" if self.kind == TASK_FAILED else self.kind
        outcome = {"outcome": (self.outcome,)} if self.outcome else {}
        return {"model": (self.model,), "failure": (failure,), **outcome}


def in_words(kind: str) -> str:
    """ServerError → server error, ContentRejectedError → content rejected."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    return words if words.count(" ") < 2 else words.removesuffix(" error")
