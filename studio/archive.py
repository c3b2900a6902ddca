"""The bytes of outputs and reference media, and their previews: in a local folder by default, or at any fsspec URL.

A file is downloaded to a temporary name, synced, checked and previewed, and only then gets its own name, which is
synced too: what has a name in the archive is whole, and what is called saved outlasts a power cut.
"""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol

import fsspec
from fsspec.implementations.local import LocalFileSystem

from studio import disk
from studio.errors import ArchiveClosed, ArchiveError, NotInArchive
from studio.holdings import Holdings
from studio.inspection import inspect
from studio.settings import OUTPUT_LIMIT
from studio.values import Job, Kind, Output

REFERENCES = "references"  # the folder of reference media; those of outputs are named by their years
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Download(Protocol):
    """Opens a link and gives its bytes; errors as in `studio.weryai.downloads`."""

    def __call__(self, address: str, *, limit: int) -> AbstractContextManager[Iterator[bytes]]: ...


@dataclass(frozen=True)
class Saved:
    """Facts of a file that is in the archive, named like the fields of an Output."""

    key: str
    preview: str
    size: int
    sha256: str
    width: int
    height: int
    seconds: float


class Archive:
    def __init__(self, url: str, size_limit: int = OUTPUT_LIMIT, *, beside: bool = False) -> None:
        """Takes files of up to `size_limit` bytes; `beside` a studio at work in it, nothing is made or cleared away.

        Errors: ArchiveError when the place cannot be used.
        """
        self.size_limit = size_limit
        try:
            self._fs, self._root = fsspec.url_to_fs(url)
            self._is_local = isinstance(self._fs, LocalFileSystem)
            self._workshop = Path(self._root, ".incoming") if self._is_local else None
            self.holdings = Holdings(self._fs, self._root)
            if not beside:
                self._fs.makedirs(self._root, exist_ok=True)
                self._clear()
        except Exception as error:  # each fsspec package has a family of errors of its own
            said = str(error).partition("\n")[0].rstrip(".")
            raise ArchiveError(f"The archive cannot be opened: {said}.", hint="Check ARCHIVE_URL.") from None

    def save(self, job: Job, output: Output, download: Download) -> Saved:
        """Fetch an output and keep it; nothing half-made is left behind.

        Errors: ArchiveError about this file, ArchiveClosed when none can be kept at the moment.
        """
        try:
            self._check_room()
            with tempfile.TemporaryDirectory(dir=self._workshop, ignore_cleanup_errors=True) as folder:
                file = Path(folder) / "file"
                with download(output.url, limit=self.size_limit) as pieces:
                    size, sha256 = disk.write(file, pieces)
                facts = inspect(file, output.kind)
                stem = _stem(job, output)
                self._keep(file, f"{stem}.{facts.ending}")
                small = Path(folder) / "preview"
                disk.write(small, iter([facts.preview]))
                self._keep(small, f"{stem}-preview.webp")
                self._sync_names(stem)
        except OSError as error:
            raise self._explained(error) from None
        return Saved(
            key=f"{stem}.{facts.ending}",
            preview=f"{stem}-preview.webp",
            size=size,
            sha256=sha256,
            width=facts.width,
            height=facts.height,
            seconds=facts.seconds,
        )

    def path(self, key: str) -> Path:
        """A file of the archive on this machine's disk; from elsewhere it is fetched into a cache first.

        Errors: ArchiveError when there is no such file.
        """
        if self._is_local:
            found = Path(self._root, key)
            if not found.is_file():
                raise NotInArchive(f"{key} is not in the archive.")
            return found
        try:
            cached = fsspec.open_local(f"simplecache::{self._fs.unstrip_protocol(f'{self._root}/{key}')}")
        except Exception as error:  # each fsspec package has a family of errors of its own
            raise ArchiveError(f"{key} cannot be read: {error}", hint="") from None
        return Path(str(cached))

    def _clear(self) -> None:
        """Begin with an empty workshop: what is in it was left by a studio that was killed.

        It is made here alone. One that is missing later shows that the archive is not there any more, as when its
        disk was taken out, and what was then written in its place would be lost from sight.
        """
        if self._workshop:
            shutil.rmtree(self._workshop, ignore_errors=True)
            self._workshop.mkdir(exist_ok=True)

    def _check_room(self) -> None:
        """Also for an object store: on its way there a file lies in the system's folder for such."""
        disk.check_room(self._workshop or Path(tempfile.gettempdir()))

    def _keep(self, file: Path, key: str) -> None:
        place = f"{self._root}/{key}"
        if self._is_local:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)
            return
        try:
            self._fs.makedirs(self._fs._parent(place), exist_ok=True)
            self._fs.put_file(str(file), place)
        except Exception as error:  # each fsspec package has a family of errors of its own
            raise ArchiveClosed(f"The archive does not take new files ({str(error)[:160]}).") from None

    def _sync_names(self, key: str) -> None:
        """A new name, of a file or of a folder, outlasts a power cut when the folder it stands in is synced."""
        if self._is_local:
            for folder in PurePath(key).parents:
                disk.sync(Path(self._root, folder))

    def _explained(self, error: OSError) -> ArchiveError:
        if error.errno in _FULL:
            return ArchiveClosed(
                "The disk is full, so new files are not saved.", hint="Free some space; we then fetch them."
            )
        if self._workshop and not os.path.isdir(self._workshop):  # noqa: PTH112 - it never raises
            return ArchiveClosed(
                "The archive's folder is not there, so new files are not saved.",
                hint="Bring it back; we then fetch them.",
            )
        if error.errno in _FORBIDDEN:
            return ArchiveClosed(
                f"The archive cannot be written ({error.strerror}), so new files are not saved.",
                hint="Let the studio write there; we then fetch them.",
            )
        return ArchiveError(f"The file could not be kept: {error.strerror or error}.")

    @property
    def is_there(self) -> bool:
        """A studio has begun this archive, and its disk was not taken out."""
        return not self._workshop or self._workshop.is_dir()

    def take(self, key: str, pieces: Iterable[bytes], sha256: str = "") -> int:
        """Keep a copy of a file under the name that it has elsewhere; returns its size.

        Errors: ArchiveError, also when it is not the file with this SHA-256.
        """
        with self._bench() as file:
            size, found = disk.write(file, iter(pieces))
            if sha256 and found != sha256:
                raise ArchiveError(f"{key} is damaged.", hint="")
            self._keep(file, key)
            self._sync_names(key)
        return size

    def keep_reference(
        self, sha256: str, ending: str, pieces: Iterable[bytes], preview: bytes = b""
    ) -> tuple[str, str]:
        """Keep a reference under its content's name, unless it is here; returns its key and that of its preview.

        Errors: ArchiveError about this file, ArchiveClosed when none can be kept at the moment.
        """
        stem = f"{REFERENCES}/{sha256}"
        key, small = f"{stem}.{ending}", f"{stem}-preview.webp" if preview else ""
        if not self._has(key, sha256):
            self.take(key, pieces, sha256)
        if small and not self._has(small, hashlib.sha256(preview).hexdigest()):
            self.take(small, [preview])
        return key, small

    def _has(self, key: str, sha256: str) -> bool:
        """It is read: one that was damaged meanwhile comes right when it is given again."""
        try:
            return self.holdings.fingerprint(key)[1] == sha256
        except NotInArchive:
            return False

    def renew_preview(self, key: str, preview: str, kind: Kind) -> None:
        """Make the preview of a file that is here once more. Errors: ArchiveError."""
        with self._bench() as file:
            disk.write(file, self.holdings.pieces(key))
            small = file.with_name("preview")
            small.write_bytes(inspect(file, kind).preview)
            self._keep(small, preview)

    @contextmanager
    def _bench(self) -> Iterator[Path]:
        """Where a file is put together, which is then kept or gone."""
        try:
            self._check_room()
            with tempfile.TemporaryDirectory(dir=self._workshop, ignore_cleanup_errors=True) as folder:
                yield Path(folder) / "file"
        except OSError as error:
            raise self._explained(error) from None


def beside(url: str) -> Archive:
    """An archive that a studio may be at work in. Errors: ArchiveError when it is not there."""
    archive = Archive(url, beside=True)
    if not archive.is_there:
        raise ArchiveError(f"There is no archive at {url}.", hint="Bring its disk back, or correct ARCHIVE_URL.")
    return archive


def _stem(job: Job, output: Output) -> str:
    """Year and month, job, and the row of the output: a name that is never given twice."""
    return f"{job.created_at:%Y/%m}/{job.id}/{output.id}"
