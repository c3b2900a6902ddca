"""The state table of a job, once. Every move of a job in the ledger is checked against it.

The same as a table in words: docs/architecture.md#the-life-of-a-job.

A task id that turns up late wins over whatever was thought before: once WeryAI has shown that a task is the job's, the
job is open, so that it is followed and nobody sends it again.
"""

from studio.core.values import Job, State, Status

MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset(
        {State.UNCONFIRMED, State.CANCELLED, State.OPEN}
    ),  # sent before, refused, accepted all the same
    State.UNCONFIRMED: frozenset({State.OPEN, State.REFUSED, State.QUEUED, State.DISMISSED}),
    State.OPEN: frozenset({State.FINISHED}),
    State.REFUSED: frozenset({State.OPEN}),
    State.FINISHED: frozenset({State.OPEN}),  # another of its tasks turned up
    State.CANCELLED: frozenset({State.OPEN}),
    State.DISMISSED: frozenset({State.OPEN}),
}


def may_move(start: State, end: State) -> bool:
    return end in MOVES[start]


SAVING = "Saving"  # it is made, and its files are on their way


def word(job: Job, *, sending: bool = False) -> str:
    """The one word that a card shows for this job; `sending` while its POST is in flight in this process."""
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
