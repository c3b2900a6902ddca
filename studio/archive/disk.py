"""Files on a local disk: written completely and synced, with room left for the ledger."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOM = 50 * 1024**2  # bytes to leave free: the ledger, by default on the same disk, needs some
LOOK_AFTER = 4 * 1024**2  # bytes between two checks within a file: others fill the disk at the same time
_NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOTSUP})  # a network disk that cannot sync a folder


def write(file: Path, pieces: Iterator[bytes]) -> tuple[int, str]:
    """Write and sync a file; return its size in bytes and its SHA-256. Errors: OSError, also when the disk is full."""
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
    """Check that ROOM is free. Errors: OSError."""
    if shutil.disk_usage(folder).free < ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def reason(error: Exception) -> str:
    """Return an error's message without the paths of this machine."""
    return getattr(error, "strerror", None) or str(error).partition("\n")[0][:160]


def sync(folder: Path) -> None:
    """Sync the names in a folder, so that they survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
    finally:
        os.close(opened)
