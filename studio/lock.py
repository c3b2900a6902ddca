"""One studio a data folder: two would ask about each other's tasks with the wrong key, and send from one queue."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.errors import SettingsError


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep this folder for us; the system lets go of it when the process ends, however it ends.

    Errors: SettingsError when another process has it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "studio.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError:
        raise SettingsError(
            f"Another studio works on {folder.name}/ already.",
            hint="Use that one, or start this one with another DATA_FOLDER.",
        ) from None
    except PermissionError:
        raise SettingsError(f"{folder.name}/ cannot be written.", hint="Choose another DATA_FOLDER.") from None
