"""Reads every file of the archive, compares it with the ledger, and has missing or damaged files fetched again."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from studio.archive.archive import Archive, preview_name
from studio.core.errors import ArchiveError, NotInArchive
from studio.core.reference import Reference
from studio.core.values import Output
from studio.ledger.files import JobOutput
from studio.ledger.ledger import Ledger
from studio.maintenance.refetch import Fetching

PREVIEW_LIMIT = 8 * 1024**2
WORDS = 6


@dataclass
class Verification:
    """One check of an archive. Each finding is passed to `tell` at once, as a line; `wrong` counts what stays wrong."""

    ledger: Ledger
    archive: Archive
    fetching: Fetching
    tell: Callable[[str], None]
    files: int = 0
    size: int = 0
    orphans: int = 0
    renewed: int = 0
    fetched: int = 0
    wrong: int = 0
    _seen: set[str] = field(default_factory=set)

    def run(self, *, emptied: bool = False) -> bool:
        """Check everything and fetch again what is missing or damaged; return whether all is well in the end.

        Errors: StudioError, also when all files are missing, unless the archive is known to be `emptied`.
        """
        there = self.archive.reader.names()
        self._check_archive_is_ours(there, emptied=emptied)
        for kept in self.ledger.files.saved():
            self._seen |= {kept.output.key, kept.output.preview}
            self._check(kept)
        for reference in self.ledger.references.own_files():
            self._seen |= {reference.key, reference.preview}
            self._check_reference(reference)
        # Last: a file that arrives during the check is in the archive before the ledger names it.
        self.orphans = len(there - self._seen - self._named())
        self._fetch_again()
        return not self.wrong

    def _check_archive_is_ours(self, there: set[str], *, emptied: bool) -> None:
        """Refuse an archive without any known file: an unmounted disk or a wrong URL must not mark files as lost."""
        named = self._named()
        if named and not named & there and not emptied:
            raise ArchiveError(
                f"None of the {len(named)} files in the ledger is in the archive. Nothing was changed.",
                hint="Check ARCHIVE_URL. If the files are really gone, add --yes to fetch them again.",
            )

    def _named(self) -> set[str]:
        return self.ledger.files.archive_names() | self.ledger.references.archive_names()

    def _check(self, kept: JobOutput) -> None:
        output = kept.output
        self.files += 1
        try:
            problem, size = self._read_and_compare(output)
            self.size += size
            if problem:
                self._say(kept, f"{output.key} {problem}")
                self.ledger.files.mark_lost(output, f"The file in the archive {problem}. Fetching it again.")
            elif output.preview and (problem := self._problem_of_preview(output)):
                self._say(kept, f"{output.preview} {problem}")
                self.archive.make_preview(output.key, output.preview)
                self.renewed += 1
            elif not output.preview and not output.awaits_preview:
                self._make_preview(output)
        except ArchiveError as error:  # whether the file is intact is unknown
            self._say(kept, error.message)
            self.wrong += 1

    def _make_preview(self, output: Output) -> None:
        """Try again to make a preview that the studio gave up; a file that cannot be decoded is intact nevertheless."""
        name = preview_name(output.key)
        with suppress(ArchiveError):
            facts = self.archive.make_preview(output.key, name)
            self.ledger.files.change(output, preview=name, **facts.seen, attempts=0, problem="")
            self.renewed += 1

    def _check_reference(self, reference: Reference) -> None:
        """Check a reference: only its owner has the file, so a missing or damaged one has to be given again."""
        self.files += 1
        try:
            problem, size = self._read_and_compare(reference)
            self.size += size
            if problem:
                self._tell_of(reference, f"{reference.key} {problem}; choose the file again where you need it")
                self.wrong += 1
            elif reference.preview and (problem := self._problem_of_preview(reference)):
                self._tell_of(reference, f"{reference.preview} {problem}")
                self.archive.make_preview(reference.key, reference.preview)
                self.renewed += 1
        except ArchiveError as error:
            self._tell_of(reference, error.message)
            self.wrong += 1

    def _read_and_compare(self, file: Output | Reference) -> tuple[str, int]:
        """Return the problem of a file, empty if it is intact, and how many bytes of it were read."""
        try:
            size, sha256 = self.archive.reader.fingerprint(file.key)
        except NotInArchive:
            return "was missing", 0
        return "" if (size, sha256) == (file.size, file.sha256) else "was damaged", size

    def _problem_of_preview(self, file: Output | Reference) -> str:
        try:
            if self.archive.reader.size(file.preview) > PREVIEW_LIMIT:
                return "is not a preview"
            return "" if self.archive.can_be_shown(file.preview) else "is not an image"
        except NotInArchive:
            return "was missing"

    def _fetch_again(self) -> None:
        """Fetch the files that were found lost now, and those that could not be saved before."""
        missing = self.ledger.files.unsaved()
        left = self.fetching.fetch(missing)
        for kept, why in left:
            self._say(kept, f"output {kept.output.position + 1} is not saved: {why}")
        self.fetched += len(missing) - len(left)
        self.wrong += len(left)

    def _say(self, kept: JobOutput, what: str) -> None:
        words = kept.prompt.split()
        shown = " ".join(words[:WORDS])[:60] + (" …" if len(words) > WORDS else "")
        self.tell(f"{kept.job} ({shown}): {what}")

    def _tell_of(self, reference: Reference, what: str) -> None:
        self.tell(f"reference {reference.name!r}: {what}")
