"""What WeryAI calls us for: noticed at once, looked into afterwards. A call is a hint to ask, and is never believed.

Whoever calls is answered before anything is looked at, so nothing in here can hold up or break the answer. A call that
is lost on the way costs a little time only: every open task is asked about anyway.
"""

import logging
import queue
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from studio.errors import LedgerError, NotFoundError, StudioError
from studio.ledger.ledger import Ledger
from studio.running import Running
from studio.values import Callback, Clock, Job, State, now
from studio.webhooks import TEST
from studio.weryai import redaction, wire
from studio.worker import Worker

log = logging.getLogger(__name__)

MOST_WAITING = 1000
IDLE = 60.0
AGAIN = 15.0
KNOWN_WITHIN = timedelta(minutes=10)  # a task that WeryAI has just ended may not be known everywhere yet
GIVE_UP_AFTER = timedelta(days=7)


@dataclass
class Callbacks:
    """The calls that came. `running` finds what works for an account, if its key is here."""

    ledger: Ledger
    running: Callable[[str], Running | None]
    clock: Clock = now
    _arrived: queue.Queue[Callback] = field(default_factory=lambda: queue.Queue(MOST_WAITING))

    def __post_init__(self) -> None:
        self.worker = Worker("callbacks", self.step)

    def receive(self, job_id: str, body: bytes) -> None:
        """A call with the right secret came. Returns at once, and never fails."""
        said = redaction.cut(redaction.text(body.decode(errors="replace"), ""))
        call = Callback(f"hook_{uuid.uuid4().hex[:16]}", job_id, self.clock(), body=said)
        try:
            self._arrived.put_nowait(call)
        except queue.Full:
            log.warning("too many callbacks at once; the one about %s is left to the tracker", job_id)
        self.worker.wake()

    def step(self) -> float:
        """Write down what came, then look into it; what cannot be settled yet is looked into again.

        Returns the seconds until then. Errors: LedgerError, and nothing that came is forgotten.
        """
        self._write_down()
        unsettled = self.ledger.callbacks.unsettled(self.clock() - GIVE_UP_AFTER)
        for call in unsettled:
            self._look_into(call)
        return AGAIN if unsettled else IDLE

    def _write_down(self) -> None:
        while not self._arrived.empty():
            call = self._arrived.get_nowait()
            try:
                self.ledger.callbacks.record(call)
            except LedgerError:
                self._arrived.put_nowait(call)
                raise

    def _look_into(self, call: Callback) -> None:
        job = self.ledger.jobs.get(call.job)
        if job:
            said, is_settled = self._outcome(call, job)
        else:
            said, is_settled = "arrived" if call.job == TEST else "no such job", True
        at = self.clock() if is_settled else None
        self.ledger.callbacks.change(call.id, account=job.account if job else "", outcome=said, settled_at=at)

    def _outcome(self, call: Callback, job: Job) -> tuple[str, bool]:
        """What a call led to, in words, and whether that is the end of it."""
        running, known = self.running(job.account), {task.task_id for task in job.tasks}
        if not running:
            return "waits for its key", False
        new = [name for name in wire.named_tasks(call.body) if name not in known][: job.missing]
        if new:
            return self._brought_home(running, call, job, new)
        if job.state is not State.OPEN:
            return "nothing to ask", True
        running.tracker.ask_now(job.id)
        return "asked at once", True

    def _brought_home(self, running: Running, call: Callback, job: Job, names: list[str]) -> tuple[str, bool]:
        if any(self.ledger.jobs.with_task(job.account, name) for name in names):
            return "named another job's task", True
        try:
            return ("brought home" if running.homecoming.bring(job, names) else "nothing to ask"), True
        except LedgerError:
            raise
        except StudioError as error:
            log.info("a callback about %s is not confirmed: %s", job.id, error)
            unknown = isinstance(error, NotFoundError) and self.clock() - call.at > KNOWN_WITHIN
            return "not confirmed", unknown
