"""What came of a POST, written down: the job is open, refused, back in the queue, or unconfirmed as it was."""

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

TAKEN = "WeryAI accepted this as a task that already belongs to another job."


@dataclass(frozen=True)
class SendResults:
    """`pending` are those that the ledger does not have yet."""

    context: Context
    balance: BalanceFetcher
    pause: SendPause
    on_accepted: Callable[[], None]
    pending: PendingWrites = field(default_factory=PendingWrites)

    def record_acceptance(self, job: Job, accepted: Accepted) -> None:
        """Errors: LedgerError, and then it is kept for later."""
        self.pause.end()
        self.pending.keep(job.id, partial(self._write_acceptance, job, accepted))

    def record_refusal(self, job: Job, error: StudioError) -> None:
        """Write down an answer that is no yes; a job that surely was not accepted may go back to the queue.

        Errors: LedgerError, and then it is kept for later.
        """
        facts = self._facts(error)
        # A key that is told its balance works: it is this job alone that it may not send.
        works = not isinstance(error, AuthenticationError) or self.balance.fetch_if_key_works() is not None
        if not works or _may_be_repeated(error):
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
            self._write_that_it_is_taken(job)
        self.on_accepted()

    def _write_that_it_is_taken(self, job: Job) -> None:
        """A callback was quicker, and then it is open; or a person gave its task to another job that was sent."""
        found = self.context.ledger.jobs.get(job.id)
        if found and found.state is State.UNCONFIRMED and not found.tasks:
            self.context.ledger.jobs.change(job.id, reason=TAKEN, answered_at=self.context.clock())


def _may_be_repeated(error: StudioError) -> bool:
    """It surely was not accepted, and may be later."""
    never_sent = isinstance(error, ConnectionFailed) and not error.may_have_acted
    return never_sent or isinstance(error, RateLimitError | NoRoomError)
