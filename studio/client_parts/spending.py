"""What a person may spend with an account, and what costs nothing."""

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
        """What is spent here is not this person's own, so that the limits of the studio hold."""
        return self.context.account.is_shared or self.context.account.is_sandbox

    def limits(self) -> list[Usage]:
        """The limits of what this person may spend here, with what is used of them."""
        context = self.context
        has_some = self.is_limited and not context.may_not_spend
        return (
            context.ledger.spending_limits.uses(context.account.id, context.person, context.clock()) if has_some else []
        )

    def costs_nothing(self, job: Job) -> bool:
        """It was made in the sandbox. One that is shown from elsewhere was not, whatever one works with."""
        return self.context.account.is_sandbox and job.account == self.context.account.id

    def check_pace(self) -> None:
        """Errors: DraftError: many jobs in a minute are a script's, or a key that is stuck."""
        context, most = self.context, self.context.most_a_minute
        if not most:
            return
        since = context.clock() - timedelta(minutes=1)
        if context.ledger.jobs.made_since(context.account.id, context.person, since) >= most:
            raise DraftError(f"The limit is {most} jobs a minute. Wait a moment, then try again.", field="")
