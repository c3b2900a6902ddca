"""What a person does with jobs: submit, look, adopt, cancel, repeat. Pages reach API and ledger by this alone."""

import logging
import secrets
import time
from dataclasses import dataclass, replace
from datetime import datetime

from studio import states, timing
from studio.account import Account, Standing
from studio.calls import Call, Callback
from studio.errors import DraftError, LedgerError
from studio.evidence import Evidence
from studio.ledger.doubts import UNCLEAR_COUNTS
from studio.ledger.ledger import Ledger
from studio.purse import Purse
from studio.references import References
from studio.running import Running
from studio.values import Clock, Draft, Inputs, Job, Kind, State, now
from studio.weryai import drafts, modes
from studio.weryai.catalogue import Origin
from studio.weryai.fields import Model
from studio.weryai.modes import MODES

log = logging.getLogger(__name__)

SHORT_WAIT = 1.0
CALLS_A_PAGE = 10


@dataclass(frozen=True)
class Client:
    """One person's way in, with one account. Cheap to make; what it does is in the ledger."""

    running: Running
    ledger: Ledger
    person: str = ""
    may_not_spend: str = ""
    clock: Clock = now

    @property
    def account(self) -> Account:
        return self.running.account

    def models(self, mode: str) -> tuple[Model, ...]:
        return self.running.catalogue.models(mode)

    def model(self, mode: str, key: str) -> Model:
        return self.running.catalogue.model(mode, key)

    def origin(self, mode: str) -> Origin:
        """Where the list of models is from."""
        return self.running.catalogue.origin(mode)

    @property
    def references(self) -> References:
        """The files that this person's jobs work from."""
        uploader = self.running.uploader
        return References(uploader, self.ledger, uploader.archive, self.person, self.clock, self.may_not_spend)

    def submit(self, draft: Draft, submission: str, *, wait: float = SHORT_WAIT) -> Job:
        """Write a job down and let it be sent; the same `submission` again is the same job.

        Returns the job as it is after at most `wait` seconds, so that a refusal can be shown at its field.
        Errors: DraftError for inputs that cannot be sent, or when this person may not spend; nothing is written down.
        """
        if self.may_not_spend:
            raise DraftError(self.may_not_spend, field="")
        mode = MODES[draft.mode]
        model = self.running.catalogue.model(draft.mode, draft.model)
        body = drafts.body(mode, model, draft.inputs)
        job = self.ledger.jobs.add(self._new_job(mode.key, mode.kind, submission, model=model.key, inputs=body))
        try:
            self.running.dispatcher.worker.wake()
            self.running.dispatcher.wait_for(job.id, wait)
            return self.job(job.id) or job
        except LedgerError as error:  # it is written down, and will be sent: nobody is to press again
            log.error("job %s is queued, but could not be looked at: %s", job.id, error)
            return job

    def job(self, job_id: str) -> Job | None:
        job = self.ledger.jobs.get(job_id)
        return job if job and job.account == self.account.id else None

    def recent(self, kind: Kind, limit: int, *, since: datetime | None = None) -> list[Job]:
        """The newest jobs of this kind, newest first, from a moment on."""
        return self.ledger.jobs.recent(self.account.id, kind, limit, since)

    def busy(self) -> int:
        """How many jobs are queued or open."""
        return self.ledger.jobs.busy(self.account.id)

    def is_sending(self, job_id: str) -> bool:
        """Its POST is in flight: what comes of it is not known yet."""
        return job_id in self.running.dispatcher.sending

    def is_moving(self, busy: int | None = None) -> bool:
        """Something here can change by itself: a job, or the saving of a file. `busy` when it is known already."""
        if self.running.dispatcher.sending or (self.busy() if busy is None else busy):
            return True
        waiting = self.ledger.jobs.unsaved(self.account.id)
        return any(output.try_at or not output.attempts for _, output in waiting) or self._may_come_home()

    def is_called(self) -> bool:
        """WeryAI was given an address to call when a task ends."""
        return bool(self.running.dispatcher.webhook("", self.account))

    def _may_come_home(self) -> bool:
        """A job was sent of late whose answer was lost, and a call may tell its task."""
        since = self.clock() - UNCLEAR_COUNTS
        return self.is_called() and bool(self.ledger.jobs.unclear(self.account.id, since))

    def ended_since(self, moment: datetime) -> list[Job]:
        """Jobs that were finished or refused after a moment, oldest first."""
        return self.ledger.jobs.ended_since(self.account.id, moment)

    def word(self, job: Job) -> str:
        """The word that a card shows for this job."""
        return states.word(job, sending=self.is_sending(job.id))

    def expected(self, job: Job) -> timing.Usual:
        """How long this job's model usually takes, from a short history already."""
        return self.running.tracker.expected(job, timing.ENOUGH_TO_SHOW)

    def is_overdue(self, job: Job) -> bool:
        """An open task takes far longer than usual. A mark, never a reason to call it failed."""
        return self.running.tracker.is_overdue(job)

    def ahead_of(self, job: Job) -> int:
        """How many queued jobs of the account were there before this one."""
        return self.ledger.jobs.queued_before(job)

    def is_full(self, job: Job) -> bool:
        """The API has no room for this job at the moment."""
        return self.running.dispatcher.is_full(job)

    def sends_again_in(self) -> float:
        """The seconds until the next submission after one that could not be taken; 0 when nothing holds it up."""
        return timing.seconds_until(self.running.dispatcher.paused_until, self.clock())

    def usual_cost(self, mode: str, model: str) -> tuple[float, float] | None:
        """The lowest and highest credits per task that this model took of late, if known."""
        costs = self.running.tracker.habits.credits(mode, model)
        return (min(costs), max(costs)) if costs else None

    def standing(self) -> Standing:
        return self.ledger.accounts.standing(self.account.id)

    def refresh_balance(self) -> None:
        """Ask for the balance now; an answer also shows that the key works, and wakes what a rejected one had stopped.

        Errors: StudioError when it is not told; a rejected key is written down.
        """
        Purse(self.account, self.running.api, self.ledger, self.clock).ask()
        self.ledger.accounts.forgive(self.account.id)
        self.running.wake()

    def cancel(self, job_id: str) -> bool:
        """Take a queued job back; False when it has left already, or is not this account's."""
        return self._owns(job_id) and self.ledger.jobs.move(
            job_id, State.QUEUED, State.CANCELLED, finished_at=self.clock()
        )

    def dismiss(self, job_id: str) -> None:
        """A person has looked: the unconfirmed job is none of ours."""
        if self._owns(job_id) and not self.is_sending(job_id):
            self.ledger.jobs.move(job_id, State.UNCONFIRMED, State.DISMISSED, finished_at=self.clock())

    def hide(self, job_id: str) -> None:
        """Take the card of an open job off the page until it ends; it is followed all the same."""
        if self._owns(job_id):
            self.ledger.jobs.change(job_id, hidden_at=self.clock())

    def ask_now(self, job_id: str) -> None:
        if self._owns(job_id):
            self.running.tracker.ask_now(job_id)

    def fetch_again(self, job: Job) -> None:
        if self._owns(job.id):
            self.running.saver.try_again(job)

    def send_again(self, job: Job, submission: str) -> Job:
        """The same inputs as a new job. It may be charged a second time, and the page has said so."""
        return self.submit(Draft(job.mode, job.model, job.inputs), submission)

    def bring_home(self, job: Job, task_ids: str) -> None:
        """Give a job the tasks that WeryAI made of it, by their ids with spaces or commas between.

        Errors: DraftError when a task cannot be its own; StudioError when WeryAI does not know it.
        """
        names = self.running.homecoming.unowned(task_ids, most=job.count, by=job)
        if self._owns(job.id) and not self.is_sending(job.id):
            self.running.homecoming.bring(job, names)

    def adopt(self, task_id: str, submission: str) -> Job:
        """Make a job of a task that nobody here knows, and follow it. Errors: as `bring_home`."""
        (name,) = self.running.homecoming.unowned(task_id, most=1)
        report = self.running.api.task(name)
        kind = (
            report.results[0].kind if report.results else Kind.IMAGE
        )  # the tracker corrects it when there is a result
        at = self.clock()
        job = self._new_job(f"text_to_{kind}", kind, submission, prompt=f"Adopted task {name}", state=State.UNCONFIRMED)
        job = self.ledger.jobs.add(replace(job, sent_at=at))
        if not self.ledger.jobs.accept(job, "", [name], at, answered_at=at):
            self.dismiss(job.id)
        self.ask_now(job.id)
        return job

    def calls(self, search: str, number: int) -> list[Call]:
        """One page of the call history, newest first; `search` is an exact id."""
        return self.ledger.calls.page(self.account.id, search.strip(), number=number, size=CALLS_A_PAGE)

    def count_calls(self, search: str) -> int:
        return self.ledger.calls.count(self.account.id, search.strip())

    def evidence(self, job: Job) -> Evidence:
        """What the balance did while a job was sent that got no clear answer, and what else may have moved it."""
        if not job.sent_at or not job.measured_at:
            return Evidence(job.balance_before, job.balance_after)
        span = (job, job.sent_at, job.measured_at)
        sent, refunds = self.ledger.doubts.sent_between(*span), self.ledger.doubts.refunds_between(*span)
        # What ended a POST that was heard to its end has a kind; without one the balance was told after a restart.
        return Evidence(job.balance_before, job.balance_after, tuple(sent), tuple(refunds), is_late=not job.error_kind)

    def last_callback(self) -> Callback | None:
        """The last time that WeryAI called about a job of this account, or somebody tried whether a call arrives."""
        return self.ledger.callbacks.newest(self.account.id)

    def call(self, call_id: str) -> Call | None:
        return self.ledger.calls.get(self.account.id, call_id)

    def _owns(self, job_id: str) -> bool:
        return self.job(job_id) is not None

    def _new_job(
        self,
        mode: str,
        kind: Kind,
        submission: str,
        *,
        model: str = "",
        prompt: str = "",
        inputs: Inputs | None = None,
        state: State = State.QUEUED,
    ) -> Job:
        body = inputs or {}
        return Job(
            id=_new_id(),
            submission=submission,
            account=self.account.id,
            person=self.person,
            mode=mode,
            kind=kind,
            model=model,
            prompt=prompt or str(body.get("prompt", "")),
            inputs=body,
            count=modes.count(MODES[mode], body),
            state=state,
            created_at=self.clock(),
        )


def _new_id() -> str:
    """A job id that sorts by time."""
    return f"job_{time.time_ns() // 1_000_000:011x}{secrets.token_hex(4)}"
