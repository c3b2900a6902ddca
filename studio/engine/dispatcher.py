"""Sends the queued jobs of one account to the API, each once. Nothing else submits jobs.

A job is recorded as unconfirmed before its POST is sent. It goes back to the queue only when it surely was not
accepted; without a clear answer it stays unconfirmed, for a person to decide.
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
SLOW_POST = 10.0  # seconds until the next POST may be sent beside one without an answer
POSTS_RECHECK = 2.0
KEY_RECHECK = 30.0
MAY_NOT_SPEND = "Its owner may no longer spend credits here, so the job was not sent."
UNKNOWN_MODE = "This version of the studio does not know the job's mode, so the job was not sent and costs nothing."
# Cleared before a POST, else the result of an earlier POST of the job would look like the result of this one.
CLEARED_RESULT = dict.fromkeys(("reason", "hint", "error_kind", "field"), "") | dict.fromkeys(
    ("not_before", "answered_at", "balance_after", "measured_at")
)


WebhookAddress = Callable[[str, Account], str]  # (job id, account) → the URL for the API to call; empty for none


def no_webhook(_job: str, _account: Account) -> str:
    """Return no URL: the API is not asked to call."""
    return ""


@dataclass
class Dispatcher:
    """`on_accepted` is called after the API has accepted a job, or when a rejected key works again.

    `webhook` returns the URL that the API calls when a task ends. `may_spend` says whether a person may still spend.
    """

    context: Context
    on_accepted: Callable[[], None]
    webhook: WebhookAddress = no_webhook
    is_overdue: Callable[[Job], bool] = lambda _job: False
    may_spend: Callable[[str], bool] = lambda _person: True  # asked right before a job is sent
    chance: Random = field(default_factory=Random)
    _posts_sent: int = 0
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
        """Stop after the step in progress, and try once more to write results that the ledger does not have."""
        self.worker.stop()
        self._pool.stop()
        with suppress(LedgerError):
            self._results.pending.flush()

    @property
    def sending(self) -> frozenset[str]:
        """Jobs whose POST is in flight in this process, or whose answer the ledger does not have yet."""
        return self._results.pending.ids | self._in_flight.ids

    def wait_for(self, job_id: str, seconds: float) -> None:
        """Wait until the job has been sent and its answer handled, at most `seconds`, however slow the ledger is."""
        self._in_flight.wait_for(job_id, seconds)

    def is_full(self, job: Job) -> bool:
        """Whether the API surely has no capacity for this job's tasks beside those that are running."""
        return self._capacity.is_full(job)

    def step(self) -> float:
        """Send the next job, if there is one and the API has capacity; return the seconds until the next step.

        Errors: LedgerError, and then nothing more is sent until the ledger works.
        """
        self._results.pending.flush()
        if not self._readiness.prepare(self.sending):
            return KEY_RECHECK
        job, idle_seconds = self._queue.next(self._in_flight.ids)
        if job is None:
            return idle_seconds
        self._remove_finished_posts()
        if len(self._posts) >= POSTS_AT_ONCE:
            return POSTS_RECHECK
        # POSTs are sent one after another; one without an answer for long no longer blocks the next.
        wait([self._begin(job)], timeout=SLOW_POST)
        self._remove_finished_posts()
        return 0.0

    def _begin(self, job: Job) -> Future[None]:
        """Let a thread send the job. Errors: RuntimeError when no thread can be started; the job stays queued."""
        self._in_flight.add(job.id)
        try:
            post = self._pool.submit(self.send, job)
        except RuntimeError:
            self._in_flight.discard(job.id)
            raise
        self._posts.add(post)
        return post

    def _remove_finished_posts(self) -> None:
        """Remove the POSTs that are finished. Errors: LedgerError of one whose answer could not be recorded."""
        for finished in [post for post in self._posts if post.done()]:
            self._posts.discard(finished)
            finished.result()

    def send(self, job: Job) -> None:
        """Submit a queued job once, and record the result, the balance before and after, and the cost if known."""
        with self._sending(job), suppress(AuthenticationError):
            if reason := self._why_not(job):
                facts = {"reason": reason, "finished_at": self.context.clock()}
                self.context.ledger.jobs.move(job.id, State.QUEUED, State.CANCELLED, **facts)
                return
            is_alone, before = self._in_flight.ids == {job.id}, self._balance.fetch_if_available(job)
            facts = {**CLEARED_RESULT, "sent_at": self.context.clock(), "balance_before": before}
            if not self.context.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED, **facts):
                return  # cancelled in the meantime
            self._posts_sent += 1
            number = self._posts_sent
            self._post(job)
            stayed_alone = is_alone and self._posts_sent == number and self._in_flight.ids == {job.id}
            self._balance.measure_cost(job, before, alone=stayed_alone)

    def _why_not(self, job: Job) -> str:
        """Return why a queued job is cancelled and not sent; empty if it is sent."""
        if job.mode not in MODES:  # another version of the studio queued it
            return UNKNOWN_MODE
        return "" if self.may_spend(job.person) else MAY_NOT_SPEND

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
        url = self.webhook(job.id, self.context.account)
        return {**job.inputs, **({"webhook_url": url} if url else {})}

    @contextmanager
    def _sending(self, job: Job) -> Iterator[None]:
        try:
            with self._in_flight.sending(job.id):
                yield
        finally:
            self.worker.wake()  # the job of a slow POST may be back in the queue
            self.context.ledger.changes.publish(self.context.account.id, [job.id])  # it is no longer being sent
