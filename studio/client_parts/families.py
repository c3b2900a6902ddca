"""The families of an account's jobs: image, its changes, the videos made from these, with what each branch cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from studio.client_parts.context import ClientContext
from studio.core.family import MOST, Family, Relative
from studio.core.gallery import Viewer
from studio.core.values import Job
from studio.ledger.gallery.families import FamilyLedger
from studio.weryai import modes
from studio.weryai.modes import MODES

_WITH_MEDIA = tuple(mode.key for mode in MODES.values() if mode.media)


@dataclass(frozen=True)
class Families:
    context: ClientContext

    def of(self, job: Job) -> Family:
        """Return the family of a job: its roots, and all that was made from these, of the jobs that this person lists.

        At most `MOST` jobs, what the job came from first. Three queries a generation, however many jobs it has.
        """
        known = _Known(job)
        self._find_sources(known)
        self._find_users(known)
        return known.family()

    def may_see(self, job: Job) -> bool:
        """Whether this person may see what a job of a family is: a deleted one is for its owner and admins alone."""
        context = self.context
        return not job.deleted_at or context.is_admin or not context.person or job.person in ("", context.person)

    def _find_sources(self, known: "_Known") -> None:
        generation = list(known.jobs.values())
        while generation:
            given = {job.id: [url for _, url in modes.media_of(job.mode, job.inputs)] for job in generation}
            source = self._ledger.sources(self._viewer.account, {url for urls in given.values() for url in urls})
            used = {one: [source[url] for url in urls if url in source] for one, urls in given.items()}
            generation = self._add(known, [parent for parents in used.values() for parent in parents])
            for child, parents in used.items():
                known.note(child, parents)

    def _find_users(self, known: "_Known") -> None:
        since = min(job.created_at for job in known.jobs.values())
        users = self._ledger.users(self._viewer, _WITH_MEDIA, since)
        generation = list(known.jobs.values())
        while generation:
            made = ((job.id, output) for job in generation for output in job.outputs)
            uploaded = self._ledger.uploaded(self._viewer.account, made)
            used = [(child, parent) for url, parent in uploaded.items() for child in users.get(url, ())]
            generation = self._add(known, [child for child, _ in used])
            for child, parent in used:
                known.note(child, [parent])

    def _add(self, known: "_Known", ids: Sequence[str]) -> list[Job]:
        """Read the jobs that are new to a family, as far as there is room; return them."""
        new = sorted({one for one in ids if one not in known.jobs})
        room = MOST - len(known.jobs)
        known.is_cut = known.is_cut or len(new) > room
        found = self._ledger.jobs(new[:room], self._viewer)
        known.jobs.update((job.id, job) for job in found)
        return found

    @property
    def _ledger(self) -> FamilyLedger:
        return self.context.ledger.gallery.families

    @property
    def _viewer(self) -> Viewer:
        return Viewer(self.context.account.id, self.context.person, self.context.listed)


@dataclass
class _Known:
    """What is known of a family so far: its jobs, and the sources of each, by their IDs."""

    job: Job
    jobs: dict[str, Job] = field(default_factory=dict)
    sources: dict[str, dict[str, None]] = field(default_factory=dict)  # keys in order, each once
    is_cut: bool = False

    def __post_init__(self) -> None:
        self.jobs[self.job.id] = self.job

    def note(self, child: str, parents: Iterable[str]) -> None:
        """Note that a job used results of others; a source is older, or equal contents would make a circle."""
        for parent in parents:
            if {child, parent} <= self.jobs.keys() and self._age(parent) < self._age(child):
                self.sources.setdefault(child, {})[parent] = None

    def family(self) -> Family:
        """Return the trees: a job with several sources is below the first of them."""
        below: dict[str, list[Job]] = {}
        for job in sorted(self.jobs.values(), key=lambda job: self._age(job.id)):
            below.setdefault(next(iter(self.sources.get(job.id, ())), ""), []).append(job)
        return Family(self._relatives("", below), self.is_cut)

    def _relatives(self, parent: str, below: dict[str, list[Job]]) -> tuple[Relative, ...]:
        return tuple(
            Relative(job, self._relatives(job.id, below), max(0, len(self.sources.get(job.id, ())) - 1))
            for job in below.get(parent, ())
        )

    def _age(self, job_id: str) -> tuple[float, str]:
        return self.jobs[job_id].created_at.timestamp(), job_id
