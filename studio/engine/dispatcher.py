"""Queued → POST once → task ids. The only thing that submits; one per account.

A job is written down as unconfirmed before its POST leaves. It goes back to the queue only when it surely was not
accepted; whatever is not a clear answer leaves it unconfirmed, for a person to decide.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from studio.core.account import Account
from studio.core.errors import (
    AuthenticationError,
    ConnectionFailed,
    LedgerError,
    NoRoomError,
    RateLimitError,
    StudioError,
)
from studio.core.values import Job, State
from studio.engine.balance import Balance
from studio.engine.capacity import Capacity
from studio.engine.context import Context
from studio.engine.pending_writes import PendingWrites
from studio.engine.pool import Pool
from studio.engine.readiness import Readiness
from studio.engine.send_pause import SendPause
from studio.engine.send_queue import SendQueue
from studio.engine.worker import Worker
from studio.weryai.modes import MODES
from studio.weryai.wire import Accepted

log = logging.getLogger(__name__)

POSTS_AT_ONCE = 8
SLOW_POST = 10.0
ANSWER_AGAIN = 2.0
KEY_AGAIN = 30.0
NOT_ANY_MORE = "Its owner may no longer spend credits here, so the job was not sent."
TAKEN = "WeryAI accepted this as a task that already belongs to another job."
# What an earlier POST of a job left: it would be taken for the end of the one that leaves now.
AFRESH = dict.fromkeys(("reason", "hint", "error_kind", "field"), "") | dict.fromkeys(
    ("not_before", "answered_at", "balance_after", "measured_at")
)


WebhookAddress = Callable[[str, Account], str]  # what the submission of a job tells the API to call, if anything


def no_webhook(_job: str, _account: Account) -> str:
    return ""


@dataclass
class Dispatcher:
    context: Context
    on_accepted: Callable[[], None]
    webhook: WebhookAddress = no_webhook
    is_overdue: Callable[[Job], bool] = lambda _job: False
    may_spend: Callable[[str], bool] = lambda _person: True  # asked for each job when its turn has come
    chance: Random = field(default_factory=Random)
    _sent: int = 0
    _sending: set[str] = field(default_factory=set)
    _sent_lately: deque[str] = field(default_factory=partial(deque, maxlen=1000))
    _answers: PendingWrites = field(default_factory=PendingWrites)
    _settled: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._balance = Balance(self.context)
        self._readiness = Readiness(self.context, self._balance, self.on_accepted)
        self.pause = SendPause(self.context.clock, self.chance)
        self._capacity = Capacity(self.context, self.is_overdue)
        self._queue = SendQueue(self.context, self._capacity, self.pause)
        self._pool = Pool(POSTS_AT_ONCE, "submit")
        self._posts: set[Future[None]] = set()
        self.worker = Worker(f"dispatcher {self.context.account.label}", self.step, self._pool.rest)

    def stop(self) -> None:
        self.worker.stop()
        self._pool.stop()
        with suppress(LedgerError):
            self._answers.write()

    @property
    def sending(self) -> frozenset[str]:
        """Jobs whose POST is in flight in this process, or whose answer the ledger does not have yet."""
        return self._answers.ids | self._sending

    def wait_for(self, job_id: str, seconds: float) -> None:
        """Wait until this job has been sent and answered here, but not longer than this, however slow the ledger is."""
        with self._settled:
            self._settled.wait_for(lambda: job_id in self._sent_lately and job_id not in self._sending, seconds)

    def is_full(self, job: Job) -> bool:
        """The API has no room for this job's tasks beside those under way."""
        return self._capacity.is_full(job)

    def step(self) -> float:
        """Send the next job if there is one and room for it; returns the seconds until looking again makes sense.

        Errors: LedgerError, and then nothing more is sent until the ledger works.
        """
        self._answers.write()
        if not self._readiness.is_open(self.sending):
            return KEY_AGAIN
        job, wait_for_one = self._queue.next(self._sending)
        if job is None:
            return wait_for_one
        if len(self._posts) >= POSTS_AT_ONCE:
            return ANSWER_AGAIN
        self._sending.add(job.id)
        post = self._pool.submit(self.send, job)
        self._posts.add(post)
        # One POST at a time; one that is not answered for long no longer holds up the others.
        wait([post], timeout=SLOW_POST)
        for done in [post for post in self._posts if post.done()]:
            self._posts.discard(done)
            done.result()
        return 0.0

    def send(self, job: Job) -> None:
        """Submit a queued job, once, and write down what came of it."""
        with self._flight(job), suppress(AuthenticationError):
            if not self.may_spend(job.person):
                facts = {"reason": NOT_ANY_MORE, "finished_at": self.context.clock()}
                self.context.ledger.jobs.move(job.id, State.QUEUED, State.CANCELLED, **facts)
                return
            alone, before = self._sending == {job.id}, self._balance.fetch_if_told(job)
            left = {**AFRESH, "sent_at": self.context.clock(), "balance_before": before}
            if not self.context.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED, **left):
                return  # cancelled in the meantime
            self._sent += 1
            number = self._sent
            self._post(job)
            self._balance.measure_cost(job, before, alone=alone and self._sent == number and self._sending == {job.id})

    def _post(self, job: Job) -> None:
        try:
            accepted = self.context.api.submit(MODES[job.mode], self._body(job), job=job.id)
        except StudioError as error:
            self._answers.keep(job.id, self._refused(job, error))
        except Exception:
            self.context.ledger.jobs.change(job.id, reason="The studio failed while sending this job.")
            raise
        else:
            self.pause.end()
            self._answers.keep(job.id, partial(self._accepted, job, accepted))

    def _body(self, job: Job) -> dict[str, Any]:
        address = self.webhook(job.id, self.context.account)
        return {**job.inputs, **({"webhook_url": address} if address else {})}

    def _accepted(self, job: Job, accepted: Accepted) -> None:
        at = self.context.clock()
        if not self.context.ledger.jobs.accept(job, accepted.batch_id, accepted.task_ids, at, answered_at=at):
            log.info("job %s was told nothing new by %s", job.id, accepted)
            self._say_that_it_is_taken(job)
        self.on_accepted()

    def _say_that_it_is_taken(self, job: Job) -> None:
        """A callback was quicker, and then it is open; or a person gave its task to another job that was sent."""
        found = self.context.ledger.jobs.get(job.id)
        if found and found.state is State.UNCONFIRMED and not found.tasks:
            self.context.ledger.jobs.change(job.id, reason=TAKEN, answered_at=self.context.clock())

    def _refused(self, job: Job, error: StudioError) -> Callable[[], None]:
        """What is to be written down of an answer that is no yes."""
        code = getattr(error, "code", None)
        reason = f"{error.message.rstrip('.')} ({code})" if code else error.message
        facts = {"reason": reason, "hint": error.hint, "error_kind": error.kind, "answered_at": self.context.clock()}
        move = partial(self._move_on, job.id)
        if self._goes_back(error):
            return partial(move, State.QUEUED, **facts, not_before=self.pause.after(error), sent_at=None)
        if error.may_have_acted:
            return partial(self.context.ledger.jobs.change, job.id, **facts)
        return partial(move, State.REFUSED, **facts, field=getattr(error, "field", ""))

    def _move_on(self, job_id: str, end: State, **facts: Any) -> None:
        self.context.ledger.jobs.move(job_id, State.UNCONFIRMED, end, **facts)

    def _goes_back(self, error: StudioError) -> bool:
        """It surely was not accepted, and may be later."""
        if isinstance(error, AuthenticationError):
            return (
                self._balance.fetch_if_key_works() is None
            )  # a key that is told them works: it is this job alone that it may not send
        never_sent = isinstance(error, ConnectionFailed) and not error.may_have_acted
        return never_sent or isinstance(error, RateLimitError | NoRoomError)

    @contextmanager
    def _flight(self, job: Job) -> Iterator[None]:
        self._sending.add(job.id)
        try:
            yield
        finally:
            with self._settled:
                self._sending.discard(job.id)
                self._sent_lately.append(job.id)
                self._settled.notify_all()
            self.worker.wake()  # a POST that was long awaited may have put its job back into the queue
            self.context.ledger.changes.tell(self.context.account.id, [job.id])  # it is not being sent any more
