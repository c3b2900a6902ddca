"""Files from outside are opened in processes of their own: what a hostile one can take of memory and time is bounded.

A few bytes can make a decoder allocate without end or run for hours; a limit of its own for each trick of each format
would never be complete. Each process opens one file at a time: results that come in are looked at in one, and what
takes many pixels is done in the other, so that four large pictures at once cost the memory of one.
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
from studio.media.worker_launch import NotNowError, NotStartedError

log = logging.getLogger(__name__)

SECONDS = 60.0
NO_PROCESS = "Files can't be checked on this server at the moment."
_SIGNALS = ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGALRM")  # of a decoder that broke, or ran too long
_BY_THE_FILE = frozenset(-number for name in _SIGNALS if (number := getattr(signal, name, 0)))


class TooMuchError(Exception):
    """The file brought the process to its limits."""


class Process:
    """A worker, which is started when it is asked and ends by itself; one question at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._worker: subprocess.Popen[str] | None = None
        self._is_ready = False

    def ask(self, question: str, **facts: object) -> Any:
        """What the worker found. Errors: StudioError or OSError of its own, TooMuchError, NotNowError."""
        line = json.dumps({"ask": question, **facts}, default=str)
        if not self._turn.acquire(timeout=SECONDS):
            raise NotNowError
        try:
            return _read(self._answer(line) or self._answer(line, again=True))
        finally:
            self._turn.release()

    def _answer(self, line: str, *, again: bool = False) -> str:
        """A line; nothing when a worker that had ended for want of questions is to be replaced by another.

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
    """A line of the worker; less when it ended meanwhile."""
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
    said: dict[str, Any] = json.loads(answer)
    if "found" in said:
        return said["found"]
    if "os_error" in said:
        raise OSError(*said["os_error"])
    if "refused" in said:
        if said["detail"]:
            log.info("%s %s", said["refused"], said["detail"])
        raise _REFUSALS[said["error"]](said["refused"])
    log.warning("a file could not be read: %s", said["failed"])
    raise TooMuchError


_REFUSALS: dict[str, Callable[[str], StudioError]] = {
    "DraftError": partial(DraftError, field=""),
    "ArchiveError": ArchiveError,
    "Undecodable": Undecodable,
}


def screen(file: Path, name: str, allowed: Collection[Medium], workshop: Path) -> Screened:
    """As `screening.screen`. Errors: the same, or DraftError when it took too much."""
    try:
        found = _decoding.ask("screen", file=file, name=name, allowed=sorted(allowed), workshop=workshop)
    except TooMuchError:
        said = f"{name[:60]} takes too much memory or time to check. Export a smaller version."
        raise DraftError(said, field="") from None
    except NotStartedError:
        said = f"{NO_PROCESS} {name[:60]} was not added. An admin can find the reason in the server's log."
        raise DraftError(said, field="") from None
    except NotNowError:
        raise DraftError(f"{name[:60]} waited too long for other files. Add it again.", field="") from None
    preview = base64.b64decode(found.pop("preview"))
    return Screened(**{**found, "file": Path(found["file"]), "medium": Medium(found["medium"]), "preview": preview})


def inspect(file: Path, kind: Kind) -> Facts:
    """As `inspection.inspect`; of a file that takes too much, what its signature says. Errors: the same."""
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
    """As `inspection.depict`. Errors: the same, also when it takes too much."""
    try:
        return _facts(_decoding.ask("depict", file=file))
    except TooMuchError:
        raise Undecodable("It takes too much memory or time to read.") from None
    except NotNowError as error:
        raise _not_checked(error) from None


def last_frame(video: Path, folder: Path) -> Path:
    """As `stills.last_frame`. Errors: the same, also when it takes too much, or ArchiveError."""
    try:
        return Path(_decoding.ask("last_frame", video=video, folder=folder))
    except TooMuchError:
        raise Undecodable("Its end takes too much memory or time to read.") from None
    except NotNowError as error:
        raise _not_checked(error, "Try again.") from None


def _not_checked(error: Exception, hint: str = "") -> ArchiveError:
    """Without a process no file can be kept, and none is fetched in vain. `hint` is for what nobody tries again."""
    if isinstance(error, NotStartedError):
        return ArchiveClosed(NO_PROCESS, hint=hint or None)
    return ArchiveError("The file couldn't be checked at the moment.", hint=hint)


def _facts(found: dict[str, Any]) -> Facts:
    return Facts(**{**found, "preview": base64.b64decode(found["preview"])})
