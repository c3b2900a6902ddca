"""The spending limits of a person with an account, and which jobs are free."""

from dataclasses import dataclass
from datetime import timedelta

from studio.client_parts.context import ClientContext
from studio.core.errors import DraftError
from studio.core.spending_limits import Usage
from studio.core.values import Job


@dataclass(frozen=True)
class Spending:
    context: ClientContext

    @property
    def is_limited(self) -> bool:
        """Whether the studio's spending limits apply: the credits are not this person's own."""
        return self.context.account.is_shared or self.context.account.is_sandbox

    def limits(self) -> list[Usage]:
        """Return this person's spending limits here, and how much of each is used."""
        context = self.context
        has_some = self.is_limited and not context.may_not_spend
        return (
            context.ledger.spending_limits.uses(context.account.id, context.person, context.clock()) if has_some else []
        )

    def costs_nothing(self, job: Job) -> bool:
        """Whether the job was made in the sandbox; a job of another account was not."""
        return self.context.account.is_sandbox and job.account == self.context.account.id

    def check_rate(self) -> None:
        """Check this person's rate of submissions. Errors: DraftError when a script or a stuck key makes too many."""
        context, most = self.context, self.context.most_a_minute
        if not most:
            return
        since = context.clock() - timedelta(minutes=1)
        if context.ledger.jobs.made_since(context.account.id, context.person, since) >= most:
            raise DraftError(f"The limit is {most} jobs a minute. Wait a moment, then try again.", field="")
