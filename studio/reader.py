"""What a person sees of jobs and calls: the ledger's, and what those that work at them know."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from studio.core import job_states
from studio.core.account import Account, Standing
from studio.core.calls import Call, Callback
from studio.core.errors import StudioError
from studio.core.evidence import Evidence
from studio.core.reference import Given
from studio.core.spending_limits import Usage
from studio.core.values import Clock, Job, Kind, State, now
from studio.engine import polling, tracker
from studio.engine.runtime import Runtime
from studio.ledger.evidence import UNCLEAR_COUNTS
from studio.ledger.ledger import Ledger
from studio.weryai import modes
from studio.weryai.catalogue import Origin
from studio.weryai.fields import Model


@dataclass(frozen=True)
class Reader:
    """One person's look at one account. `only_mine` is about lists: they then show what this person made."""

    runtime: Runtime
    ledger: Ledger
    person: str = ""
    may_not_spend: str = ""
    clock: Clock = now
    is_admin: bool = False
    only_mine: bool = False
    most_a_minute: int = 0  # submissions of one person; 0 is as many as they like

    @property
    def account(self) -> Account:
        return self.runtime.account

    @property
    def models_version(self) -> int:
        """Another number when what is known of the models has changed."""
        return self.runtime.catalogue.version

    def models(self, mode: str) -> tuple[Model, ...]:
        return self.runtime.catalogue.models(mode)

    def model(self, mode: str, key: str) -> Model:
        return self.runtime.catalogue.model(mode, key)

    def model_titles(self) -> dict[str, str]:
        """What each model of any mode is called, by its key."""
        return self.runtime.catalogue.titles()

    def origin(self, mode: str) -> Origin:
        """Where the list of models is from."""
        return self.runtime.catalogue.origin(mode)

    def job(self, job_id: str) -> Job | None:
        job = self.ledger.jobs.get(job_id)
        return job if job and job.account == self.account.id else None

    def recent(self, kind: Kind, limit: int, *, since: datetime | None = None) -> list[Job]:
        """The newest jobs of this kind, newest first, from a moment on."""
        return self.ledger.jobs.recent(self.account.id, kind, limit, since, self.listed)

    @property
    def listed(self) -> str:
        """The person whose jobs and calls are in lists; nobody stands for everybody."""
        return self.person if self.only_mine else ""

    def lists(self, job: Job) -> bool:
        """It belongs into lists: what is removed does not, nor what is hidden, until it ends."""
        is_hidden = job.hidden_at and not (job.finished_at and job.finished_at > job.hidden_at)
        is_theirs = job.account == self.account.id and self.listed in ("", job.person)
        return is_theirs and not job.removed_at and not is_hidden

    def given_to(self, found: Iterable[Job]) -> dict[str, Given]:
        """The files here that jobs were given, by their addresses at WeryAI; a web address of a person's is none."""
        urls = {url for job in found for _, url in modes.media_of(job.mode, job.inputs)}
        return self.ledger.references.at(self.account.id, self.person, urls)

    def label(self, person: str) -> str:
        """How others know this person; empty for nobody."""
        known = self.ledger.people.by_id().get(person)
        return known.label if known else ""

    def may_change(self, job: Job) -> bool:
        """It is theirs to cancel, dismiss, look after: their own, nobody's, and for an admin everybody's."""
        is_theirs = self.is_admin or not self.person or job.person in ("", self.person)
        return is_theirs and not self.may_not_spend

    def busy(self) -> int:
        """How many jobs are queued or open."""
        return self.ledger.jobs.busy(self.account.id)

    def is_sending(self, job_id: str) -> bool:
        """Its POST is in flight: what comes of it is not known yet."""
        return job_id in self.runtime.dispatcher.sending

    def is_moving(self, busy: int | None = None) -> bool:
        """Something here can change by itself: a job, a file, a preview. `busy` when it is known already."""
        if self.runtime.dispatcher.sending or (self.busy() if busy is None else busy):
            return True
        if self.runtime.saver.previews.is_at_work:
            return True
        waiting = self.ledger.jobs.unsaved(self.account.id)
        return any(output.try_at or not output.attempts for _, output in waiting) or self._may_come_home()

    def is_catching_up(self, busy: int | None = None) -> bool:
        """The studio was started anew, and learns what became of many jobs meanwhile."""
        return self.runtime.tracker.is_catching_up and (self.busy() if busy is None else busy) > tracker.MANY

    def is_called(self) -> bool:
        """WeryAI was given an address to call when a task ends."""
        return bool(self.runtime.dispatcher.webhook("", self.account))

    def _may_come_home(self) -> bool:
        """A job was sent of late whose answer was lost, and a call may tell its task."""
        since = self.clock() - UNCLEAR_COUNTS
        return self.is_called() and bool(self.ledger.jobs.unclear(self.account.id, since))

    def ended_since(self, moment: datetime) -> list[Job]:
        """This person's jobs that were finished or refused after a moment, oldest first."""
        ended = self.ledger.jobs.ended_since(self.account.id, moment)
        return [job for job in ended if job.person == self.person]

    def word(self, job: Job) -> str:
        """The word that a card shows for this job."""
        return job_states.word(job, sending=self.is_sending(job.id))

    def usual_time(self, mode: str, model: str) -> polling.Usual:
        """How long a model usually takes in a mode, from a short history already."""
        return self.runtime.tracker.model_history.usual(mode, model, polling.ENOUGH_TO_SHOW)

    def is_overdue(self, job: Job) -> bool:
        """An open task takes far longer than usual. A mark, never a reason to call it failed."""
        return self.runtime.tracker.is_overdue(job)

    def overdue_at(self, job: Job) -> datetime | None:
        """When an open task will be overdue; nothing when it is already, or cannot be."""
        at = self.runtime.tracker.overdue_at(job)
        return at if at and at >= self.clock() else None

    def ahead_of(self, job: Job) -> int:
        """How many queued jobs of the account were there before this one."""
        return self.ledger.jobs.queued_before(job)

    def is_full(self, job: Job) -> bool:
        """The API has no room for this job at the moment."""
        return self.runtime.dispatcher.is_full(job)

    def sends_again_in(self) -> float:
        """The seconds until the next submission after one that could not be taken; 0 when nothing holds it up."""
        return polling.seconds_until(self.runtime.dispatcher.pause.until, self.clock())

    def held_up_by(self) -> StudioError | None:
        """Why the next submission waits, while one does that could not be taken."""
        return self.runtime.dispatcher.pause.error if self.sends_again_in() else None

    def queued(self) -> list[Job]:
        """This person's jobs that were not sent yet, to be taken back; oldest first."""
        waiting = self.ledger.jobs.in_state(self.account.id, State.QUEUED)
        return [job for job in waiting if job.person == self.person and self.may_change(job)]

    def usual_cost(self, mode: str, model: str) -> tuple[float, float] | None:
        """The lowest and highest credits per task that this model took of late, if known."""
        costs = self.runtime.tracker.model_history.credits(mode, model)
        return (min(costs), max(costs)) if costs else None

    @property
    def is_limited(self) -> bool:
        """What is spent here is not this person's own, so that the limits of the studio hold."""
        return self.account.is_shared or self.account.is_sandbox

    def limits(self) -> list[Usage]:
        """The limits of what this person may spend here, with what is used of them."""
        has_some = self.is_limited and not self.may_not_spend
        return self.ledger.spending_limits.uses(self.account.id, self.person, self.clock()) if has_some else []

    def standing(self) -> Standing:
        standing = self.ledger.accounts.standing(self.account.id)
        return replace(standing, no_balance=self.runtime.api.no_balance)

    def evidence(self, job: Job) -> Evidence:
        """What the balance did while a job was sent that got no clear answer, and what else may have moved it."""
        if not job.sent_at or not job.measured_at:
            return Evidence(job.balance_before, job.balance_after)
        span = (job, job.sent_at, job.measured_at)
        sent, refunds = self.ledger.evidence.sent_between(*span), self.ledger.evidence.refunds_between(*span)
        # What ended a POST that was heard to its end has a kind; without one the balance was told after a restart.
        return Evidence(job.balance_before, job.balance_after, tuple(sent), tuple(refunds), is_late=not job.error_kind)

    def last_callback(self) -> Callback | None:
        """The last time that WeryAI called about a job of this account, or somebody tried whether a call arrives."""
        return self.ledger.callbacks.newest(self.account.id)

    def call(self, call_id: str) -> Call | None:
        return self.ledger.calls.get(self.account.id, call_id)
