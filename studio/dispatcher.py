"""Queued → POST once → task ids. The only thing that submits; one per account.

A job is written down as unconfirmed before its POST leaves. It goes back to the queue only when it surely was not
accepted; whatever is not a clear answer leaves it unconfirmed, for a person to decide.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from studio.account import Account
from studio.answers import Answers
from studio.errors import AuthenticationError, ConnectionFailed, LedgerError, NoRoomError, RateLimitError, StudioError
from studio.ledger.ledger import Ledger
from studio.purse import Purse
from studio.room import Room
from studio.timing import seconds_until
from studio.values import Clock, Job, State, now
from studio.weryai.client import WeryAI
from studio.weryai.modes import MODES
from studio.weryai.wire import Accepted
from studio.worker import Worker

log = logging.getLogger(__name__)

POSTS_AT_ONCE = 8
SLOW_POST = 10.0
IDLE = 30.0
ROOM_AGAIN = 2.0
SLOW_DOWN = (20.0, 40.0, 80.0, 160.0, 300.0)  # seconds, by how often in a row the API asked for it
UNREACHED = (4.0, 8.0, 16.0, 32.0, 60.0)
STOPPED = "The studio was stopped before the answer came."
TAKEN = "WeryAI accepted this as a task that another job here has."
TRY_KEY_AGAIN = timedelta(minutes=10)
# What an earlier POST of a job left: it would be taken for the end of the one that leaves now.
AFRESH = dict.fromkeys(("reason", "hint", "error_kind", "field"), "") | dict.fromkeys(
    ("not_before", "answered_at", "balance_after", "measured_at")
)


@dataclass
class Dispatcher:
    account: Account
    api: WeryAI
    ledger: Ledger
    on_accepted: Callable[[], None]
    webhook: Callable[[str, Account], str] = lambda _job, _account: ""  # what a submission tells the API to call
    clock: Clock = now
    is_overdue: Callable[[Job], bool] = lambda _job: False
    chance: Random = field(default_factory=Random)
    paused_until: datetime | None = None
    _refusals: int = 0
    _sent: int = 0
    _greeted: bool = False
    _sending: set[str] = field(default_factory=set)
    _answers: Answers = field(default_factory=Answers)
    _settled: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._purse = Purse(self.account, self.api, self.ledger, self.clock)
        self._room = Room(self.account, self.ledger, self.is_overdue, self.clock)
        self._pool = ThreadPoolExecutor(POSTS_AT_ONCE, thread_name_prefix="submit")
        self._posts: set[Future[None]] = set()
        self.worker = Worker(f"dispatcher {self.account.label}", self.step)

    def stop(self) -> None:
        self.worker.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)
        with suppress(LedgerError):
            self._answers.write()

    @property
    def sending(self) -> frozenset[str]:
        """Jobs whose POST is in flight in this process, or whose answer the ledger does not have yet."""
        return self._answers.ids | self._sending

    def wait_for(self, job_id: str, seconds: float) -> None:
        """Wait until this job has been sent and answered, but not longer than this."""
        with self._settled:
            self._settled.wait_for(lambda: self._is_settled(job_id), seconds)

    def is_full(self, job: Job) -> bool:
        """The API has no room for this job's tasks beside those under way."""
        return self._room.is_full(job)

    def step(self) -> float:
        """Send the next job if there is one and room for it; returns the seconds until looking again makes sense.

        Errors: LedgerError, and then nothing more is sent until the ledger works.
        """
        self._answers.write()
        if not self._may_send():
            return IDLE
        job, pause = self._next()
        if job is None:
            return pause
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
            alone, before = self._sending == {job.id}, self._purse.look(job)
            left = {**AFRESH, "sent_at": self.clock(), "balance_before": before}
            if not self.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED, **left):
                return  # cancelled in the meantime
            self._sent += 1
            number = self._sent
            self._post(job)
            self._purse.measure(job, before, alone=alone and self._sent == number and self._sending == {job.id})

    def _post(self, job: Job) -> None:
        try:
            accepted = self.api.submit(MODES[job.mode], self._body(job), job=job.id)
        except StudioError as error:
            self._answers.keep(job.id, self._refused(job, error))
        except Exception:
            self.ledger.jobs.change(job.id, reason="The studio failed while it was sending this.")
            raise
        else:
            self._refusals, self.paused_until = 0, None
            self._answers.keep(job.id, partial(self._accepted, job, accepted))

    def _body(self, job: Job) -> dict[str, Any]:
        address = self.webhook(job.id, self.account)
        return {**job.inputs, **({"webhook_url": address} if address else {})}

    def _accepted(self, job: Job, accepted: Accepted) -> None:
        at = self.clock()
        if not self.ledger.jobs.accept(job, accepted.batch_id, accepted.task_ids, at, answered_at=at):
            log.info("job %s was told nothing new by %s", job.id, accepted)
            self._say_that_it_is_taken(job)
        self.on_accepted()

    def _say_that_it_is_taken(self, job: Job) -> None:
        """A callback was quicker, and then it is open; or a person gave its task to another job that was sent."""
        found = self.ledger.jobs.get(job.id)
        if found and found.state is State.UNCONFIRMED and not found.tasks:
            self.ledger.jobs.change(job.id, reason=TAKEN, answered_at=self.clock())

    def _refused(self, job: Job, error: StudioError) -> Callable[[], None]:
        """What is to be written down of an answer that is no yes."""
        code = getattr(error, "code", None)
        reason = f"{error.message.rstrip('.')} ({code})" if code else error.message
        facts = {"reason": reason, "hint": error.hint, "error_kind": error.kind, "answered_at": self.clock()}
        move = partial(self._move_on, job.id)
        if self._goes_back(error):
            return partial(move, State.QUEUED, **facts, not_before=self._pause_after(error), sent_at=None)
        if error.may_have_acted:
            return partial(self.ledger.jobs.change, job.id, **facts)
        return partial(move, State.REFUSED, **facts, field=getattr(error, "field", ""))

    def _move_on(self, job_id: str, end: State, **facts: Any) -> None:
        self.ledger.jobs.move(job_id, State.UNCONFIRMED, end, **facts)

    def _goes_back(self, error: StudioError) -> bool:
        """It surely was not accepted, and may be later."""
        if isinstance(error, AuthenticationError):
            return self._credits() is None  # a key that is told them works: it is this job alone that it may not send
        never_sent = isinstance(error, ConnectionFailed) and not error.may_have_acted
        return never_sent or isinstance(error, RateLimitError | NoRoomError)

    def _credits(self) -> float | None:
        """What the account holds; nothing when that is not told, as under a rejected key, written down or not."""
        with suppress(AuthenticationError, LedgerError):
            return self._purse.look()
        return None

    def _pause_after(self, error: StudioError) -> datetime:
        """When the account may send again: what the API asked for, else a growing while."""
        steps = UNREACHED if isinstance(error, ConnectionFailed) else SLOW_DOWN
        usual = steps[min(self._refusals, len(steps) - 1)] * self.chance.uniform(0.9, 1.0)
        self._refusals += 1
        asked = getattr(error, "retry_after", None) or usual
        self.paused_until = self.clock() + timedelta(seconds=max(asked, 1.0))
        return self.paused_until

    def _may_send(self) -> bool:
        """The key is not rejected; a rejected one is tried on the balance now and then, which costs nothing."""
        standing = self.ledger.accounts.standing(self.account.id)
        tried = standing.rejected_at or self.clock()
        if self._greeted and not (standing.rejected and abs(self.clock() - tried) > TRY_KEY_AGAIN):
            return not standing.rejected
        credits = self._credits()
        if not self._greeted:
            self._take_stock(credits)
        self._greeted = True
        if credits is not None and standing.rejected:
            self.ledger.accounts.forgive(self.account.id)
            self.on_accepted()
        return not self.ledger.accounts.standing(self.account.id).rejected

    def _take_stock(self, balance: float | None) -> None:
        """Jobs that were being sent when the studio was stopped: nobody will hear their answer any more."""
        at = self.clock()
        facts = {"reason": STOPPED, "hint": ConnectionFailed.unclear_hint, "answered_at": at}
        if balance is not None:
            facts |= {"balance_after": balance, "measured_at": at}
        for job in self.ledger.jobs.in_state(self.account.id, State.UNCONFIRMED):
            if not job.answered_at and job.id not in self.sending:
                self.ledger.jobs.change(job.id, **facts)

    def _next(self) -> tuple[Job | None, float]:
        """The job whose turn it is, or the seconds to wait for one."""
        queued = [
            job for job in self.ledger.jobs.in_state(self.account.id, State.QUEUED) if job.id not in self._sending
        ]
        at = self.clock()
        if not queued:
            return None, IDLE
        if pause := seconds_until(self.paused_until, at):
            return None, pause
        ready = [job for job in queued if not seconds_until(job.not_before, at)]
        if not ready:
            return None, min(seconds_until(job.not_before, at) for job in queued)
        job = self._whose_turn(ready)
        return (None, ROOM_AGAIN) if self.is_full(job) or len(self._posts) >= POSTS_AT_ONCE else (job, 0.0)

    def _whose_turn(self, ready: list[Job]) -> Job:
        """In turn between people: whoever's last job left longest ago; each one's own in order."""
        last = self.ledger.jobs.last_sent(self.account.id)
        never = datetime.min.replace(tzinfo=self.clock().tzinfo)
        return min(ready, key=lambda job: (last.get(job.person) or never, job.created_at, job.id))

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
