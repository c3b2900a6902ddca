"""The comparisons of an account, as a person sees them: jobs side by side, and votes for the best of a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from studio.client_parts import comparison_grid, comparison_sheet
from studio.client_parts.context import ClientContext
from studio.client_parts.jobs import Jobs
from studio.client_parts.owned import OwnedThings
from studio.core import ids as new_ids
from studio.core.comparisons import MOST_JOBS, Comparison, Grid, Standing, Vote
from studio.core.errors import DraftError
from studio.core.gallery import checked_name
from studio.core.values import Job, Output, Task
from studio.ledger.comparisons import ComparisonLedger


@dataclass(frozen=True)
class Comparisons:
    """Whoever may look at the account may open each comparison and vote; its owner and admins change it."""

    context: ClientContext

    def all(self, most: int | None = None) -> list[Comparison]:
        """Return the comparisons that lists show to this person, newest first, at most so many."""
        return self._ledger.of_account(self.context.account.id, self.context.listed, most)

    def number(self) -> int:
        """Return how many comparisons lists show to this person."""
        return self._ledger.number(self.context.account.id, self.context.listed)

    def newest_to_change(self, most: int) -> list[Comparison]:
        """Return the newest comparisons in lists that this person may change, at most so many, without their jobs."""
        context = self.context
        owners = {"", context.person} if context.person and not context.is_admin else set[str]()
        owners = {context.listed} if context.listed else owners
        found = self._ledger.newest(context.account.id, owners, most)
        return [one for one in found if self.may_change(one)]

    def get(self, comparison_id: str) -> Comparison | None:
        """Return a comparison of this account; None if there is none with this ID, or it is deleted."""
        found = self._ledger.get(self.context.account.id, comparison_id)
        return found if found and not found.deleted_at else None

    def create(self, name: str, job_ids: Sequence[str]) -> Comparison:
        """Make a comparison of these jobs, without those that are not there, in this order.

        Errors: DraftError for an empty or long name, without a job or with too many, NotAllowed.
        """
        self.context.check_may_spend()
        context, at, theirs = self.context, self.context.clock(), self._jobs_of_account(job_ids)
        made = Comparison(new_ids.new("cmp"), context.account.id, context.person, checked_name(name), at, at)
        _check_number(theirs)
        self._ledger.add(replace(made, jobs=theirs))
        return replace(made, jobs=theirs)

    def may_change(self, comparison: Comparison) -> bool:
        """Whether this person may change the comparison: its owner, and an admin."""
        return self.context.may_change_of(comparison.person)

    def rename(self, comparison_id: str, name: str) -> bool:
        """Rename a comparison; whether it is there. Errors: as for a new one."""
        return self._owned.change(comparison_id, name=checked_name(name), updated_at=self.context.clock())

    def delete(self, comparison_id: str) -> bool:
        """Delete a comparison, but not its jobs; whether it is there. It can be restored for `UNDO_DAYS`.

        Errors: NotAllowed.
        """
        return self._owned.delete(comparison_id)

    def restore(self, comparison_id: str) -> bool:
        """Undo `delete`; False when it is too late. Errors: NotAllowed."""
        return self._owned.restore(comparison_id)

    def add(self, comparison_id: str, job_ids: Sequence[str]) -> int:
        """Add jobs to a comparison; return how many were not in it. Also undoes `remove`: they get their old places.

        Errors: DraftError when there are too many, NotAllowed.
        """
        found, theirs = self._owned.there(comparison_id), self._jobs_of_account(job_ids)
        new = [one for one in theirs if found and one not in found.jobs]
        if not found or not new:
            return 0
        _check_number([*found.jobs, *new])
        self._ledger.add_jobs(found, new, self.context.clock())
        return len(new)

    def remove(self, comparison_id: str, job_ids: Iterable[str]) -> int:
        """Remove jobs from a comparison; return how many were in it. Errors: NotAllowed."""
        found = self._owned.there(comparison_id)
        theirs = [one for one in dict.fromkeys(job_ids) if found and one in found.jobs]
        if found and theirs:
            self._ledger.remove_jobs(found, theirs, self.context.clock())
        return len(theirs)

    def grid(self, comparison: Comparison) -> Grid:
        """Return the grid of the jobs that lists of everybody's jobs show, so without deleted and hidden ones."""
        listed, ids = Jobs(replace(self.context, only_mine=False)), comparison.jobs
        found = {job.id: job for job in self.context.ledger.jobs.get_many(ids) if listed.is_listed(job)}
        return comparison_grid.grid_of([found[one] for one in ids if one in found])

    def pictures(self, comparisons: Iterable[Comparison], most: int) -> dict[str, list[Output]]:
        """Return some outputs of each comparison, one of each of its first jobs, by the comparison's ID."""
        first = {one.id: one.jobs[:most] for one in comparisons}
        listed = Jobs(replace(self.context, only_mine=False))
        jobs = self.context.ledger.jobs.get_many({job for ids in first.values() for job in ids})
        shown = {job.id: [one for one in job.outputs if one.is_shown][:1] for job in jobs if listed.is_listed(job)}
        return {one: [output for job in ids for output in shown.get(job, [])] for one, ids in first.items()}

    def votes(self, comparison: Comparison, grid: Grid) -> list[Vote]:
        """Return the votes for outputs that the grid shows, each in the row where its output is."""
        there = _shown(grid)
        return [vote for vote in self._ledger.votes(comparison.id) if there.get(vote.output) == vote.row]

    def vote(self, comparison_id: str, output_id: int) -> bool:
        """Vote for an output as the best of its row, in place of an earlier vote; whether it is there.

        Whoever may look may do so.
        """
        found = self.get(comparison_id)
        row = _shown(self.grid(found)).get(output_id) if found else None
        if found and row:
            self._ledger.vote(found, Vote(found.id, row, self.context.person, output_id))
        return row is not None

    def take_back(self, comparison_id: str, row: str) -> bool:
        """Take back this person's vote in a row; whether the comparison is there."""
        found = self.get(comparison_id)
        if found:
            self._ledger.take_back(found, row, self.context.person)
        return found is not None

    def standings(self, grid: Grid, votes: Iterable[Vote]) -> list[Standing]:
        """Return what is known of each model of a grid, those with most votes first."""
        return comparison_grid.standings(grid, votes)

    def png(self, comparison: Comparison) -> bytes:
        """Return the comparison as one image, a PNG. Errors: ArchiveError when it cannot be made at the moment."""
        grid = self.grid(comparison)
        return comparison_sheet.png(self.context, comparison, grid, self.votes(comparison, grid))

    def settings(self, job: Job) -> dict[str, str]:
        """Return the settings of a job by their labels."""
        return comparison_grid.settings_of(job)

    def seconds(self, task: Task) -> float | None:
        """Return how long a task took that succeeded; None if that is not known."""
        return comparison_grid.seconds_of(task)

    def credits(self, job: Job, task: Task) -> float | None:
        """Return what a task of a job cost; None if that is not known."""
        return comparison_grid.credits_of(job, task)

    def _jobs_of_account(self, job_ids: Iterable[str]) -> tuple[str, ...]:
        """Return those of these jobs that are this account's, each once, in this order."""
        wanted = tuple(dict.fromkeys(job_ids))
        found = self.context.ledger.jobs.get_many(wanted)
        ours = {job.id for job in found if job.account == self.context.account.id and not job.removed_at}
        return tuple(one for one in wanted if one in ours)

    @property
    def _owned(self) -> OwnedThings[Comparison]:
        return OwnedThings(self.context, "comparison", self._ledger)

    @property
    def _ledger(self) -> ComparisonLedger:
        return self.context.ledger.comparisons


def _shown(grid: Grid) -> dict[int, str]:
    """Return the row of each output that a grid shows, by the output's ID."""
    return {output.id: row.key for row in grid.rows for job in row.jobs for output in job.outputs if output.is_shown}


def _check_number(job_ids: Sequence[str]) -> None:
    if not job_ids:
        raise DraftError("A comparison needs at least one job.", field="")
    if len(job_ids) > MOST_JOBS:
        raise DraftError(f"A comparison can have up to {MOST_JOBS} jobs.", field="")
