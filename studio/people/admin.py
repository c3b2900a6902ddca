"""What only admins can do: see and limit everybody's spending, and remove jobs permanently."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

from studio import references
from studio.client import Client
from studio.core.errors import NotAllowed
from studio.core.people import AdminAction, Spent
from studio.core.prices import Price
from studio.core.spending_limits import SpendingLimits
from studio.core.values import Job
from studio.ledger.spending import REMOVABLE
from studio.people import price_table
from studio.people.price_table import Row

_SET_PRICES = "set the price table"


@dataclass(frozen=True)
class Admin:
    """An admin's actions with their client's account. Every method raises NotAllowed for all other people."""

    client: Client

    def spending(self, days: int) -> list[Spent]:
        """Return the account's spending of the last days, by day, person and model."""
        self._check()
        return self.client.ledger.spending.since(self.client.account.id, self.client.clock() - timedelta(days=days))

    def limits(self) -> SpendingLimits:
        """Return the spending limits."""
        self._check()
        return self.client.ledger.spending_limits.get()

    def set_limits(self, limits: SpendingLimits) -> None:
        """Set limits for all jobs from now on. Errors: DraftError for invalid limits."""
        self._check()
        limits.check()
        self.client.ledger.spending_limits.set(limits, self.client.admin_action(f"set limits: {limits.in_words()}"))

    def prices(self) -> list[Price]:
        """Return the price table."""
        self._check()
        return self.client.ledger.prices.all()

    def set_prices(self, rows: Sequence[Row], known: Sequence[Price]) -> list[str]:
        """Replace the price table; return what is wrong with the rows, as then nothing is changed.

        `known` is the table that this admin has seen. Errors: PricesChanged when it is another one by now.
        """
        self._check()
        prices, problems = price_table.read(rows)
        if not problems:
            number = f"{len(prices):,} price{'' if len(prices) == 1 else 's'}"
            self.client.ledger.prices.replace(prices, self.client.admin_action(f"{_SET_PRICES}: {number}"), known)
        return problems

    def last_change_of_prices(self) -> AdminAction | None:
        """Return the newest action that changed the price table; None if no admin has set it."""
        return next((one for one in self.admin_actions() if one.verb.startswith(_SET_PRICES)), None)

    def import_prices(self, data: bytes, known: Sequence[Price]) -> list[str]:
        """Replace the price table by a CSV file, like `set_prices`."""
        self._check()
        rows, problems = price_table.from_csv(data)
        return problems or self.set_prices(rows, known)

    def may_remove(self, job: Job) -> bool:
        """Whether the job has ended and is not removed yet."""
        return self.client.is_admin and job.state in REMOVABLE and not job.removed_at

    def remove(self, job_id: str) -> int:
        """Remove prompt, inputs and files of a job that has ended; return the number of files.

        Its cost and this action stay recorded. A copy in a backup stays, and so does a file that is a reference, but
        the reference's name no longer quotes the prompt.
        """
        self._check()
        job = self.client.jobs.get(job_id)
        if not job or job.state not in REMOVABLE:
            raise NotAllowed("Only finished jobs can be removed.", hint="Wait until it finishes, or cancel it.")
        action = self.client.admin_action("removed", job.id, job.person)
        return self._delete(self.client.ledger.spending.remove(job, action, references.names_after(job)))

    def people(self) -> dict[str, str]:
        """Return everybody who has used the studio: by id, the name that others see."""
        self._check()
        return {person: known.label for person, known in self.client.ledger.people.by_id().items()}

    def export_records(self, person: str) -> Iterator[str]:
        """Yield what the ledger has of one person with this account, as lines of JSON, the person first.

        The lines are their jobs and calls, the files that they added, the uploads of these to WeryAI, their marks and
        tags of outputs, their collections, presets, comparisons and votes.
        """
        self._check()
        account, ledger = self.client.account.id, self.client.ledger
        ledger.spending.record(self.client.admin_action("exported the records", "", person))
        known = ledger.people.by_id().get(person)
        kept: tuple[Iterable[Any], ...] = (
            [known] if known else [],
            ledger.history.deletion.jobs_of(account, person),
            ledger.history.deletion.calls_of(account, person),
            ledger.references.of_person(account, person),
            ledger.references.uploads_of(account, person),
            ledger.gallery.marks.marks_of(account, person),
            ledger.gallery.marks.tags_of(account, person),
            ledger.gallery.collections.of_person(account, person),
            ledger.presets.of_person(account, person),
            ledger.comparisons.of_person(account, person),
            ledger.comparisons.votes_of(account, person),
        )
        for one in chain.from_iterable(kept):
            yield json.dumps(asdict(one), ensure_ascii=False, default=str) + "\n"

    def delete_of(self, person: str) -> tuple[int, int]:
        """Remove all ended jobs of a person, and all their calls; return the number of each.

        Also removed are their saved forms, their references unless others need them (see `ReferenceLedger.drop_of`),
        their marks and tags of outputs, their collections, presets, comparisons and votes, and their name until they
        sign in again. Jobs that have not ended stay, with what they need: see `PeopleLedger.forget`. The costs of the
        jobs and this action stay recorded.
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
        ledger.gallery.marks.drop_of(account, person)
        ledger.gallery.collections.drop_of(account, person)
        ledger.presets.drop_of(account, person)
        ledger.comparisons.drop_of(account, person)
        ledger.drafts.drop_of(person)
        ledger.people.forget(person)
        ledger.spending.record(
            self.client.admin_action(f"deleted {calls} call{'' if calls == 1 else 's'}", "", person, files)
        )
        return len(ended), calls

    def under_way(self, person: str) -> int:
        """Return the number of a person's jobs that have not ended; they stay, and so does the person's name."""
        self._check()
        found = self.client.ledger.history.deletion.jobs_of(self.client.account.id, person)
        return sum(job.state not in REMOVABLE for job in found)

    def admin_actions(self) -> list[AdminAction]:
        """Return the actions of admins, the newest first."""
        self._check()
        return self.client.ledger.spending.admin_actions()

    def _delete(self, names: list[str]) -> int:
        """Delete files that the ledger no longer names; return their number."""
        self.client.runtime.uploader.archive.reader.remove_unnamed(names)
        return len(names)

    def _check(self) -> None:
        if not self.client.is_admin:
            raise NotAllowed("Only admins can do that.")
