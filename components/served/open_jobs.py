"""The number of a person's open jobs, to tell a tab when the last of them has ended."""

from dataclasses import dataclass

from components.session import services


@dataclass
class OpenJobs:
    """Counts the jobs of one person in one account, anew after each change of the account."""

    account: str
    person: str
    _counted_at: int = -1  # the number of the change
    _count: int = 0

    def have_ended(self) -> bool:
        """Whether there were open jobs at the last call, and there are none now. Errors: StudioError."""
        ledger = services.shared().ledger
        change = ledger.changes.number(self.account)
        if change == self._counted_at:
            return False
        sent = self._being_sent()
        busy = ledger.jobs.busy(self.account, self.person)
        before, self._count = self._count, busy or len(sent | self._being_sent())
        self._counted_at = change
        return before > 0 and self._count == 0

    def _being_sent(self) -> set[str]:
        """Return the jobs of this person whose POST is in flight: the ledger has them as unconfirmed meanwhile."""
        shared = services.shared()
        runtime = shared.accounts.get(self.account)
        sent = runtime.dispatcher.sending if runtime else frozenset()
        return {job.id for job in shared.ledger.jobs.get_many(sent) if job.person == self.person} if sent else set()
