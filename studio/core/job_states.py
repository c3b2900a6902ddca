"""The state table of a job. The ledger checks every move of a job against this table.

The same table in words: docs/architecture.md#the-life-of-a-job.
A task id that becomes known late overrides the state of the job: once WeryAI has shown that a task belongs to it, the
job is open, so that the studio follows it and nobody submits it again.
"""

from studio.core.values import Job, State, Status

MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset(
        {State.UNCONFIRMED, State.CANCELLED, State.OPEN}
    ),  # open: sent before and refused, yet accepted
    State.UNCONFIRMED: frozenset({State.OPEN, State.REFUSED, State.QUEUED, State.DISMISSED}),
    State.OPEN: frozenset({State.FINISHED}),
    State.REFUSED: frozenset({State.OPEN}),
    State.FINISHED: frozenset({State.OPEN}),  # another of its tasks became known
    State.CANCELLED: frozenset({State.OPEN}),
    State.DISMISSED: frozenset({State.OPEN}),
}

ENDED = (State.FINISHED, State.REFUSED, State.CANCELLED, State.DISMISSED)  # they can be deleted, and removed


def may_move(start: State, end: State) -> bool:
    return end in MOVES[start]


DELETED = "Deleted"  # by a person: only the call history still shows the job
SAVING = "Saving"  # the tasks have succeeded, and the archive does not have all files yet


def word(job: Job, *, sending: bool = False) -> str:
    """Return the word that a card shows for this job; `sending` is while its POST is in flight in this process."""
    if job.deleted_at:
        return DELETED
    if job.state is State.UNCONFIRMED and sending:
        return "Sending"
    if job.state is State.OPEN:
        return _open_word(job)
    if job.state is State.FINISHED:
        return _finished_word(job)
    return job.state.value.capitalize()


def _is_saving(job: Job) -> bool:
    return not job.removed_at and any(not output.is_given_up for output in job.unsaved)


def _open_word(job: Job) -> str:
    moving = any(task.status is not Status.WAITING for task in job.tasks)
    return "Processing" if moving else "Waiting"


def _finished_word(job: Job) -> str:
    done = len(job.succeeded)
    if done == len(job.tasks) and not job.missing:
        return SAVING if _is_saving(job) else "Succeeded"
    if done:
        return f"{max(done, len(job.outputs))} of {max(job.count, len(job.tasks))}"
    return "Gone" if all(task.status is Status.GONE for task in job.tasks) else "Failed"
