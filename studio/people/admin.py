"""What admins do beside making things: see and limit everybody's spending, and remove a job for good."""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

from studio import references
from studio.client import Client
from studio.core.errors import ArchiveError, NotAllowed
from studio.core.people import AdminAction, Spent
from studio.core.spending_limits import SpendingLimits
from studio.core.values import Job
from studio.ledger.spending import REMOVABLE

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Admin:
    """An admin's way in, with the account of their client. Everything here: NotAllowed for everybody else."""

    client: Client

    def spending(self, days: int) -> list[Spent]:
        """What the account spent in the last days, by day, person and model."""
        self._check()
        return self.client.ledger.spending.since(self.client.account.id, self.client.clock() - timedelta(days=days))

    def limits(self) -> SpendingLimits:
        """The limits of what may be spent."""
        self._check()
        return self.client.ledger.spending_limits.get()

    def set_limits(self, limits: SpendingLimits) -> None:
        """Set limits, for every job from now on. Errors: DraftError for those that could not be kept."""
        self._check()
        limits.check()
        self.client.ledger.spending_limits.set(limits, self.client.admin_action(f"set limits: {limits.in_words()}"))

    def may_remove(self, job: Job) -> bool:
        """It has come to its end, and is not removed yet."""
        return self.client.is_admin and job.state in REMOVABLE and not job.removed_at

    def remove(self, job_id: str) -> int:
        """Take away the prompt, the inputs and the files of a job that has ended; returns how many files that were.

        What it cost, and that this was done, stays written down. A copy in a backup stays, too, and a file that is
        somebody's reference, which is not called by the prompt any more.
        """
        self._check()
        job = self.client.jobs.get(job_id)
        if not job or job.state not in REMOVABLE:
            raise NotAllowed("Only finished jobs can be removed.", hint="Wait until it finishes, or cancel it.")
        action = self.client.admin_action("removed", job.id, job.person)
        return self._delete(self.client.ledger.spending.remove(job, action, references.names_after(job)))

    def people(self) -> dict[str, str]:
        """Everybody who has been here: by their id, how others know them."""
        self._check()
        return {person: known.label for person, known in self.client.ledger.people.by_id().items()}

    def export_records(self, person: str) -> Iterator[str]:
        """What the ledger has of one person with this account: who they are, then a line of JSON for each of the rest.

        That is their jobs and calls, the files that they gave, and where WeryAI has these.
        """
        self._check()
        account, ledger = self.client.account.id, self.client.ledger
        ledger.spending.write(self.client.admin_action("exported the records", "", person))
        known = ledger.people.by_id().get(person)
        kept: tuple[Iterable[Any], ...] = (
            [known] if known else [],
            ledger.history.deletion.jobs_of(account, person),
            ledger.history.deletion.calls_of(account, person),
            ledger.references.of_person(account, person),
            ledger.references.uploads_of(account, person),
        )
        for one in chain.from_iterable(kept):
            yield json.dumps(asdict(one), ensure_ascii=False, default=str) + "\n"

    def delete_of(self, person: str) -> tuple[int, int]:
        """Remove all jobs of a person that have ended, and all their calls; returns how many of each.

        With them go what their forms hold, the files that they gave, as far as nobody else needs them (see
        `ReferenceLedger.drop_of`), and who they are, until they sign in again. What has not ended stays, with what it
        needs: see `PeopleLedger.forget`. What the jobs cost, and that this was done, stays written down.
        """
        self._check()
        account, ledger = self.client.account.id, self.client.ledger
        ended = [job.id for job in ledger.history.deletion.jobs_of(account, person) if self.may_remove(job)]
        for job_id in ended:
            self.remove(job_id)
        calls = 0
        while gone := ledger.history.deletion.drop_of(account, person):
            calls += gone
        files = self._delete(ledger.references.drop_of(account, person))
        ledger.drafts.drop_of(person)
        ledger.people.forget(person)
        ledger.spending.write(
            self.client.admin_action(f"deleted {calls} call{'' if calls == 1 else 's'}", "", person, files)
        )
        return len(ended), calls

    def under_way(self, person: str) -> int:
        """How many jobs of a person are not at their end, so that they stay, and who they are."""
        self._check()
        found = self.client.ledger.history.deletion.jobs_of(self.client.account.id, person)
        return sum(job.state not in REMOVABLE for job in found)

    def admin_actions(self) -> list[AdminAction]:
        """What admins did, the newest first."""
        self._check()
        return self.client.ledger.spending.admin_actions()

    def _delete(self, names: list[str]) -> int:
        """Delete files that the ledger does not name any more."""
        for name in names:
            try:
                self.client.runtime.uploader.archive.reader.remove(name)
            except ArchiveError as error:
                log.error("%s is not in the ledger any more, and could not be deleted: %s", name, error)
        return len(names)

    def _check(self) -> None:
        if not self.client.is_admin:
            raise NotAllowed("Only admins can do that.")
