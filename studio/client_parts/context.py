"""Who works with which account, and with what: what each part of a client is made of."""

from dataclasses import dataclass

from studio.core import ids
from studio.core.account import Account
from studio.core.errors import NotAllowed
from studio.core.people import AdminAction
from studio.core.values import Clock, Job, now
from studio.engine.runtime import Runtime
from studio.ledger.ledger import Ledger


@dataclass(frozen=True)
class ClientContext:
    """One person with one account. `only_mine` is about lists: they then show what this person made."""

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
    def listed(self) -> str:
        """The person whose jobs and calls are in lists; nobody stands for everybody."""
        return self.person if self.only_mine else ""

    def check_may_spend(self) -> None:
        """Errors: NotAllowed for whoever may not: they change nothing either."""
        if self.may_not_spend:
            raise NotAllowed(self.may_not_spend, hint="")

    def admin_action(self, verb: str, job: str = "", whose: str = "", files: int = 0) -> AdminAction:
        """Something that this admin does now, to be written down."""
        return AdminAction(ids.new("deed"), self.clock(), self.person, self.account.id, verb, job, whose, files)

    def write_down_admin_action(self, verb: str, job: Job) -> None:
        """What an admin did with somebody else's job is written down; nothing is for anybody else's or their own."""
        if self.is_admin and job.person not in ("", self.person):
            self.ledger.spending.write(self.admin_action(verb, job.id, job.person))
