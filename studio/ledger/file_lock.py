"""Allows one studio for each ledger: two would send from one queue, and poll each other's tasks at the wrong API."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.core.errors import SettingsError


@contextmanager
def hold(file: Path) -> Iterator[None]:
    """Hold a lock on this file; the operating system releases it when the process ends, however it ends.

    Errors: SettingsError when another process holds it, or the file cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.open("w")
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SettingsError(
            f"Another studio is already using {file.parent.name}/.",
            hint="Use that one, or give this one its own DATA_FOLDER.",
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{file.parent.name}/ cannot be used ({error.strerror}).", hint="Choose another DATA_FOLDER."
        ) from None
    with opened:
        yield
