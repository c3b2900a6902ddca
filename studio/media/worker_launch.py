"""Starts the process that opens untrusted files. The reason for a failed start is logged once."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from studio.core.outages import Outages

READY = "ready\n"  # the worker's first line, after it loaded the decoders; it closes stderr then
OUTAGES = Outages()
_ROOT = Path(__file__).resolve().parents[2]
_PRIVATE = ("WERYAI_API_KEY", "DATABASE_URL", "ARCHIVE_URL")
_PROCESS = "the process that opens files"


class NotNowError(Exception):
    """There is no answer, but not because of the file: other files took too long, or the process was killed."""


class NotStartedError(NotNowError):
    """No process can be started at the moment, for any file."""


def start() -> subprocess.Popen[str]:
    """Start the process in its own session, so that Ctrl+C reaches the studio only. Errors: NotStartedError."""
    environment = {name: value for name, value in os.environ.items() if name not in _PRIVATE}
    piped = subprocess.PIPE
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "studio.media.worker"],
            stdin=piped,
            stdout=piped,
            stderr=piped,
            text=True,
            errors="replace",
            cwd=_ROOT,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise _not_started(str(error)) from None


def is_ready(worker: subprocess.Popen[str]) -> bool:
    """Wait until the worker is ready; False if it exited."""
    if not worker.stdout or worker.stdout.readline() != READY:
        return False
    OUTAGES.end(_PROCESS)
    return True


def ended(worker: subprocess.Popen[str], *, too_late: bool) -> NotStartedError:
    """Return the error for a process that exited before it was ready."""
    number = worker.wait()
    message = worker.stderr.read().strip() if worker.stderr else ""
    if too_late:
        return _not_started("It took too long to start.")
    return _not_started(message.rpartition("\n")[2] or _end(number))


def _end(number: int) -> str:
    with suppress(ValueError):
        return f"It was ended by {signal.Signals(-number).name}."
    return f"It ended with code {number}."


def _not_started(why: str) -> NotStartedError:
    OUTAGES.record(_PROCESS, f"Files can't be checked on this server, as {_PROCESS} does not start: {why[:500]}")
    return NotStartedError()
