"""What WeryAI calls us for: noticed at once, looked into afterwards. A call is a hint to ask, and is never believed.

Whoever calls is answered before anything is looked at, so nothing in here can hold up or break the answer. A call that
is lost on the way costs a little time only: every open task is asked about anyway.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from studio.core import ids, redaction
from studio.core.calls import Callback
from studio.core.errors import (
    AuthenticationError,
    ConnectionFailed,
    LedgerError,
    NotFoundError,
    RateLimitError,
    ServerError,
    StudioError,
)
from studio.core.values import Clock, Job, State, now
from studio.engine.backoff import Backoff
from studio.engine.polling import seconds_until
from studio.engine.retries import Retries
from studio.engine.runtime import Runtime
from studio.engine.worker import Worker
from studio.ledger.ledger import Ledger
from studio.webhooks.urls import TEST
from studio.weryai import wire

log = logging.getLogger(__name__)

MOST_WAITING = 1000
IDLE = 60.0
AGAIN = 15.0
RETRY = Backoff.doubling(AGAIN, 900.0, jitter=(0.8, 1.0))
KNOWN_WITHIN = timedelta(minutes=10)  # a task that WeryAI has just ended may not be known everywhere yet
GIVE_UP_AFTER = timedelta(days=7)
NO_KEY = "waiting for its key"
NO_ANSWER = "waiting for WeryAI to answer"


@dataclass
class Inbox:
    """The calls that came. `runtime` finds the runtime of an account, if its key is here.

    The clerk writes down what comes, so that a service that hangs does not keep it in memory; the worker asks.
    """

    ledger: Ledger
    runtime: Callable[[str], Runtime | None]
    clock: Clock = now
    _arrived: deque[Callback] = field(default_factory=deque)
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._call_retries = Retries(RETRY, self.clock)
        self._account_retries = Retries(RETRY, self.clock)  # by account
        self.clerk = Worker("callbacks that come", self._write_down_and_tell)
        self.worker = Worker("callbacks", self.step)

    def start(self) -> None:
        self.clerk.start()
        self.worker.start()

    def stop(self) -> None:
        """End both; who called was thanked, so it is written down."""
        self.clerk.stop()
        self.worker.stop()
        with suppress(LedgerError):
            self._write_down()

    def receive(self, job_id: str, body: bytes) -> None:
        """A call with the right secret came. Returns at once, and never fails: what it says is read afterwards."""
        if len(self._arrived) < MOST_WAITING:
            said = body.decode(errors="replace")
            self._arrived.append(Callback(ids.new("hook"), job_id, self.clock(), body=said))
        else:
            log.warning("too many callbacks at once; the one about %s is left to the tracker", job_id)
        self.clerk.wake()

    def step(self) -> float:
        """Write down what came, then look into it; what cannot be settled yet is looked into again, ever later.

        Returns the seconds until then. Errors: LedgerError, and nothing that came is forgotten.
        """
        self._write_down()
        since = self.clock() - GIVE_UP_AFTER
        waiting = self.ledger.callbacks.waiting(since)
        able = [account for account in waiting if not account or not self._obstacle(self.runtime(account))]
        for call in self.ledger.callbacks.unsettled(since, able, exclude=self._call_retries.waiting):
            self._settle(call)
        return AGAIN if waiting else IDLE

    def _write_down_and_tell(self) -> float:
        self._write_down()
        self.worker.wake()
        return IDLE

    def _write_down(self) -> None:
        with self._writing:
            while self._arrived:
                call = self._arrived[0]
                try:
                    self.ledger.callbacks.record(replace(call, body=redaction.kept(call.body, "")))
                except LedgerError:
                    raise
                except Exception:
                    log.exception("the callback %s about %s cannot be written down", call.id, call.job)
                self._arrived.popleft()

    def _settle(self, call: Callback) -> None:
        job = self.ledger.jobs.get(call.job)
        if job:
            said, is_settled = self._act_on(call, job)
        else:
            said, is_settled = "arrived" if call.job == TEST else "no such job", True
        if is_settled:
            self._call_retries.succeeded(call.id)
        at, account = self.clock() if is_settled else None, job.account if job else ""
        if at or (said, account) != (call.outcome, call.account):
            self.ledger.callbacks.change(call.id, account=account, outcome=said, settled_at=at)

    def _act_on(self, call: Callback, job: Job) -> tuple[str, bool]:
        """What a call led to, in words, and whether that is the end of it."""
        runtime, known = self.runtime(job.account), {task.task_id for task in job.tasks}
        hindrance = self._obstacle(runtime)
        if not runtime or hindrance:
            return hindrance, False
        new = [name for name in wire.named_tasks(call.body) if name not in known][: job.missing]
        if new:
            return self._link_tasks(runtime, call, job, new)
        if job.state is not State.OPEN:
            return "nothing to check", True
        runtime.tracker.ask_now(job.id)
        return "checked right away", True

    def _obstacle(self, runtime: Runtime | None) -> str:
        """Why nothing is asked for an account at the moment, or nothing."""
        if not runtime or self.ledger.accounts.standing(runtime.account.id).rejected:
            return NO_KEY
        slowed = seconds_until(runtime.tracker.paused_until, self.clock())
        return NO_ANSWER if slowed or not self._account_retries.is_due(runtime.account.id) else ""

    def _link_tasks(self, runtime: Runtime, call: Callback, job: Job, names: list[str]) -> tuple[str, bool]:
        if any(runtime.adoption.owner(name, job) for name in names):
            return "named another job's task", True
        try:
            any_new = runtime.adoption.link(job, names)
        except LedgerError:
            raise
        except StudioError as error:
            log.info("a callback about %s is not confirmed: %s", job.id, error)
            self._call_retries.failed(call.id)
            self._back_off(runtime, error)
            unknown = isinstance(error, NotFoundError) and self.clock() - call.at > KNOWN_WITHIN
            return "not confirmed", unknown
        self._account_retries.succeeded(runtime.account.id)
        return ("job recovered" if any_new else "nothing to check"), True

    def _back_off(self, runtime: Runtime, error: StudioError) -> None:
        """Other calls need not learn one by one that the API does not answer for now."""
        if isinstance(error, RateLimitError):
            runtime.tracker.slow_down(error)
        elif isinstance(error, AuthenticationError):  # says little about the key; the balance, if it is refused, all
            with suppress(AuthenticationError):
                runtime.balance.fetch_if_available()
        elif isinstance(error, ConnectionFailed | ServerError):
            self._account_retries.failed(runtime.account.id)
