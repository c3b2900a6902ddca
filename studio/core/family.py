"""The family of a job: what it was made from, and everything that was made from that, as trees. Values only."""

from collections.abc import Iterator
from dataclasses import dataclass

from studio.core.values import Job

MOST = 200  # jobs of a family


@dataclass(frozen=True)
class Relative:
    """A job with those made from its results; `others` is how many more jobs of the family it was made from."""

    job: Job
    children: tuple["Relative", ...] = ()
    others: int = 0

    @property
    def branch(self) -> Iterator[Job]:
        """This job and all below it."""
        yield self.job
        for child in self.children:
            yield from child.branch

    @property
    def cost(self) -> float:
        """The credits of the branch, as far as they are known: what failed or was deleted counts, too."""
        return sum(job.cost or 0 for job in self.branch)


@dataclass(frozen=True)
class Family:
    """The trees of a family, oldest first; `is_cut` when it has more than `MOST` jobs."""

    roots: tuple[Relative, ...]
    is_cut: bool = False

    @property
    def jobs(self) -> list[Job]:
        """All jobs, each once."""
        return [job for root in self.roots for job in root.branch]

    @property
    def cost(self) -> float:
        """The credits of all jobs, as far as they are known."""
        return sum(root.cost for root in self.roots)
