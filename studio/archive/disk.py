"""Files on a local disk: written whole and synced, with room left for the ledger."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOM = 50 * 1024**2  # bytes that are left free: the ledger, which is beside the archive by default, needs some
LOOK_AFTER = 4 * 1024**2  # bytes of a file; while it comes others fill the disk, too
_NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOTSUP})  # a network disk that cannot sync a folder


def write(file: Path, pieces: Iterator[bytes]) -> tuple[int, str]:
    """Write and sync a file; returns its size in bytes and its SHA-256. Errors: OSError, also when room runs out."""
    digest, unseen = hashlib.sha256(), 0
    with file.open("wb") as stream:
        for piece in pieces:
            digest.update(piece)
            stream.write(piece)
            unseen += len(piece)
            if unseen >= LOOK_AFTER:
                check_room(file.parent)
                unseen = 0
        stream.flush()
        os.fsync(stream.fileno())
        return stream.tell(), digest.hexdigest()


def check_room(folder: Path) -> None:
    """Errors: OSError when less than ROOM is free."""
    if shutil.disk_usage(folder).free < ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def reason(error: Exception) -> str:
    """What an error says, without the paths of this machine."""
    return getattr(error, "strerror", None) or str(error).partition("\n")[0][:160]


def sync(folder: Path) -> None:
    """The names in a folder outlast a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
    finally:
        os.close(opened)
