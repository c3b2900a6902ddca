"""Copies ledger and archive into a folder and back, also while a studio is running.

The folder contains an archive, `archive/`, and the ledger that names its files, `ledger.db`.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.archive.archive import Archive, beside
from studio.core.errors import ArchiveClosed, ArchiveError, BackupError, NotInArchive, SettingsError
from studio.core.settings import Settings
from studio.core.values import Clock, now
from studio.ledger import replacement, snapshot
from studio.ledger.database import Database
from studio.ledger.files import FileLedger
from studio.ledger.ledger import open_ledger
from studio.ledger.references import ReferenceLedger

LEDGER, ARCHIVE = "ledger.db", "archive"


@dataclass(frozen=True)
class Copied:
    """The result of a copy: the backup's time, files and bytes copied, files already `there`, and failures."""

    at: datetime
    files: int
    size: int
    there: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _File:
    """A file as the ledger names it; of a preview only the name is known."""

    name: str
    size: int = 0
    sha256: str = ""


def backup(settings: Settings, folder: Path, *, losing: bool = False, clock: Clock = now) -> Copied:
    """Copy ledger and archive into a folder, except files that an earlier backup has put there.

    With `losing`, jobs that only the earlier backup has may be lost. Errors: StudioError; the folder is then unchanged.
    """
    folder = folder.expanduser().resolve()
    settings.check_ledger_is_there()
    with closing(open_ledger(settings.database_url)) as ledger:
        _refuse_own_folder(settings, ledger.database, folder)
        source, at = beside(settings.archive_url), clock()
        target = _open_or_make((folder / ARCHIVE).as_uri())
        with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as place:
            # The ledger first: it names a file only after the archive has it, so all that this copy names can be
            # copied after it. The folder is a whole backup as soon as the ledger has its name.
            with snapshot.write_snapshot(ledger.database, Path(place, LEDGER), at) as written:
                copied = _copy_files(written, source, target, at)
                if not losing:
                    _refuse_to_lose_backup(folder / LEDGER, written)
            Path(place, LEDGER).replace(folder / LEDGER)
    return copied


def restore(settings: Settings, folder: Path, *, losing: bool = False) -> Copied:
    """Replace the ledger's content by a backup; with `losing`, jobs that the backup does not have may be lost.

    Errors: StudioError; the ledger is then unchanged.
    """
    folder = folder.expanduser().resolve()
    with snapshot.open_snapshot(folder / LEDGER) as (kept, at), closing(open_ledger(settings.database_url)) as ledger:
        _refuse_own_folder(settings, ledger.database, folder)
        if not losing:
            _refuse_to_lose(ledger.database, kept, at)
        source, target = beside((folder / ARCHIVE).as_uri()), _open_or_make(settings.archive_url)
        copied = _copy_files(kept, source, target, at, read=True)
        replacement.replace_history(ledger.database, kept, at, losing=losing)
    return copied


def _copy_files(ledger: Database, source: Archive, target: Archive, at: datetime, *, read: bool = False) -> Copied:
    """Copy the files that the ledger names and the target does not have; a file that fails does not stop the others.

    For a restore, existing files are `read`, not only measured. Errors: ArchiveClosed then, if the target accepts none.
    """
    files, size, there, problems = 0, 0, 0, []
    for file in _files_of(ledger):
        try:
            if _is_there(file, target, read=read):
                there += 1
                continue
            size += target.take(file.name, source.reader.pieces(file.name), file.sha256)
            files += 1
        except ArchiveError as error:
            if read and isinstance(error, ArchiveClosed):  # a ledger without files must not replace one that has them
                raise ArchiveClosed(
                    error.message, hint="The ledger is unchanged. Fix this, then run the command again."
                ) from None
            problems.append(f"{file.name}: {error.message}")
    return Copied(at, files, size, there, tuple(problems))


def _files_of(ledger: Database) -> Iterator[_File]:
    for kept in FileLedger(ledger).saved():
        yield _File(kept.output.key, kept.output.size, kept.output.sha256)
        if kept.output.preview:
            yield _File(kept.output.preview)
    for reference in ReferenceLedger(ledger).own_files():
        yield _File(reference.key, reference.size, reference.sha256)
        if reference.preview:
            yield _File(reference.preview)


def _is_there(file: _File, archive: Archive, *, read: bool) -> bool:
    """Whether the archive has the file: its size is enough where files never change, else its content is read."""
    try:
        if read and file.sha256:
            return archive.reader.fingerprint(file.name) == (file.size, file.sha256)
        return archive.reader.size(file.name) == file.size or not file.sha256
    except NotInArchive:
        return False


def _open_or_make(url: str) -> Archive:
    """Return an archive to write into: an existing one, which a studio may be using, or a new one."""
    archive = Archive(url, beside=True)
    return archive if archive.is_there else Archive(url)


def _refuse_own_folder(settings: Settings, ledger: Database, folder: Path) -> None:
    """Refuse a folder in which the studio keeps its own files. Errors: SettingsError."""
    own = Path(ledger.engine.url.database or "").resolve() == folder / LEDGER
    if own or settings.archive_url.rstrip("/") == (folder / ARCHIVE).as_uri():
        raise SettingsError(f"{folder} is where the studio keeps its own files.", hint="Choose another folder.")


def _refuse_to_lose_backup(before: Path, new: Database) -> None:
    """Refuse to replace a backup that has more jobs, as the ledger may be lost or a wrong one. Errors: BackupError."""
    if not before.exists():
        return
    with snapshot.open_snapshot(before) as (old, at), old.read() as there, new.read() as known:
        lost = replacement.count_lost_jobs(there, known)
    if lost:
        raise BackupError(
            f"The backup of {at:%Y-%m-%d %H:%M} UTC has {lost} {'job' if lost == 1 else 'jobs'} that this ledger "
            "does not have, so the backup was kept.",
            hint="Check DATABASE_URL, choose another folder, or replace the backup with --yes.",
        )


def _refuse_to_lose(ledger: Database, backup: Database, at: datetime) -> None:
    with ledger.read() as target, backup.read() as source:
        lost = replacement.count_lost_jobs(target, source)
    if lost:
        raise BackupError(
            f"The ledger has {lost} {'job' if lost == 1 else 'jobs'} that the backup of {at:%Y-%m-%d %H:%M} UTC does "
            "not have. A restore removes them here. Their tasks stay in WeryAI's history: to get one back, search for "
            "its ID on the Call history page and press 'Import from WeryAI'.",
            hint="To restore anyway, add --yes.",
        )
