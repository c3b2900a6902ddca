"""The bytes of the outputs, and their previews: in a local folder by default, or at any fsspec URL.

A file is downloaded to a temporary name, synced, checked and previewed, and only then gets its own name: what has a
name in the archive is whole.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from studio.errors import ArchiveError
from studio.inspection import inspect
from studio.values import Job, Output

SIZE_LIMIT = 2 * 1024**3

Download = Callable[[str], AbstractContextManager[Iterator[bytes]]]


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
    def __init__(self, url: str) -> None:
        """Errors: ArchiveError when the place cannot be used."""
        try:
            self._fs, self._root = fsspec.url_to_fs(url)
            self._fs.makedirs(self._root, exist_ok=True)
        except (OSError, ValueError, ImportError) as error:
            raise ArchiveError(f"The archive cannot be opened: {error}", hint="Check ARCHIVE_URL.") from None
        self._is_local = isinstance(self._fs, LocalFileSystem)

    def save(self, job: Job, output: Output, download: Download) -> Saved:
        """Fetch an output and keep it. Errors: ArchiveError; nothing half-made is left behind."""
        try:
            with tempfile.TemporaryDirectory(dir=self._workshop()) as folder:
                file = Path(folder) / "file"
                with download(output.url) as pieces:
                    size, sha256 = _write(file, pieces)
                facts = inspect(file, output.kind)
                stem = _stem(job, output)
                self._keep(file, f"{stem}.{facts.ending}")
                small = Path(folder) / "preview"
                small.write_bytes(facts.preview)
                self._keep(small, f"{stem}-preview.webp")
        except OSError as error:
            raise ArchiveError(f"The file could not be kept: {error.strerror or error}.") from None
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
                raise ArchiveError(f"{key} is not in the archive.")
            return found
        try:
            cached = fsspec.open_local(f"simplecache::{self._fs.unstrip_protocol(f'{self._root}/{key}')}")
        except (OSError, ValueError) as error:
            raise ArchiveError(f"{key} cannot be read: {error}") from None
        return Path(str(cached))

    def _workshop(self) -> str | None:
        """Where files are made: beside the local archive, so that the last step is a rename."""
        if not self._is_local:
            return None
        folder = Path(self._root, ".incoming")
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder)

    def _keep(self, file: Path, key: str) -> None:
        place = f"{self._root}/{key}"
        self._fs.makedirs(self._fs._parent(place), exist_ok=True)
        if self._is_local:
            file.replace(place)
        else:
            self._fs.put_file(str(file), place)


def _write(file: Path, pieces: Iterator[bytes]) -> tuple[int, str]:
    digest = hashlib.sha256()
    with file.open("wb") as stream:
        for piece in pieces:
            digest.update(piece)
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
        return stream.tell(), digest.hexdigest()


def _stem(job: Job, output: Output) -> str:
    """Year and month, job, and the row of the output: a name that is never given twice."""
    return f"{job.created_at:%Y/%m}/{job.id}/{output.id}"
