"""The storage of an archive: a folder on this machine or any fsspec file system. Files appear in it whole."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

import fsspec
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

from studio.archive import disk
from studio.core.errors import ArchiveClosed, ArchiveError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Storage:
    def __init__(self, files: AbstractFileSystem, root: str) -> None:
        self.files, self.root = files, root
        self.is_local = isinstance(files, LocalFileSystem)
        self._temporary_folder = Path(root, ".incoming") if self.is_local else None

    def begin(self) -> None:
        """Create the folders, and delete old temporary files. Errors: those of its fsspec package."""
        self.files.makedirs(self.root, exist_ok=True)
        self._clear()

    @property
    def is_there(self) -> bool:
        """Whether the folders are there; False when their disk is not mounted."""
        return not self._temporary_folder or self._temporary_folder.is_dir()

    @contextmanager
    def temporary_file(self) -> Iterator[Path]:
        """Yield a path for a file, which is deleted unless it was kept. Errors: ArchiveError, ArchiveClosed."""
        try:
            self._check_room()
            with tempfile.TemporaryDirectory(dir=self._temporary_folder, ignore_cleanup_errors=True) as folder:
                yield Path(folder) / "file"
        except OSError as error:
            raise self._explained(error) from None

    def keep(self, file: Path, key: str) -> None:
        """Move a temporary file to its name in the archive. Errors: OSError, ArchiveClosed."""
        place = f"{self.root}/{key}"
        if self.is_local:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)
            return
        try:
            self.files.makedirs(self.files._parent(place), exist_ok=True)
            self.files.put_file(str(file), place)
        except Exception as error:  # each fsspec package has its own errors
            raise ArchiveClosed(f"The archive does not accept new files ({disk.reason(error)}).") from None

    def sync_names(self, key: str) -> None:
        """Sync all folders above a file: without it a power cut could lose the new names."""
        if self.is_local:
            for folder in PurePath(key).parents:
                disk.sync(Path(self.root, folder))

    def fetch(self, key: str) -> Path:
        """Download a file into a cache on this machine. Errors: ArchiveError."""
        try:
            cached = fsspec.open_local(f"simplecache::{self.files.unstrip_protocol(f'{self.root}/{key}')}")
        except Exception as error:  # each fsspec package has its own errors
            raise ArchiveError(f"{key} cannot be read: {disk.reason(error)}.", hint="") from None
        return Path(str(cached))

    def _clear(self) -> None:
        """Empty the temporary folder: a studio that was killed left files in it.

        It is created only here. If it is missing later, the archive's disk was unmounted, and files that are written
        then would be stored on another disk.
        """
        if self._temporary_folder:
            shutil.rmtree(self._temporary_folder, ignore_errors=True)
            self._temporary_folder.mkdir(exist_ok=True)

    def _check_room(self) -> None:
        """An object store needs room on this machine, too: files are made in the system's temporary folder."""
        disk.check_room(self._temporary_folder or Path(tempfile.gettempdir()))

    def _explained(self, error: OSError) -> ArchiveError:
        if error.errno in _FULL:
            return ArchiveClosed(
                "The disk is full, so new files aren't saved.", hint="Free some space, and we'll fetch them."
            )
        if self._temporary_folder and not os.path.isdir(self._temporary_folder):  # noqa: PTH112 - it never raises
            return ArchiveClosed(
                "The archive's folder is missing, so new files aren't saved.",
                hint="Restore it, and we'll fetch them.",
            )
        if error.errno in _FORBIDDEN:
            return ArchiveClosed(
                f"The archive cannot be written ({error.strerror}), so new files aren't saved.",
                hint="Make it writable, and we'll fetch them.",
            )
        return ArchiveError(f"The file could not be saved: {disk.reason(error)}.")
