"""Opens untrusted files in separate processes, so that a hostile file gets limited memory and time.

A few bytes can make a decoder allocate without end or run for hours; a limit for each trick of each format would never
be complete. Each process opens one file at a time. One process inspects incoming results; the other does what needs
many pixels, so that four large images at the same time need the memory of one.
"""

import base64
import json
import logging
import signal
import subprocess
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from studio.core.errors import ArchiveClosed, ArchiveError, DraftError, StudioError, Undecodable
from studio.core.reference import Medium
from studio.core.values import Kind
from studio.media import worker_launch
from studio.media.facts import Facts, Screened
from studio.media.sheets import Sheet
from studio.media.worker_launch import NotNowError, NotStartedError

log = logging.getLogger(__name__)

SECONDS = 60.0
NO_PROCESS = "Files can't be checked on this server at the moment."
_SIGNALS = ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGALRM")  # of a decoder that crashed or ran too long
_BY_THE_FILE = frozenset(-number for name in _SIGNALS if (number := getattr(signal, name, 0)))


class TooMuchError(Exception):
    """The file brought the process to its limits."""


class Process:
    """A worker process, started at the first request; it exits when idle, and handles one request at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._worker: subprocess.Popen[str] | None = None
        self._is_ready = False

    def ask(self, question: str, **facts: object) -> Any:
        """Return the worker's result. Errors: the worker's StudioError or OSError, TooMuchError, NotNowError."""
        line = json.dumps({"ask": question, **facts}, default=str)
        if not self._turn.acquire(timeout=SECONDS):
            raise NotNowError
        try:
            return _read(self._answer(line) or self._answer(line, again=True))
        finally:
            self._turn.release()

    def _answer(self, line: str, *, again: bool = False) -> str:
        """Return a line; empty when the worker had exited because it was idle, and has to be started again.

        Errors: TooMuchError, NotNowError.
        """
        worker, too_late = self._started(), threading.Event()
        guard = threading.Timer(SECONDS, _end, (worker, too_late))
        guard.start()
        try:
            self._is_ready = self._is_ready or worker_launch.is_ready(worker)
            answer = _asked(worker, line) if self._is_ready else ""
        finally:
            guard.cancel()
        if answer.endswith("\n"):
            return answer
        if not self._is_ready:
            raise worker_launch.ended(worker, too_late=too_late.is_set())
        ended = worker.wait()
        if too_late.is_set() or ended in _BY_THE_FILE:
            raise TooMuchError
        if ended or again:
            raise NotNowError
        return ""

    def _started(self) -> subprocess.Popen[str]:
        if self._worker is None or self._worker.poll() is not None:
            self._is_ready = False
            self._worker = worker_launch.start()
        return self._worker


def _asked(worker: subprocess.Popen[str], line: str) -> str:
    """Return a line from the worker; incomplete if the worker exited while it answered."""
    if not worker.stdin or not worker.stdout:
        return ""
    with suppress(BrokenPipeError):
        worker.stdin.write(f"{line}\n")
        worker.stdin.flush()
    return worker.stdout.readline()


def _end(worker: subprocess.Popen[str], too_late: threading.Event) -> None:
    too_late.set()
    worker.kill()


_looking, _decoding = Process(), Process()


def _read(answer: str) -> Any:
    reply: dict[str, Any] = json.loads(answer)
    if "found" in reply:
        return reply["found"]
    if "os_error" in reply:
        raise OSError(*reply["os_error"])
    if "refused" in reply:
        if reply["detail"]:
            log.info("%s %s", reply["refused"], reply["detail"])
        raise _REFUSALS[reply["error"]](reply["refused"])
    log.warning("a file could not be read: %s", reply["failed"])
    raise TooMuchError


_REFUSALS: dict[str, Callable[[str], StudioError]] = {
    "DraftError": partial(DraftError, field=""),
    "ArchiveError": ArchiveError,
    "Undecodable": Undecodable,
}


def screen(file: Path, name: str, allowed: Collection[Medium], folder: Path) -> Screened:
    """Like `screening.screen`. Errors: the same, and DraftError when the file takes too much."""
    try:
        found = _decoding.ask("screen", file=file, name=name, allowed=sorted(allowed), folder=folder)
    except TooMuchError:
        message = f"{name[:60]} takes too much memory or time to check. Export a smaller version."
        raise DraftError(message, field="") from None
    except NotStartedError:
        message = f"{NO_PROCESS} {name[:60]} was not added. An admin can find the reason in the server's log."
        raise DraftError(message, field="") from None
    except NotNowError:
        raise DraftError(f"{name[:60]} waited too long for other files. Add it again.", field="") from None
    preview = base64.b64decode(found.pop("preview"))
    return Screened(**{**found, "file": Path(found["file"]), "medium": Medium(found["medium"]), "preview": preview})


def inspect(file: Path, kind: Kind) -> Facts:
    """Like `probe.inspect`; for a file that takes too much, the facts of its signature. Errors: the same."""
    try:
        return _facts(_looking.ask("inspect", file=file, kind=kind))
    except TooMuchError:
        return _by_signature(file, kind)
    except NotNowError as error:
        raise _not_checked(error) from None


def _by_signature(file: Path, kind: Kind) -> Facts:
    try:
        found = _facts(_looking.ask("name", file=file))
    except (TooMuchError, NotNowError) as error:
        raise _not_checked(error) from None
    if not found.ending:
        raise ArchiveError(f"The result link gave no {kind}.")
    return found


def depict(file: Path) -> Facts:
    """Like `probe.depict`. Errors: the same, also when the file takes too much."""
    try:
        return _facts(_decoding.ask("depict", file=file))
    except TooMuchError:
        raise Undecodable("It takes too much memory or time to read.") from None
    except NotNowError as error:
        raise _not_checked(error) from None


def last_frame(video: Path, folder: Path) -> Path:
    """Like `last_frame.last_frame`. Errors: the same, also when the file takes too much; and ArchiveError."""
    try:
        return Path(_decoding.ask("last_frame", video=video, folder=folder))
    except TooMuchError:
        raise Undecodable("Its end takes too much memory or time to read.") from None
    except NotNowError as error:
        raise _not_checked(error, "Try again.") from None


def contact_sheet(sheet: Sheet, folder: Path) -> Path:
    """Like `contact_sheet.draw`. Errors: ArchiveError, also when it takes too much."""
    try:
        return Path(_decoding.ask("contact_sheet", sheet=sheet.as_dict, folder=folder))
    except (TooMuchError, NotNowError) as error:
        raise _not_checked(error, "Try again.") from None


def _not_checked(error: Exception, hint: str = "") -> ArchiveError:
    """Return the error when no process runs: nothing can be saved or fetched. `hint` is for what is not retried."""
    if isinstance(error, NotStartedError):
        return ArchiveClosed(NO_PROCESS, hint=hint or None)
    return ArchiveError("The file couldn't be checked at the moment.", hint=hint)


def _facts(found: dict[str, Any]) -> Facts:
    return Facts(**{**found, "preview": base64.b64decode(found["preview"])})
