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
        before, self._count = self._count, ledger.jobs.busy(self.account, self.person)
        self._counted_at = change
        return before > 0 and self._count == 0
