"""The jobs of an account, for one person: submit, list, cancel, repeat."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from studio.client_parts.context import ClientContext
from studio.client_parts.new_job import job_of_draft
from studio.client_parts.queue import Queue
from studio.client_parts.spending import Spending
from studio.core import job_states
from studio.core.errors import DraftError, LedgerError, NotAllowed
from studio.core.evidence import Evidence
from studio.core.reference import Given
from studio.core.values import Draft, Job, Kind, State
from studio.ledger.jobs import JobLedger
from studio.weryai import modes

log = logging.getLogger(__name__)

SHORT_WAIT = 1.0


@dataclass(frozen=True)
class Jobs:
    """Every change requires the permission to spend."""

    context: ClientContext

    def get(self, job_id: str) -> Job | None:
        """Return a job of this account; None if there is none with this id."""
        job = self._ledger.get(job_id)
        return job if job and job.account == self._account else None

    def recent(self, kind: Kind, limit: int, *, since: datetime | None = None) -> list[Job]:
        """Return the newest jobs of this kind since a moment, newest first."""
        return self._ledger.recent(self._account, kind, limit, since, self.context.listed)

    def queued(self) -> list[Job]:
        """Return this person's jobs that were not sent yet and can be cancelled, oldest first."""
        waiting = self._ledger.in_state(self._account, State.QUEUED)
        return [job for job in waiting if job.person == self.context.person and self.may_change(job)]

    def busy(self) -> int:
        """Return the number of queued or open jobs."""
        return self._ledger.busy(self._account)

    def ended_since(self, moment: datetime) -> list[Job]:
        """Return this person's jobs that were finished or refused after a moment, oldest first."""
        return self._ledger.ended_since(self._account, self.context.person, moment)

    def is_listed(self, job: Job) -> bool:
        """Whether lists show the job: not if removed or deleted, nor while it is hidden, which lasts until it ends."""
        is_hidden = job.hidden_at and not (job.finished_at and job.finished_at > job.hidden_at)
        is_theirs = job.account == self._account and self.context.listed in ("", job.person)
        return is_theirs and not job.removed_at and not job.deleted_at and not is_hidden

    def may_change(self, job: Job) -> bool:
        """Whether this person may change the job: their own, one without an owner, and as an admin any job."""
        return self.context.may_change_of(job.person)

    def references_of(self, found: Iterable[Job]) -> dict[str, Given]:
        """Return the uploaded references of these jobs, by their URLs at WeryAI, without links that people typed."""
        urls = {url for job in found for _, url in modes.media_of(job.mode, job.inputs)}
        return self.context.ledger.references.by_url(self._account, self.context.person, urls)

    def word(self, job: Job) -> str:
        """Return the word for the job's state that a card shows."""
        return job_states.word(job, sending=self._is_sending(job.id))

    def evidence(self, job: Job) -> Evidence:
        """Return the balance before and after a job without a clear answer, and what else may have changed it."""
        if not job.sent_at or not job.measured_at:
            return Evidence(job.balance_before, job.balance_after)
        span, ledger = (job, job.sent_at, job.measured_at), self.context.ledger.evidence
        sent, refunds = tuple(ledger.sent_between(*span)), tuple(ledger.refunds_between(*span))
        # A POST that ended in an error has a kind; without one, the balance was read after a restart.
        return Evidence(job.balance_before, job.balance_after, sent, refunds, is_late=not job.error_kind)

    def submit(self, draft: Draft, submission: str, *, wait: float = SHORT_WAIT) -> Job:
        """Record a job and let it be sent; the same `submission` again returns the same job.

        Returns the job after at most `wait` seconds, so that the form can show a refusal at its field. Errors:
        DraftError for inputs that cannot be sent, or when this person may not spend so much; nothing is recorded then.
        """
        if self.context.may_not_spend:
            raise DraftError(self.context.may_not_spend, field="")
        spending = Spending(self.context)
        spending.check_rate()
        new = job_of_draft(self.context, draft, submission)
        return self._send(self._ledger.add(new, is_limited=spending.is_limited), wait)

    def send_again(self, job: Job, submission: str) -> Job:
        """Submit the same inputs as a new job, which may be charged a second time. Errors: NotAllowed."""
        if not self.get_for_change(job.id):
            raise NotAllowed("This job was made with another key.", hint="Enter that key again.")
        return self.submit(job.draft, submission)

    def cancel(self, job_id: str) -> bool:
        """Cancel a queued job; False when it was already sent, or is not this account's."""
        job = self.get_for_change(job_id)
        return job is not None and self._end(job, State.QUEUED, State.CANCELLED)

    def cancel_queued(self) -> int:
        """Cancel every queued job of this person that was not sent yet; return how many."""
        return sum(self.cancel(job.id) for job in self.queued())

    def dismiss(self, job_id: str) -> None:
        """Close an unconfirmed job: a person has checked that it has no task at WeryAI."""
        job = self.get_for_change(job_id)
        if job and not self._is_sending(job_id):
            self._end(job, State.UNCONFIRMED, State.DISMISSED)

    def hide(self, job_id: str) -> None:
        """Hide the card of an open job until the job ends; the studio still follows it."""
        if self.get_for_change(job_id):
            self._ledger.change(job_id, hidden_at=self.context.clock())

    def delete(self, job_id: str) -> bool:
        """Delete the card of a job that has ended, and its results; whether it was. Its history and cost stay.

        Whoever may change the job can restore it for `UNDO_DAYS`. Errors: NotAllowed.
        """
        job, at = self.get_for_change(job_id), self.context.clock()
        is_deleted = job is not None and self.context.ledger.gallery.deleted.delete_job(job, self.context.person, at)
        if job and is_deleted:
            self.context.record_admin_action("deleted", job)
        return is_deleted

    def restore(self, job_id: str) -> bool:
        """Undo `delete`, with the results that it deleted; False when it is too late. Errors: NotAllowed."""
        job, since = self.get_for_change(job_id), self.context.undo_since
        is_restored = job is not None and self.context.ledger.gallery.deleted.restore_job(job, since)
        if job and is_restored:
            self.context.record_admin_action("restored", job)
        return is_restored

    def unshare(self, job_id: str) -> None:
        """Revoke the links by which others see the job."""
        if self.get_for_change(job_id):
            self._ledger.change(job_id, unshared_at=self.context.clock())

    def ask_now(self, job_id: str) -> None:
        """Ask for the status of an open job now."""
        if self.get_for_change(job_id):
            self.context.runtime.tracker.ask_now(job_id)

    def fetch_again(self, job: Job) -> None:
        """Fetch the unsaved files of a job now, with new links."""
        if self.get_for_change(job.id):
            self.context.runtime.saver.try_again(job)

    def get_for_change(self, job_id: str) -> Job | None:
        """Return the job for a change by this person; None when it is not of this account.

        Errors: NotAllowed when this person may not change it.
        """
        self.context.check_may_spend()
        job = self.get(job_id)
        if job and not self.may_change(job):
            raise NotAllowed("This job belongs to someone else.", hint="Only its owner or an admin can do that.")
        return job

    @property
    def _account(self) -> str:
        return self.context.account.id

    @property
    def _ledger(self) -> JobLedger:
        return self.context.ledger.jobs

    def _is_sending(self, job_id: str) -> bool:
        return Queue(self.context).is_sending(job_id)

    def _send(self, job: Job, wait: float) -> Job:
        """Let a recorded job be sent; return it after at most `wait` seconds."""
        dispatcher = self.context.runtime.dispatcher
        try:
            dispatcher.worker.wake()
            if job.state is State.QUEUED and not job.reason:  # else the submission was made before
                dispatcher.wait_for(job.id, wait)
            return self.get(job.id) or job
        except LedgerError as error:  # the job is recorded and will be sent, so the user must not submit it again
            log.error("job %s is queued, but could not be looked at: %s", job.id, error)
            return job

    def _end(self, job: Job, state: State, end: State) -> bool:
        """Move a job to a final state; False when it is no longer in the given state."""
        is_ended = self._ledger.move(job.id, state, end, finished_at=self.context.clock())
        if is_ended:
            self.context.record_admin_action(str(end), job)
        return is_ended
