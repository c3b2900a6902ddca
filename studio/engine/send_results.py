"""Records the result of a POST: the job becomes open, refused or queued again, or it stays unconfirmed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from studio.core.errors import AuthenticationError, ConnectionFailed, NoRoomError, RateLimitError, StudioError
from studio.core.values import Job, State
from studio.engine.balance import BalanceFetcher
from studio.engine.context import Context
from studio.engine.pending_writes import PendingWrites
from studio.engine.send_pause import SendPause
from studio.weryai.wire import Accepted

log = logging.getLogger(__name__)

ALREADY_LINKED = "WeryAI accepted this as a task that already belongs to another job."


@dataclass(frozen=True)
class SendResults:
    """`pending` are the results that the ledger does not have yet; `on_accepted` is called after a job was accepted."""

    context: Context
    balance: BalanceFetcher
    pause: SendPause
    on_accepted: Callable[[], None]
    pending: PendingWrites = field(default_factory=PendingWrites)

    def record_acceptance(self, job: Job, accepted: Accepted) -> None:
        """Record the tasks of an accepted job. Errors: LedgerError, and then the result stays in `pending`."""
        self.pause.end()
        self.pending.keep(job.id, partial(self._write_acceptance, job, accepted))

    def record_refusal(self, job: Job, error: StudioError) -> None:
        """Record an answer other than an acceptance. A job that surely was not accepted may go back to the queue.

        Errors: LedgerError, and then the result stays in `pending`.
        """
        facts = self._facts(error)
        # A key that gets its balance works, so WeryAI refuses this job alone.
        works = not isinstance(error, AuthenticationError) or self.balance.fetch_if_key_works() is not None
        if not works or _may_be_retried(error):
            facts |= {"not_before": self.pause.begin(error), "sent_at": None}
            write = partial(self._move, job.id, State.QUEUED, facts)
        elif error.may_have_acted:
            write = partial(self.context.ledger.jobs.change, job.id, **facts)
        else:
            write = partial(self._move, job.id, State.REFUSED, {**facts, "field": getattr(error, "field", "")})
        self.pending.keep(job.id, write)

    def _facts(self, error: StudioError) -> dict[str, Any]:
        code = getattr(error, "code", None)
        reason = f"{error.message.rstrip('.')} ({code})" if code else error.message
        at = self.context.clock()
        return {"reason": reason, "hint": error.hint, "error_kind": error.kind, "answered_at": at}

    def _move(self, job_id: str, end: State, facts: dict[str, Any]) -> None:
        self.context.ledger.jobs.move(job_id, State.UNCONFIRMED, end, **facts)

    def _write_acceptance(self, job: Job, accepted: Accepted) -> None:
        at = self.context.clock()
        if not self.context.ledger.jobs.accept(job, accepted.batch_id, accepted.task_ids, at, answered_at=at):
            log.info("job %s was told nothing new by %s", job.id, accepted)
            self._record_already_linked(job)
        self.on_accepted()

    def _record_already_linked(self, job: Job) -> None:
        """Explain an acceptance without a new task: a person has linked the task to another job that was sent.

        A job that is open already was accepted by a callback that came first; it needs no explanation.
        """
        found = self.context.ledger.jobs.get(job.id)
        if found and found.state is State.UNCONFIRMED and not found.tasks:
            self.context.ledger.jobs.change(job.id, reason=ALREADY_LINKED, answered_at=self.context.clock())


def _may_be_retried(error: StudioError) -> bool:
    """Whether the job surely was not accepted, and may be later."""
    never_sent = isinstance(error, ConnectionFailed) and not error.may_have_acted
    return never_sent or isinstance(error, RateLimitError | NoRoomError)
