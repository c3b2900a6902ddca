"""Reads the files of an archive in pieces: a file may be larger than the memory."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from studio.archive import disk
from studio.core.errors import ArchiveError, NotInArchive

log = logging.getLogger(__name__)

PIECE = 1024 * 1024


class ArchiveReader:
    """The files at one place of an fsspec file system."""

    def __init__(self, fs: Any, root: str) -> None:
        self._fs = fs
        self._root = root

    def names(self) -> set[str]:
        """Return all file names, without partial files. Errors: ArchiveError."""
        with _explained("The archive"):
            found = [name.removeprefix(f"{self._root}/") for name in self._fs.find(self._root)]
        return {name for name in found if not name.startswith(".incoming/")}

    def size(self, key: str) -> int:
        """Return a file's size in bytes. Errors: NotInArchive, ArchiveError."""
        with _explained(key):
            return int(self._fs.size(f"{self._root}/{key}"))

    def pieces(self, key: str) -> Iterator[bytes]:
        """Yield a file's content. Errors: NotInArchive, ArchiveError."""
        with _explained(key), self._fs.open(f"{self._root}/{key}", "rb") as stream:
            while piece := stream.read(PIECE):
                yield piece

    def fingerprint(self, key: str) -> tuple[int, str]:
        """Return size and SHA-256 of a file. Errors: NotInArchive, ArchiveError."""
        digest, size = hashlib.sha256(), 0
        for piece in self.pieces(key):
            digest.update(piece)
            size += len(piece)
        return size, digest.hexdigest()

    def remove(self, key: str) -> None:
        """Delete a file; do nothing if it is missing. Errors: ArchiveError."""
        with suppress(NotInArchive), _explained(key):
            self._fs.rm(f"{self._root}/{key}")

    def remove_unnamed(self, names: Iterable[str]) -> None:
        """Delete files that the ledger no longer names; log those that cannot be deleted."""
        for name in names:
            try:
                self.remove(name)
            except ArchiveError as error:
                log.error("%s is not in the ledger any more, and could not be deleted: %s", name, error)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotInArchive(f"{name} is not in the archive.") from None
    except Exception as error:  # each fsspec package has its own errors
        raise ArchiveError(f"{name} cannot be reached ({disk.reason(error)}).", hint="") from None
