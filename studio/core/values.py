"""The values that all rooms use: jobs, tasks, outputs. Times are in UTC, sizes in bytes, durations in seconds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

Clock: TypeAlias = Callable[[], datetime]
Inputs: TypeAlias = Mapping[str, Any]


def now() -> datetime:
    """Return the time, in UTC. What depends on the time takes it as an argument, so that tests can pass their own."""
    return datetime.now(UTC)


class Kind(StrEnum):
    """What a mode makes."""

    IMAGE = "image"
    VIDEO = "video"


class Status(StrEnum):
    """A task's status, in the studio's words (docs/architecture.md#the-words-we-use)."""

    WAITING = "waiting"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    GONE = "gone"

    @property
    def is_open(self) -> bool:
        """Whether the status can still change, so that asking again makes sense."""
        return self in (Status.WAITING, Status.PROCESSING)


OPEN = tuple(status for status in Status if status.is_open)


class State(StrEnum):
    """The state of a job. `studio.core.job_states` has the table of allowed moves."""

    QUEUED = "queued"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    OPEN = "open"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    DISMISSED = "dismissed"

    @property
    def is_busy(self) -> bool:
        """Whether the state can change without a person's action."""
        return self in (State.QUEUED, State.OPEN)


BUSY = tuple(state for state in State if state.is_busy)


@dataclass(frozen=True)
class Output:
    """One file that a task produced. `key` and `preview` are its names in the archive, empty until it is saved.

    `format` is for people, such as "HEVC video". `attempts`, `try_at`, `problem` are about saving, then the preview.
    """

    id: int
    task: int
    position: int
    kind: Kind
    url: str
    key: str = ""
    preview: str = ""
    size: int = 0
    sha256: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    format: str = ""
    saved_at: datetime | None = None
    attempts: int = 0
    try_at: datetime | None = None
    problem: str = ""
    deleted_at: datetime | None = None  # by a person; some time later its key is emptied, and `saved_at` stays

    @property
    def is_saved(self) -> bool:
        return bool(self.key)

    @property
    def is_shown(self) -> bool:
        return self.is_saved and not self.deleted_at

    @property
    def awaits_preview(self) -> bool:
        """Whether the file is saved and its preview is still to be made; False when a preview cannot be made."""
        return self.is_saved and not self.preview and self.try_at is not None

    @property
    def lacks_preview(self) -> bool:
        """Whether the file is saved and a preview could not be made; `problem` says why."""
        return self.is_saved and self.is_given_up

    @property
    def waits_for_archive(self) -> bool:
        """Whether no file can be stored at the moment, whatever its link; attempts do not count then."""
        return bool(self.problem) and not self.attempts

    @property
    def is_given_up(self) -> bool:
        """Whether the studio stopped trying: the file is fetched again only when a person asks for that."""
        return bool(self.problem) and self.try_at is None


@dataclass(frozen=True)
class Task:
    """One piece of work at the API. `id` is our row's, `task_id` the vendor's."""

    id: int
    job: str
    task_id: str
    position: int
    status: Status
    reason: str = ""
    cost: float | None = None
    accepted_at: datetime | None = None
    asked_at: datetime | None = None
    finished_at: datetime | None = None
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True)
class Job:
    """One submission as the user sees it: mode, model, inputs, and its tasks."""

    id: str
    submission: str
    account: str
    person: str
    mode: str
    kind: Kind
    model: str
    prompt: str
    inputs: Inputs
    count: int
    state: State
    created_at: datetime
    reason: str = ""
    hint: str = ""
    error_kind: str = ""
    field: str = ""
    not_before: datetime | None = None
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    finished_at: datetime | None = None
    hidden_at: datetime | None = None
    removed_at: datetime | None = None  # by an admin: its inputs and its results are deleted
    deleted_at: datetime | None = None  # by a person: lists of cards leave it out
    unshared_at: datetime | None = None  # when its owner revoked the links shared before that time
    batch_id: str = ""
    balance_before: float | None = None
    balance_after: float | None = None
    measured_at: datetime | None = None  # when the second balance was read
    cost: float | None = None
    template: str = ""  # the prompt with wildcards that this prompt is one of
    reserved: float | None = None  # the most credits it may cost, as far as that was known before it was sent
    tasks: tuple[Task, ...] = ()

    @property
    def is_adopted(self) -> bool:
        """Whether the job was imported from a task that this studio did not submit, so that its model is not known."""
        return not self.model

    @property
    def draft(self) -> "Draft":
        """What was submitted."""
        return Draft(self.mode, self.model, self.inputs)

    @property
    def outputs(self) -> tuple[Output, ...]:
        return tuple(output for task in self.tasks for output in task.outputs)

    @property
    def unsaved(self) -> tuple[Output, ...]:
        return tuple(output for output in self.outputs if not output.is_saved and not output.saved_at)

    @property
    def missing(self) -> int:
        """The number of its tasks that the ledger does not know: their ids may still become known."""
        return max(0, self.count - max(len(self.tasks), len(self.outputs)))

    @property
    def succeeded(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.status is Status.SUCCEEDED)


@dataclass(frozen=True)
class Draft:
    """Inputs that can be submitted."""

    mode: str
    model: str
    inputs: Inputs
