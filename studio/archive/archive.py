"""The archive: files of outputs and references with their previews, in a local folder or at any fsspec URL.

A file is downloaded to a temporary name, synced and checked, and only then renamed; the new name is synced, too. So a
file with a name in the archive is complete, and a saved file survives a power cut. Its preview is made later.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol

import fsspec

from studio.archive import disk
from studio.archive.reader import ArchiveReader
from studio.archive.storage import Storage
from studio.core.errors import ArchiveError, NotInArchive, Undecodable
from studio.core.settings import OUTPUT_LIMIT
from studio.core.values import Job, Output
from studio.media.facts import Facts
from studio.media.isolated import depict, inspect

REFERENCES = "references"  # the folder of references; the folders of outputs are named by year


class Download(Protocol):
    """Opens a link and returns its bytes; errors as in `studio.weryai.downloads`."""

    def __call__(self, address: str, *, limit: int) -> AbstractContextManager[Iterator[bytes]]: ...


@dataclass(frozen=True)
class Saved:
    """Facts of a file in the archive, named like the fields of an Output. Pixels are as stored."""

    key: str
    size: int
    sha256: str
    width: int
    height: int
    seconds: float
    format: str


class Archive:
    def __init__(self, url: str, size_limit: int = OUTPUT_LIMIT, *, beside: bool = False) -> None:
        """Open an archive for files of up to `size_limit` bytes; `beside` a running studio, change nothing in it.

        Errors: ArchiveError when the place cannot be used.
        """
        self.size_limit = size_limit
        try:
            self._storage = Storage(*fsspec.url_to_fs(url))
            self.reader = ArchiveReader(self._storage.files, self._storage.root)
            if not beside:
                self._storage.begin()
        except Exception as error:  # each fsspec package has its own errors
            message = str(error).partition("\n")[0].rstrip(".")
            raise ArchiveError(f"The archive cannot be opened: {message}.", hint="Check ARCHIVE_URL.") from None

    def save(self, job: Job, output: Output, download: Download) -> Saved:
        """Download an output and store it without a preview; after an error no partial file is left.

        Errors: ArchiveError about this file, ArchiveClosed when no file can be stored at the moment.
        """
        with self._storage.temporary_file() as file:
            with download(output.url, limit=self.size_limit) as pieces:
                size, sha256 = disk.write(file, pieces)
            facts = inspect(file, output.kind)
            key = f"{_stem(job, output)}.{facts.ending}"
            self._storage.keep(file, key)
            self._storage.sync_names(key)
        return Saved(key, size, sha256, facts.width, facts.height, facts.seconds, facts.format)

    def path(self, key: str) -> Path:
        """Return a file of the archive on this machine's disk; a remote file is fetched into a cache first.

        Errors: ArchiveError when there is no such file.
        """
        if self._storage.is_local:
            found = Path(self._storage.root, key)
            if not found.is_file():
                raise NotInArchive(f"{key} is not in the archive.")
            return found
        return self._storage.fetch(key)

    @property
    def is_there(self) -> bool:
        """Whether a studio has created this archive, and its disk is mounted."""
        return self._storage.is_there

    def take(self, key: str, pieces: Iterable[bytes], sha256: str = "") -> int:
        """Store a copy of a file under the same name as elsewhere; return its size.

        Errors: ArchiveError, also when the content does not have this SHA-256.
        """
        with self._storage.temporary_file() as file:
            size, found = disk.write(file, iter(pieces))
            if sha256 and found != sha256:
                raise ArchiveError(f"{key} is damaged.", hint="")
            self._storage.keep(file, key)
            self._storage.sync_names(key)
        return size

    def keep_reference(
        self, sha256: str, ending: str, pieces: Iterable[bytes], preview: bytes = b""
    ) -> tuple[str, str]:
        """Store a reference under its content's hash, unless it is there; return the keys of file and preview.

        Errors: ArchiveError about this file, ArchiveClosed when no file can be stored at the moment.
        """
        stem = f"{REFERENCES}/{sha256}"
        key, small = f"{stem}.{ending}", f"{stem}-preview.webp" if preview else ""
        if not self._has(key, sha256):
            self.take(key, pieces, sha256)
        if small and not self._has(small, hashlib.sha256(preview).hexdigest()):
            self.take(small, [preview])
        return key, small

    def _has(self, key: str, sha256: str) -> bool:
        """Whether the archive has this content. It is read, so that giving a damaged file again replaces it."""
        try:
            return self.reader.fingerprint(key)[1] == sha256
        except NotInArchive:
            return False

    def make_preview(self, key: str, preview: str) -> Facts:
        """Make or replace the preview of a stored file; return the facts that decoding gave.

        Errors: Undecodable; ArchiveError when it cannot be read, ArchiveClosed when no file can be stored now.
        """
        with self._storage.temporary_file() as file:
            facts = depict(self._local_copy(key, file))
            small = file.with_name("preview")
            disk.write(small, iter([facts.preview]))
            self._storage.keep(small, preview)
            self._storage.sync_names(preview)
        return facts

    def can_be_shown(self, preview: str) -> bool:
        """Whether a stored preview can be decoded. Errors: ArchiveError when it cannot be read."""
        with self._storage.temporary_file() as file:
            try:
                return depict(self._local_copy(preview, file)).format == "WebP"
            except Undecodable:
                return False

    def _local_copy(self, key: str, copy: Path) -> Path:
        """Return a path that a decoder can read: the local file, else a temporary copy."""
        if self._storage.is_local:
            return self.path(key)
        disk.write(copy, self.reader.pieces(key))
        return copy


def preview_name(key: str) -> str:
    """Return the name of an output's preview, beside its file."""
    return f"{PurePath(key).with_suffix('')}-preview.webp"


def beside(url: str) -> Archive:
    """Open an archive that a running studio may use, too. Errors: ArchiveError when it is missing."""
    archive = Archive(url, beside=True)
    if not archive.is_there:
        raise ArchiveError(f"There is no archive at {url}.", hint="Reconnect its disk, or fix ARCHIVE_URL.")
    return archive


def _stem(job: Job, output: Output) -> str:
    """Return year and month, job, and the output's row: a name that is never used twice."""
    return f"{job.created_at:%Y/%m}/{job.id}/{output.id}"
