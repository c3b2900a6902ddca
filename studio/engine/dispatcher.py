"""Queued → POST once → task ids. The only thing that submits; one per account.

A job is written down as unconfirmed before its POST leaves. It goes back to the queue only when it surely was not
accepted; whatever is not a clear answer leaves it unconfirmed, for a person to decide.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from studio.core.account import Account
from studio.core.errors import AuthenticationError, LedgerError, StudioError
from studio.core.values import Job, State
from studio.engine.balance import BalanceFetcher
from studio.engine.capacity import Capacity
from studio.engine.context import Context
from studio.engine.in_flight import InFlight
from studio.engine.pool import Pool
from studio.engine.readiness import Readiness
from studio.engine.send_pause import SendPause
from studio.engine.send_queue import SendQueue
from studio.engine.send_results import SendResults
from studio.engine.worker import Worker
from studio.weryai.modes import MODES

log = logging.getLogger(__name__)

POSTS_AT_ONCE = 8
SLOW_POST = 10.0
ANSWER_AGAIN = 2.0
KEY_AGAIN = 30.0
NOT_ANY_MORE = "Its owner may no longer spend credits here, so the job was not sent."
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
    _in_flight: InFlight = field(default_factory=InFlight)

    def __post_init__(self) -> None:
        self._balance = BalanceFetcher(self.context)
        self._readiness = Readiness(self.context, self._balance, self.on_accepted)
        self.pause = SendPause(self.context.clock, self.chance)
        self._results = SendResults(self.context, self._balance, self.pause, self.on_accepted)
        self._capacity = Capacity(self.context, self.is_overdue)
        self._queue = SendQueue(self.context, self._capacity, self.pause)
        self._pool = Pool(POSTS_AT_ONCE, "submit")
        self._posts: set[Future[None]] = set()
        self.worker = Worker(f"dispatcher {self.context.account.label}", self.step, self._pool.rest)

    def stop(self) -> None:
        self.worker.stop()
        self._pool.stop()
        with suppress(LedgerError):
            self._results.pending.write()

    @property
    def sending(self) -> frozenset[str]:
        """Jobs whose POST is in flight in this process, or whose answer the ledger does not have yet."""
        return self._results.pending.ids | self._in_flight.ids

    def wait_for(self, job_id: str, seconds: float) -> None:
        """Wait until this job has been sent and answered here, but not longer than this, however slow the ledger is."""
        self._in_flight.wait_for(job_id, seconds)

    def is_full(self, job: Job) -> bool:
        """The API has no room for this job's tasks beside those under way."""
        return self._capacity.is_full(job)

    def step(self) -> float:
        """Send the next job if there is one and room for it; returns the seconds until looking again makes sense.

        Errors: LedgerError, and then nothing more is sent until the ledger works.
        """
        self._results.pending.write()
        if not self._readiness.prepare(self.sending):
            return KEY_AGAIN
        job, wait_for_one = self._queue.next(self._in_flight.ids)
        if job is None:
            return wait_for_one
        self._forget_ended()
        if len(self._posts) >= POSTS_AT_ONCE:
            return ANSWER_AGAIN
        self._in_flight.add(job.id)
        post = self._pool.submit(self.send, job)
        self._posts.add(post)
        # One POST at a time; one that is not answered for long no longer holds up the others.
        wait([post], timeout=SLOW_POST)
        self._forget_ended()
        return 0.0

    def _forget_ended(self) -> None:
        """Errors: LedgerError, of a POST whose answer could not be written down."""
        for ended in [post for post in self._posts if post.done()]:
            self._posts.discard(ended)
            ended.result()

    def send(self, job: Job) -> None:
        """Submit a queued job, once, and write down what came of it."""
        with self._flight(job), suppress(AuthenticationError):
            if not self.may_spend(job.person):
                facts = {"reason": NOT_ANY_MORE, "finished_at": self.context.clock()}
                self.context.ledger.jobs.move(job.id, State.QUEUED, State.CANCELLED, **facts)
                return
            alone, before = self._in_flight.ids == {job.id}, self._balance.fetch_if_available(job)
            left = {**AFRESH, "sent_at": self.context.clock(), "balance_before": before}
            if not self.context.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED, **left):
                return  # cancelled in the meantime
            self._sent += 1
            number = self._sent
            self._post(job)
            stayed_alone = alone and self._sent == number and self._in_flight.ids == {job.id}
            self._balance.measure_cost(job, before, alone=stayed_alone)

    def _post(self, job: Job) -> None:
        try:
            accepted = self.context.api.submit(MODES[job.mode], self._body(job), job=job.id)
        except StudioError as error:
            self._results.record_refusal(job, error)
        except Exception:
            self.context.ledger.jobs.change(job.id, reason="The studio failed while sending this job.")
            raise
        else:
            self._results.record_acceptance(job, accepted)

    def _body(self, job: Job) -> dict[str, Any]:
        address = self.webhook(job.id, self.context.account)
        return {**job.inputs, **({"webhook_url": address} if address else {})}

    @contextmanager
    def _flight(self, job: Job) -> Iterator[None]:
        try:
            with self._in_flight.sending(job.id):
                yield
        finally:
            self.worker.wake()  # a POST that was long awaited may have put its job back into the queue
            self.context.ledger.changes.publish(self.context.account.id, [job.id])  # it is not being sent any more
