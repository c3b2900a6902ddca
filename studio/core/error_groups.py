"""Failures in groups, each with the filter conditions that find its calls or jobs. Values only."""

import re
from dataclasses import dataclass
from datetime import datetime

from studio.core.query import STATES

TASK_FAILED = "TaskFailed"  # the kind of a task that failed at WeryAI: no call of ours failed


@dataclass(frozen=True)
class ErrorGroup:
    """Failures of one kind, code, model and job state; `trend` counts them over time.

    `code` is the reason's text for failed tasks.
    """

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
        """The outcome of the group's jobs; empty for calls, and for tasks, because their jobs may end in any way."""
        return next((outcome for outcome, states in STATES.items() if self.state in states), "")

    @property
    def conditions(self) -> dict[str, tuple[str, ...]]:
        """The filters that find the group's calls or jobs, by the field names of `query.Query`."""
        if not self.outcome and self.kind != TASK_FAILED:
            return {"model": (self.model,), "error_kind": (self.kind,), "code": (self.code,)}
        failure = f"{TASK_FAILED}: {self.code}" if self.kind == TASK_FAILED else self.kind
        outcome = {"outcome": (self.outcome,)} if self.outcome else {}
        return {"model": (self.model,), "failure": (failure,), **outcome}


def in_words(kind: str) -> str:
    """Return an error's kind as words: ServerError → server error, ContentRejectedError → content rejected."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    return words if words.count(" ") < 2 else words.removesuffix(" error")
