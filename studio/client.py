"""What a person does with jobs: submit, look, adopt, cancel, repeat. Pages reach API and ledger by this alone."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from studio.core import ids
from studio.core.calls import made_for
from studio.core.errors import DraftError, LedgerError, NotAllowed
from studio.core.people import AdminAction
from studio.core.values import Draft, Inputs, Job, Kind, State
from studio.reader import Reader
from studio.references import References
from studio.weryai import modes, request_body
from studio.weryai.modes import MODES

log = logging.getLogger(__name__)

SHORT_WAIT = 1.0


@dataclass(frozen=True)
class Client(Reader):
    """One person's way in, with one account. Cheap to make; what it does is in the ledger.

    Whoever may not spend changes nothing either.
    """

    @property
    def references(self) -> References:
        """The files that this person's jobs work from."""
        uploader = self.runtime.uploader
        return References(uploader, self.ledger, uploader.archive, self.person, self.clock, self.may_not_spend)

    def submit(self, draft: Draft, submission: str, *, wait: float = SHORT_WAIT) -> Job:
        """Write a job down and let it be sent; the same `submission` again is the same job.

        Returns the job as it is after at most `wait` seconds, so that a refusal can be shown at its field.
        Errors: DraftError for inputs that cannot be sent, or when this person may not spend so much; nothing is kept.
        """
        if self.may_not_spend:
            raise DraftError(self.may_not_spend, field="")
        mode = MODES[draft.mode]
        self._check_pace()
        model = self.runtime.catalogue.model(draft.mode, draft.model)
        body = request_body.body(mode, model, draft.inputs)
        new = self._new_job(mode.key, mode.kind, submission, model=model.key, inputs=body)
        job = self.ledger.jobs.add(new, is_limited=self.is_limited)
        try:
            self.runtime.dispatcher.worker.wake()
            if job.state is State.QUEUED and not job.reason:  # else it is an earlier one
                self.runtime.dispatcher.wait_for(job.id, wait)
            return self.job(job.id) or job
        except LedgerError as error:  # it is written down, and will be sent: nobody is to press again
            log.error("job %s is queued, but could not be looked at: %s", job.id, error)
            return job

    def refresh_balance(self) -> None:
        """Ask for the balance now; an answer also shows that the key works, and wakes what a rejected one had stopped.

        Errors: StudioError when it is not told; a rejected key is written down.
        """
        self._check_person()
        with made_for(self.person):
            self.runtime.balance.fetch()
        self.ledger.accounts.forgive(self.account.id)
        self.runtime.wake()

    def cancel(self, job_id: str) -> bool:
        """Take a queued job back; False when it has left already, or is not this account's."""
        at = self.clock()
        is_done = self._owns(job_id) and self.ledger.jobs.move(job_id, State.QUEUED, State.CANCELLED, finished_at=at)
        return is_done and self._noted("cancelled", job_id)

    def cancel_queued(self) -> int:
        """Take back every queued job of this person that has not left yet; returns how many."""
        return sum(self.cancel(job.id) for job in self.queued())

    def dismiss(self, job_id: str) -> None:
        """A person has looked: the unconfirmed job is none of ours."""
        may = self._owns(job_id) and not self.is_sending(job_id)
        if may and self.ledger.jobs.move(job_id, State.UNCONFIRMED, State.DISMISSED, finished_at=self.clock()):
            self._noted("dismissed", job_id)

    def hide(self, job_id: str) -> None:
        """Take the card of an open job off the page until it ends; it is followed all the same."""
        if self._owns(job_id):
            self.ledger.jobs.change(job_id, hidden_at=self.clock())

    def costs_nothing(self, job: Job) -> bool:
        """It was made in the sandbox. One that is shown from elsewhere was not, whatever one works with."""
        return self.account.is_sandbox and job.account == self.account.id

    def unshare(self, job_id: str) -> None:
        """Take back the addresses by which others see it."""
        if self._owns(job_id):
            self.ledger.jobs.change(job_id, unshared_at=self.clock())

    def ask_now(self, job_id: str) -> None:
        if self._owns(job_id):
            self.runtime.tracker.ask_now(job_id)

    def fetch_again(self, job: Job) -> None:
        if self._owns(job.id):
            self.runtime.saver.try_again(job)

    def send_again(self, job: Job, submission: str) -> Job:
        """The same inputs as a new job. It may be charged a second time, as the page said. Errors: NotAllowed."""
        if not self._owns(job.id):
            raise NotAllowed("This job was made with another key.", hint="Enter that key again.")
        return self.submit(Draft(job.mode, job.model, job.inputs), submission)

    def link_tasks(self, job: Job, task_ids: str) -> None:
        """Give a job the tasks that WeryAI made of it, by their ids with spaces or commas between.

        Errors: DraftError when a task cannot be its own; StudioError when WeryAI does not know it.
        """
        names = self.runtime.adoption.unowned(task_ids, most=job.count, by=job)
        if self._owns(job.id) and not self.is_sending(job.id):
            self.runtime.adoption.bring(job, names)
            self._noted("linked tasks to", job.id)

    def adopt(self, task_id: str, submission: str) -> Job:
        """Make a job of a task that nobody here knows, and follow it. Errors: as `bring_home`."""
        self._check_person()
        (name,) = self.runtime.adoption.unowned(task_id, most=1)
        with made_for(self.person):
            report = self.runtime.api.task(name)
        kind = report.results[0].kind if report.results else Kind.IMAGE  # corrected when there is a result
        at = self.clock()
        job = self._new_job(
            f"text_to_{kind}", kind, submission, prompt=f"Imported task {name}", state=State.UNCONFIRMED
        )
        job = self.ledger.jobs.add(replace(job, sent_at=at))
        if not self.ledger.jobs.accept(job, "", [name], at, answered_at=at):
            self.dismiss(job.id)
        self.ask_now(job.id)
        return job

    def _check_pace(self) -> None:
        """Errors: DraftError: many jobs in a minute are a script's, or a key that is stuck."""
        if not self.most_a_minute:
            return
        since = self.clock() - timedelta(minutes=1)
        if self.ledger.jobs.made_since(self.account.id, self.person, since) >= self.most_a_minute:
            raise DraftError(
                f"The limit is {self.most_a_minute} jobs a minute. Wait a moment, then try again.", field=""
            )

    def _check_person(self) -> None:
        """Errors: NotAllowed."""
        if self.may_not_spend:
            raise NotAllowed(self.may_not_spend, hint="")

    def _owns(self, job_id: str) -> bool:
        """The job is of this account. Errors: NotAllowed when it is not this person's to change."""
        self._check_person()
        job = self.job(job_id)
        if job and not self.may_change(job):
            raise NotAllowed("This job belongs to someone else.", hint="Only its owner or an admin can do that.")
        return job is not None

    def admin_action(self, verb: str, job: str = "", whose: str = "", files: int = 0) -> AdminAction:
        """Something that this admin does now, to be written down."""
        return AdminAction(ids.new("deed"), self.clock(), self.person, self.account.id, verb, job, whose, files)

    def _noted(self, verb: str, job_id: str) -> bool:
        """What an admin did with somebody else's job is written down; always true."""
        job = self.job(job_id)
        if self.is_admin and job and job.person not in ("", self.person):
            self.ledger.spending.write(self.admin_action(verb, job.id, job.person))
        return True

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
            id=ids.new("job"),
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
