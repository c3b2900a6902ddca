"""Queued → POST once → task ids. The only thing that submits; one per account.

A job is written down as unconfirmed before its POST leaves. It goes back to the queue only when it surely was not
accepted; whatever is not a clear answer leaves it unconfirmed, for a person to decide.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from studio import timing
from studio.errors import (
    AuthenticationError,
    ConnectionFailed,
    LedgerError,
    NoRoomError,
    RateLimitError,
    StudioError,
)
from studio.ledger.ledger import Ledger
from studio.values import Account, Clock, Job, State, now
from studio.weryai.client import WeryAI
from studio.weryai.modes import MODES
from studio.weryai.wire import Accepted
from studio.worker import Worker

log = logging.getLogger(__name__)

TASKS_AT_ONCE = 20  # S1, code 6010
SLOW_POST = 10.0
IDLE = 30.0
ROOM_AGAIN = 2.0
SLOW_DOWN = 20.0
_SURELY_NOT_ACCEPTED = (RateLimitError, NoRoomError, AuthenticationError)


@dataclass
class Dispatcher:
    account: Account
    api: WeryAI
    ledger: Ledger
    on_accepted: Callable[[], None]
    clock: Clock = now
    chance: Random = field(default_factory=Random)
    _unreached: int = 0
    paused_until: datetime | None = None
    _sending: set[str] = field(default_factory=set)
    _sent: int = 0
    _greeted: bool = False
    _settled: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="submit")
        self._posts: set[Future[None]] = set()
        self.worker = Worker(f"dispatcher {self.account.label}", self.step)

    def stop(self) -> None:
        self.worker.stop()
        self._pool.shutdown(wait=False)

    @property
    def sending(self) -> frozenset[str]:
        """Jobs whose POST is in flight in this process."""
        return frozenset(self._sending)

    def wait_for(self, job_id: str, seconds: float) -> None:
        """Wait until this job has been sent and answered, but not longer than this."""
        with self._settled:
            self._settled.wait_for(lambda: self._is_settled(job_id), seconds)

    def is_full(self, job: Job) -> bool:
        """The API has no room for this job's tasks beside those under way."""
        return self.ledger.jobs.tasks_under_way(self.account.id) + job.count > TASKS_AT_ONCE

    def _greet(self) -> None:
        """The first thing after a start: ask for the balance, which also shows at once whether the key works."""
        self._greeted = True
        try:
            self._balance()
        except AuthenticationError as error:
            self._reject(error)

    def step(self) -> float:
        """Send the next job if there is one and room for it; returns the seconds until it makes sense to look again."""
        if not self._greeted:
            self._greet()
        if self.ledger.accounts.standing(self.account.id).rejected:
            return IDLE
        job, pause = self._next()
        if job is None:
            return pause
        post = self._pool.submit(self.send, job)
        self._posts = {other for other in self._posts if not other.done()} | {post}
        # One POST at a time; one that is not answered for long no longer holds up the others.
        wait([post], timeout=SLOW_POST)
        if post.done() and (error := post.exception()):
            log.error("job %s: %s", job.id, error)
        return 0.0

    def send(self, job: Job) -> None:
        """Submit a queued job, once, and write down what came of it."""
        with self._flight(job):
            try:
                before = self._balance(job)
            except AuthenticationError as error:
                self._reject(error)
                return
            moved = self.ledger.jobs.move(
                job.id,
                State.QUEUED,
                State.UNCONFIRMED,
                sent_at=self.clock(),
                balance_before=before,
                not_before=None,
                reason="",
                hint="",
            )
            if not moved:  # cancelled in the meantime
                return
            self._sent += 1
            self._post(job, before, self._sent)

    def _post(self, job: Job, before: float | None, number: int) -> None:
        try:
            accepted = self.api.submit(MODES[job.mode], dict(job.inputs), job=job.id)
        except StudioError as error:
            self._refused(job, error)
        else:
            self._unreached = 0
            self._write_down(job, accepted)
        self._note_cost(job, before, number)

    def _write_down(self, job: Job, accepted: Accepted) -> None:
        """The task ids are worth money: when the ledger is busy, try again before giving up."""
        for attempt in range(5):
            try:
                at = self.clock()
                self.ledger.jobs.accept(job, accepted.batch_id, accepted.task_ids, at, answered_at=at)
                self.on_accepted()
                return
            except LedgerError as error:
                log.error("job %s became %s, not written down yet: %s", job.id, accepted, error)
                threading.Event().wait(timing.backoff(attempt, self.chance))

    def _refused(self, job: Job, error: StudioError) -> None:
        facts = {"reason": error.message, "hint": error.hint, "error_kind": error.kind, "answered_at": self.clock()}
        if isinstance(error, AuthenticationError):
            self._reject(error)
        never_sent = isinstance(error, ConnectionFailed) and not error.may_have_acted
        if never_sent or isinstance(error, _SURELY_NOT_ACCEPTED):
            again = self._pause_after(error)
            self.ledger.jobs.move(job.id, State.UNCONFIRMED, State.QUEUED, **facts, not_before=again, sent_at=None)
        elif error.may_have_acted:
            self.ledger.jobs.change(job.id, **facts)
        else:
            blamed = getattr(error, "field", "")
            self.ledger.jobs.move(job.id, State.UNCONFIRMED, State.REFUSED, **facts, field=blamed)

    def _pause_after(self, error: StudioError) -> datetime:
        """When the account may send again: what the API asked for, else a growing while."""
        seconds = getattr(error, "retry_after", None)
        if seconds is None and isinstance(error, ConnectionFailed):
            self._unreached += 1
            seconds = timing.backoff(self._unreached, self.chance)
        self.paused_until = self.clock() + timedelta(seconds=SLOW_DOWN if seconds is None else seconds)
        return self.paused_until

    def _next(self) -> tuple[Job | None, float]:
        """The job whose turn it is, or the seconds to wait for one."""
        queued = self.ledger.jobs.in_state(self.account.id, State.QUEUED)
        if not queued:
            return None, IDLE
        at = self.clock()
        if self.paused_until and at < self.paused_until:
            return None, (self.paused_until - at).total_seconds()
        ready = [
            job for job in queued if (job.not_before is None or job.not_before <= at) and job.id not in self._sending
        ]
        if not ready:
            return None, min(
                (max((job.not_before - at).total_seconds(), 0.1) for job in queued if job.not_before), default=1.0
            )
        job = self._whose_turn(ready)
        if self.is_full(job):
            return None, ROOM_AGAIN
        return job, 0.0

    def _whose_turn(self, ready: list[Job]) -> Job:
        """In turn between people: whoever's last job left longest ago; each one's own in order."""
        last = self.ledger.jobs.last_sent(self.account.id)
        never = datetime.min.replace(tzinfo=self.clock().tzinfo)
        return min(ready, key=lambda job: (last.get(job.person) or never, job.created_at))

    def _balance(self, job: Job | None = None) -> float | None:
        """The balance now, for what the job costs; unknown is not worth stopping for. Errors: AuthenticationError."""
        try:
            credits = self.api.balance(job=job.id if job else "")
        except AuthenticationError:
            raise
        except StudioError as error:
            log.info("balance not known: %s", error)
            return None
        self.ledger.accounts.set_balance(self.account.id, credits, self.clock())
        return credits

    def _note_cost(self, job: Job, before: float | None, number: int) -> None:
        """Balance after the POST; the difference is the cost if nothing else of this account was sent meanwhile."""
        try:
            after = self._balance(job)
        except AuthenticationError as error:
            self._reject(error)
            return
        if after is None:
            return
        alone = self._sent == number and self._sending == {job.id}
        spent = before - after if alone and before is not None and after <= before else None
        self.ledger.jobs.measured(job.id, after, spent)

    def _reject(self, error: AuthenticationError) -> None:
        self.ledger.accounts.set_rejected(self.account.id, error, self.clock())

    def _is_settled(self, job_id: str) -> bool:
        if job_id in self._sending:
            return False
        job = self.ledger.jobs.get(job_id)
        return job is None or job.state is not State.QUEUED or bool(job.reason)

    @contextmanager
    def _flight(self, job: Job) -> Iterator[None]:
        self._sending.add(job.id)
        try:
            yield
        finally:
            self._sending.discard(job.id)
            with self._settled:
                self._settled.notify_all()
