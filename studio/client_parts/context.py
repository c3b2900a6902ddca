"""The context that the parts of a client share: the person, the account, the runtime and the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from studio.core import ids
from studio.core.account import Account
from studio.core.errors import NotAllowed
from studio.core.gallery import UNDO_DAYS
from studio.core.people import AdminAction
from studio.core.values import Clock, Job, now
from studio.engine.runtime import Runtime
from studio.ledger.ledger import Ledger


@dataclass(frozen=True)
class ClientContext:
    """One person with one account. With `only_mine`, lists show only what this person made."""

    runtime: Runtime
    ledger: Ledger
    person: str = ""
    may_not_spend: str = ""  # why this person may spend nothing, in a sentence; empty if they may
    clock: Clock = now
    is_admin: bool = False
    only_mine: bool = False
    most_a_minute: int = 0  # submissions of one person; 0 is no limit

    @property
    def account(self) -> Account:
        return self.runtime.account

    @property
    def listed(self) -> str:
        """The person whose jobs and calls appear in lists; empty for all people."""
        return self.person if self.only_mine else ""

    @property
    def undo_since(self) -> datetime:
        """The time since which something must have been deleted to be restored."""
        return self.clock() - timedelta(days=UNDO_DAYS)

    def is_restorable(self, deleted_at: datetime | None) -> bool:
        """Whether what was deleted then can still be restored; not if it is not deleted."""
        return deleted_at is not None and deleted_at > self.undo_since

    def check_may_spend(self) -> None:
        """Check the permission to spend, which every change needs. Errors: NotAllowed."""
        if self.may_not_spend:
            raise NotAllowed(self.may_not_spend, hint="")

    def may_change_of(self, owner: str) -> bool:
        """Whether this person may change what this owner has: themselves, nobody, and for an admin anybody."""
        return not self.may_not_spend and (self.is_admin or not self.person or owner in ("", self.person))

    def admin_action(self, verb: str, job: str = "", owner: str = "", files: int = 0) -> AdminAction:
        """Return a record of an action of this admin, now; `owner` is the owner of the job. It is not stored yet."""
        return AdminAction(ids.new("deed"), self.clock(), self.person, self.account.id, verb, job, owner, files)

    def record_admin_action(self, verb: str, job: Job) -> None:
        """Record what an admin did with somebody else's job; other people's actions are not recorded."""
        self.record_for(job.person, verb, job.id)

    def record_for(self, owner: str, verb: str, job: str = "") -> None:
        """Record what an admin did with what somebody else has; other people's actions are not recorded."""
        if self.is_admin and owner not in ("", self.person):
            self.ledger.spending.record(self.admin_action(verb, job, owner))
