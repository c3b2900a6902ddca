"""Starts the process in which files from outside are opened. Why it does not start is said in the log once."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from studio.core.outages import Outages

READY = "ready\n"  # what the process says when it has loaded the decoders; its stderr is closed then
OUTAGES = Outages()
_HOUSE = Path(__file__).resolve().parents[2]
_PRIVATE = ("WERYAI_API_KEY", "DATABASE_URL", "ARCHIVE_URL")
_PROCESS = "the process that opens files"


class NotNowError(Exception):
    """It was not the file's fault that there is no answer: others took too long, or the process was ended."""


class NotStartedError(NotNowError):
    """No process can be started at the moment, whatever the file is."""


def start() -> subprocess.Popen[str]:
    """In a session of its own, as Ctrl+C in a terminal is for the studio alone. Errors: NotStartedError."""
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
            cwd=_HOUSE,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise _not_started(str(error)) from None


def is_ready(worker: subprocess.Popen[str]) -> bool:
    """Wait until it has begun to work, or has ended."""
    if not worker.stdout or worker.stdout.readline() != READY:
        return False
    OUTAGES.end(_PROCESS)
    return True


def ended(worker: subprocess.Popen[str], *, too_late: bool) -> NotStartedError:
    """The error to raise for a process that ended before it was ready."""
    number = worker.wait()
    said = worker.stderr.read().strip() if worker.stderr else ""
    if too_late:
        return _not_started("It took too long to start.")
    return _not_started(said.rpartition("\n")[2] or _end(number))


def _end(number: int) -> str:
    with suppress(ValueError):
        return f"It was ended by {signal.Signals(-number).name}."
    return f"It ended with code {number}."


def _not_started(why: str) -> NotStartedError:
    OUTAGES.record(_PROCESS, f"Files can't be checked on this server, as {_PROCESS} does not start: {why[:500]}")
    return NotStartedError()
